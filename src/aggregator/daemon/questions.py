"""Search over the archive, and the query API: what a reader asks over HTTP, and the answer."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from aggregator.core.asking import (
    MOST,
    SIZE,
    Asked,
    Refusal,
    make_excerpt,
    read_listing,
    read_search,
    write_next,
)
from aggregator.core.page import Around, Hit, Question, make_results, order_languages
from aggregator.core.settings import Config
from aggregator.core.text import to_text
from aggregator.edges.page import render_results
from aggregator.edges.render import FOUND, render_found, render_problem
from aggregator.edges.serve import Application, Maker, Questions, Reply
from aggregator.edges.store import Finder, Found, Unanswered

_DEADLINE = timedelta(seconds=1)
"""For one question to the index; the usual one takes a few milliseconds."""
_API = "/api/"
_PLAIN, _JSON = "text/plain; charset=utf-8", "application/json"
_PROBLEM = "application/problem+json"
_UNSEEN = ("X-Robots-Tag", "noindex")
"""What a search found is no page of its own for other searches."""
_SHARED = (("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"))
"""Programs that are web pages may ask too: what is answered is public."""
_RESERVED = ("tdm-reservation", "1")
_LATER = ("Retry-After", "60")


@contextmanager
def open_questions(
    site: Application, tell_config: Callable[[], Config], data: Path, log: Callable[..., None]
) -> Iterator[Questions]:
    """What answers questions about what is published, and leaves all else to the site."""
    # The last is closed first: no question may be at work when the store is given back.
    with (
        closing(Desk(tell_config, data)) as desk,
        closing(Questions(site, desk.makers, refuse, log)) as questions,
    ):
        yield questions


class Desk:
    """Answers questions one after another; `close` ends it."""

    def __init__(self, tell_config: Callable[[], Config], data: Path) -> None:
        """Take what tells the configuration, which may change, and the folder of the store."""
        self._tell_config = tell_config
        self._zone = tell_config().newsfeed.timezone
        self._path = data / "aggregator.db"
        self._finder = Finder(self._path, _DEADLINE, self._zone)

    def close(self) -> None:
        """Give the store back."""
        self._finder.close()

    @property
    def makers(self) -> Mapping[str, Maker]:
        """Who answers, by path."""
        return {
            "/search": self._search,
            "/api/stories": self._list,
            "/api/stories/": self._tell,
        }

    def _search(self, _: str, query: str) -> Reply:
        """The page of what a person searches for, in the language of its address."""
        asked, finder = read_search(query), self._open_finder()
        found: list[Found] | Unanswered = []
        total: int | Unanswered = 0
        if not asked.query.is_empty:
            total = finder.count(asked.query, MOST)
            found = finder.find(asked.query, SIZE, after=SIZE * (asked.number - 1))
        if isinstance(total, Unanswered):
            return _explain("/search", total)
        if isinstance(found, Unanswered):
            return _explain("/search", found)
        items = [json.loads(one.item) for one in found]
        rendered = _print(self._tell_config(), asked, total, items)
        return Reply(HTTPStatus.OK, "text/html; charset=utf-8", rendered, _list_fields(items))

    def _list(self, _: str, query: str) -> Reply:
        """The published stories that a program asks for, the newest first."""
        asked = read_listing(query)
        if isinstance(asked, Refusal):
            return refuse(_API, HTTPStatus.BAD_REQUEST, asked.why)
        found = self._open_finder().find(asked.query, asked.limit + 1, before=asked.before)
        if isinstance(found, Unanswered):
            return _explain(_API, found)
        newsfeed, shown = self._tell_config().newsfeed, found[: asked.limit]
        more: str | None = None
        if len(found) > len(shown):
            more = f"{newsfeed.base_url}api/stories?{write_next(query, shown[-1].place)}"
        items = [one.item for one in shown]
        body = render_found(newsfeed.title, newsfeed.base_url, items, more)
        fields = _list_fields([json.loads(one) for one in items])
        link = (("Link", f'<{more}>; rel="next"'),) if more else ()
        return Reply(HTTPStatus.OK, FOUND, body, (*fields, *_SHARED, *link))

    def _tell(self, rest: str, _: str) -> Reply:
        """One published story by its id."""
        found = self._open_finder().find_story(unquote(rest, errors="replace"))
        if isinstance(found, Unanswered):
            return _explain(_API, found)
        if found is None:
            return refuse(_API, HTTPStatus.NOT_FOUND, "no published story has this id")
        fields = _list_fields([json.loads(found.item)])
        body = f"{found.item}\n".encode(errors="replace")
        return Reply(HTTPStatus.OK, _JSON, body, (*fields, *_SHARED))

    def _open_finder(self) -> Finder:
        """One that knows where days begin, which a changed configuration may say anew."""
        zone = self._tell_config().newsfeed.timezone
        if zone != self._zone:
            self._finder.close()
            self._zone, self._finder = zone, Finder(self._path, _DEADLINE, zone)
        return self._finder


def refuse(path: str, status: int, why: str) -> Reply:
    """Why there is no answer: a problem for programs, a sentence for people."""
    if path.startswith(_API):
        body = render_problem(status, HTTPStatus(status).phrase, why)
        return Reply(status, _PROBLEM, body, (_UNSEEN, *_SHARED))
    return Reply(status, _PLAIN, f"{why[:1].upper()}{why[1:]}.\n".encode(), (_UNSEEN,))


def _explain(path: str, found: Unanswered) -> Reply:
    reply = refuse(path, HTTPStatus.SERVICE_UNAVAILABLE, found.why)
    fields = reply.fields if found.is_lasting else (*reply.fields, _LATER)
    return Reply(reply.status, reply.media_type, reply.body, fields)


def _list_fields(items: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """What machines are told of an answer with these stories."""
    is_reserved = any(item["_day"].get("ai") == "no" for item in items)
    return (_UNSEEN, _RESERVED) if is_reserved else (_UNSEEN,)


def _print(config: Config, asked: Asked, total: int, items: Sequence[Mapping[str, Any]]) -> bytes:
    newsfeed, templates = config.newsfeed, config.publish.templates
    around = Around(languages=order_languages(newsfeed.language), has_search=True)
    question = Question(asked.words, total, asked.number, SIZE)
    hits = [_make_hit(item, asked) for item in items]
    results = make_results(question, hits, newsfeed, around)
    site = Path(templates) if templates else None
    return render_results(results, asked.language, site).outputs[0].body


def _make_hit(item: Mapping[str, Any], asked: Asked) -> Hit:
    language = item.get("language")
    return Hit(
        item["id"],
        item["title"],
        item["url"],
        datetime.fromisoformat(item["date_published"]),
        item["_day"]["source"].get("name", ""),
        make_excerpt(to_text(item["content_html"]), asked.query),
        None if language == "und" else language,
    )
