"""JSON Feed 1.1 (jsonfeed.org/version/1.1), with `_day` for what it has no word for.

No `authors` of the feed: they would become those of every item that has none.
No `external_url`: `url` is the publisher's own page already. `docs/formats.md`
describes `_day`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aggregator.core.model import Also, Edition, Enclosure, Person, Shown, SourceRef
from aggregator.edges.render.xml import UNKNOWN_TYPE, in_seconds, list_authors

MEDIA_TYPE = "application/feed+json"
_VERSION = "https://jsonfeed.org/version/1.1"
_ABOUT = "Day newsfeed: the source, terms and comments of each story; see docs/formats.md"

_Object = Mapping[str, Any]


def render(edition: Edition, items: Sequence[bytes]) -> bytes:
    """The whole document: a line for the head, one for each item, one for the end."""
    before, behind, current = (
        None if folder is None else f"{edition.home}{folder}feed.json"
        for folder in (edition.before, edition.behind, edition.current)
    )
    chain = {"archive": edition.is_archive or None, "next_archive": behind, "current": current}
    hubs = [{"type": "WebSub", "url": edition.hub}] if edition.hub else None
    head = _write(_keep_known({
        "version": _VERSION,
        "title": edition.title,
        "description": f"{edition.title}: every story once, every source credited",
        "home_page_url": edition.place,
        "feed_url": f"{edition.place}feed.json",
        "next_url": before,
        "language": edition.language,
        "hubs": hubs,
        "_day": {"about": _ABOUT, **_keep_known(chain)},
    }))  # fmt: skip
    lines = b",\n".join(items)
    return b"".join([head[:-1], b',"items":[\n', lines, b"\n]}\n" if lines else b"]}\n"])


def render_item(shown: Shown) -> bytes:
    """One story as an object on one line."""
    # The format asks for a text, also for an empty one.
    words = {
        "id": shown.id,
        "url": shown.link,
        "title": shown.title,
        "content_html": shown.html,
    }
    more = {
        "image": shown.thumbnail,
        "date_published": in_seconds(shown.published).isoformat(),
        "date_modified": in_seconds(shown.updated).isoformat(),
        "authors": [_name(person) for person in list_authors(shown)],
        "tags": list(shown.categories),
        # Without one the item would be in the newsfeed's language; "und" says unknown.
        "language": shown.language or "und",
        "attachments": [_attach(medium) for medium in shown.enclosures],
        "_day": _say_more(shown),
    }
    return _write({**words, **_keep_known(more)})


def _name(person: Person) -> _Object:
    """An author by name and page; an address would only invite mail."""
    return _keep_known({"name": person.name, "url": person.uri})


def _attach(medium: Enclosure) -> _Object:
    """A medium; the format requires a type, and knows no length that says unknown."""
    return _keep_known({
        "url": medium.url,
        "mime_type": medium.type or UNKNOWN_TYPE,
        "size_in_bytes": medium.length,
    })  # fmt: skip


def _say_more(shown: Shown) -> _Object:
    """What Atom says of the story by its `source`, rights, licence, related links and thr:total."""
    comments = {"url": shown.comments_url, "count": shown.comments_count}
    return _keep_known({
        "source": _describe(shown.source, shown.feed_url),
        "via": _link(*shown.via) if shown.via else None,
        "rights": shown.rights,
        "license": shown.license,
        "ai": None if shown.ai else "no",
        "carriers": [_link(name, link) for name, link in shown.carriers],
        "also": [_name_also(one) for one in shown.also],
        "comments": _keep_known(comments),
    })  # fmt: skip


def _describe(source: SourceRef, feed_url: str) -> _Object:
    return _keep_known({
        "name": source.title,
        "id": source.id,
        "feed_url": feed_url,
        "home_page_url": source.link,
        "rights": source.rights,
    })  # fmt: skip


def _name_also(one: Also) -> _Object:
    return _keep_known({
        "source": one.source,
        "via": one.via,
        "title": one.title,
        "url": one.link,
        "language": one.language,
        "published": in_seconds(one.published).isoformat(),
    })  # fmt: skip


def _link(name: str, url: str) -> _Object:
    return {"name": name, "url": url}


def _keep_known(fields: _Object) -> _Object:
    """The fields that say something; 0 is known, nothing and "" are not."""
    return {name: value for name, value in fields.items() if value or value == 0}


def _write(value: _Object) -> bytes:
    """Compact, letters as they are, keys in the order given; a lone surrogate is a ValueError."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
