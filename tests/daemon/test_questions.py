"""Search and the query API over HTTP: real stories, real requests, nothing else than the feeds."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.core.model import Act, Entry, Order, Reuse, Source
from aggregator.daemon.newsroom import Newsroom as Daemon
from aggregator.daemon.questions import Desk, refuse
from aggregator.edges.log import make_log
from aggregator.edges.serve import Maker, Questions, Reply
from aggregator.edges.serve.questions import MOST_WAITING
from tests.edges.make import run_sql
from tests.edges.serving import BOUND, Got, Running, run_site
from tests.newsroom import NOON, Newsroom, open_newsroom
from tests.pipeline.test_indexing import store, write
from tests.pipeline.test_inspecting import SOURCE


@dataclass(frozen=True)
class Served:
    """A newsroom whose published folder and questions are served."""

    room: Newsroom
    daemon: Daemon
    site: Running

    def ask(self, path: str, **fields: str) -> Got:
        """Ask once."""
        return self.site.ask(path, **fields)

    def read(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """The JSON of an answer that is one."""
        got = self.ask(path)
        assert got.status == 200, got.body
        return json.loads(got.body)


@contextmanager
def serve_room(data: Path, sources: list[Source]) -> Iterator[Served]:
    """A newsroom of these sources, served."""
    with open_newsroom(data, sources) as room:
        log = make_log("json", StringIO())
        daemon = Daemon(room.config, room.store, data, lambda: NOON, log)
        with (
            closing(Desk(lambda: daemon.config, data)) as desk,
            serve_questions(data, desk.makers) as site,
        ):
            yield Served(room, daemon, site)


@contextmanager
def serve_questions(data: Path, makers: dict[str, Maker] | Any) -> Iterator[Running]:  # noqa: ANN401 - a mapping
    """A site with questions before it."""
    made: list[Questions] = []
    heard: list[tuple[str, dict[str, object]]] = []

    def put_before(site: Any) -> Questions:  # noqa: ANN401 - an application
        log: Callable[..., None] = lambda event, **facts: heard.append((event, facts))  # noqa: E731 - short
        made.append(Questions(site, makers, refuse, log))
        return made[0]

    with run_site(data / "public", questions=put_before) as site:
        site.log.lines = heard
        yield site
    made[0].close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A newsroom of one paper with three stories."""
    with serve_room(tmp_path / "data", [SOURCE]) as made:
        store(made.room, *write_some(made.room))
        made.room.publish()
        yield made


def write_some(room: Newsroom) -> list[Entry]:
    """Three reports, each of another hour."""
    return [
        write(room, number, words, published=NOON.replace(hour=number))
        for number, words in ((1, "refugees"), (2, "talks & <b>bread</b>"), (3, "refugee talks"))
    ]


def test_a_search_is_a_page_of_what_was_found(served: Served) -> None:
    """Headline, link, source and a few words; for no index, in the language asked for."""
    got = served.ask("/search?q=refugee")
    assert got.status == 200
    assert got.fields["content-type"] == "text/html; charset=utf-8"
    assert got.fields["x-robots-tag"] == "noindex"
    assert got.fields["cache-control"] == "no-store"
    page = got.body.decode()
    assert "<mark>refugees</mark>" in page
    assert page.index("Alone 3") < page.index("Alone 1")
    assert "Alone 2" not in page
    assert '<meta name="robots" content="noindex' in page
    assert "https://paper.example/1.html" in page
    assert '<html lang="hy"' in served.ask("/search?q=refugee&lang=hy").body.decode()
    assert "Alone" not in served.ask("/search").body.decode()
    assert "Alone" not in served.ask("/search?q=nowhere").body.decode()
    assert served.ask("/search?q=refugee", method="HEAD").body == b""


def test_a_search_has_pages(served: Served) -> None:
    """Twenty finds on each, the newest first."""
    more = [write(served.room, number, "many") for number in range(10, 35)]
    store(served.room, *more)
    served.room.publish()
    first, second = (served.ask(f"/search?q=many&page={n}").body.decode() for n in (1, 2))
    assert first.count("<article") == 20
    assert second.count("<article") == 5
    assert "search?q=many&amp;page=2" in first


def test_programs_get_items_as_they_are_in_the_feeds(served: Served) -> None:
    """A JSON Feed of the same items, byte for byte, open to pages of others."""
    got = served.ask("/api/stories")
    assert got.fields["content-type"] == "application/feed+json"
    assert got.fields["access-control-allow-origin"] == "*"
    answer, feed = json.loads(got.body), json.loads(served.room.read("feed.json"))
    assert answer["version"] == "https://jsonfeed.org/version/1.1"
    assert answer["items"] == feed["items"]
    assert "next_url" not in answer
    lines = served.room.read("feed.json").split(b"\n")
    assert all(line.rstrip(b",") in got.body for line in lines if line.startswith(b'{"id"'))


def test_programs_go_on_by_next_url(served: Served) -> None:
    """Every story once, the newest first, also while new ones come in between."""
    seen, path = [], "/api/stories?limit=1&source=paper"
    for number in range(5):
        answer = served.read(path)
        seen += [item["title"].split()[1] for item in answer["items"]]
        if "next_url" not in answer:
            break
        assert answer["next_url"].startswith(served.room.config.newsfeed.base_url)
        parts = urlsplit(answer["next_url"])
        assert parse_qs(parts.query)["source"] == ["paper"]
        assert served.ask(path).fields["link"] == f'<{answer["next_url"]}>; rel="next"'
        path = f"{parts.path}?{parts.query}"
        store(served.room, write(served.room, 100 + number, "new"))
        served.room.publish()
    assert seen == ["3", "2", "1"]


def test_one_story_is_given_by_its_id(served: Served) -> None:
    """Percent-encoded as it is; one that was taken down is not there at once."""
    (story,) = served.read("/api/stories?q=bread")["items"]
    path = f"/api/stories/{quote(story['id'], safe='')}"
    assert served.read(path) == story
    key = write(served.room, 2, "").key
    served.room.store.save_orders([Order(Act.TAKEDOWN, SOURCE.id, key, NOON)])
    got = served.ask(path)
    assert (got.status, got.fields["content-type"]) == (404, "application/problem+json")
    assert b"Alone 2" not in served.ask("/search?q=bread").body
    assert served.ask("/api/stories/%FF%00").status == 404


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/stories?limit=1000", "limit is a number from 1 to 200"),
        ("/api/stories?offset=3", "there is no parameter 'offset'"),
        ("/api/stories?q=" + "a" * 10_000, "too long"),
    ],
)
def test_a_mistake_is_a_problem_in_json(served: Served, path: str, words: str) -> None:
    """As RFC 9457 has it."""
    got = served.ask(path)
    assert (got.status, got.fields["content-type"]) == (400, "application/problem+json")
    problem = json.loads(got.body)
    assert set(problem) == {"type", "title", "status", "detail"}
    assert words in problem["detail"]


def test_what_is_asked_can_only_be_read(served: Served) -> None:
    """Whoever writes is refused in the form of the address."""
    got = served.ask("/api/stories", method="POST")
    assert (got.status, got.fields["allow"]) == (405, "GET, HEAD")
    assert json.loads(got.body)["status"] == 405
    assert served.ask("/search", method="DELETE").body == b"It can only be read.\n"


def test_other_paths_are_the_sites(served: Served) -> None:
    """Files are served as before."""
    assert served.ask("/atom.xml").status == 200
    assert served.ask("/searching").status == 404
    assert served.ask("/api/").status == 404


def test_reserved_stories_are_told_to_machines(tmp_path: Path) -> None:
    """Where the terms of one keep it from language models, the answer says so."""
    reserved = replace(SOURCE, reuse=replace(SOURCE.reuse, ai=False))
    with serve_room(tmp_path / "data", [reserved]) as served:
        store(served.room, *write_some(served.room))
        served.room.publish()
        for path in ("/api/stories", "/search?q=talks"):
            assert served.ask(path).fields["tdm-reservation"] == "1"


def test_before_anything_is_published_it_says_so(tmp_path: Path) -> None:
    """The question may be asked again."""
    with serve_room(tmp_path / "data", [SOURCE]) as served:
        for path in ("/search?q=a", "/api/stories", "/api/stories/x"):
            got = served.ask(path)
            assert (got.status, got.fields["retry-after"]) == (503, "60")
            assert b"othing is published yet" in got.body
        assert served.ask("/search").status == 200


def test_a_store_that_cannot_be_read_costs_one_answer(served: Served) -> None:
    """It is logged; asking again works when it can be."""
    run_sql(served.room.data, "ALTER TABLE shown RENAME TO lost")
    got = served.ask("/api/stories")
    assert (got.status, got.fields["retry-after"]) == (503, "5")
    ((event, facts),) = served.site.log.lines
    assert event == "serve"
    assert "cannot be searched" in str(facts["detail"])
    run_sql(served.room.data, "ALTER TABLE lost RENAME TO shown")
    assert served.ask("/api/stories").status == 200


def test_a_day_begins_where_a_changed_configuration_says(served: Served) -> None:
    """Without a new start."""
    assert len(served.read("/api/stories?to=2023-09-20")["items"]) == 0
    config = served.room.config
    there = replace(config, newsfeed=replace(config.newsfeed, timezone="Pacific/Honolulu"))
    served.daemon.config = there
    assert len(served.read("/api/stories?to=2023-09-20")["items"]) == 3


def test_too_many_questions_wait_elsewhere(tmp_path: Path) -> None:
    """One is answered at a time; beyond the queue they are to come back."""
    go, begun = threading.Event(), threading.Event()

    def make(_: str, __: str) -> Reply:
        begun.set()
        assert go.wait(BOUND)
        return Reply(200, "text/plain", b"made")

    (tmp_path / "public").mkdir()
    with serve_questions(tmp_path, {"/search": make}) as site, ThreadPoolExecutor(40) as readers:
        first = readers.submit(site.ask, "/search")
        assert begun.wait(BOUND)
        others = [readers.submit(site.ask, "/search") for _ in range(MOST_WAITING + 4)]
        refused = list(iter_done(others, 5))
        assert all(got.status == 503 and got.fields["retry-after"] == "5" for got in refused)
        go.set()
        assert first.result(BOUND).body == b"made"
        assert sum(one.result(BOUND).status == 200 for one in others) == MOST_WAITING - 1


def iter_done(futures: list[Any], count: int) -> Iterator[Got]:
    """The results of the first that are done."""
    for _, future in zip(range(count), as_completed(futures, BOUND), strict=False):
        yield future.result()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=60))
def test_whatever_is_asked_is_answered(served: Served, words: str) -> None:
    """No words are a fault of the server, and every result is a published story."""
    asked = quote(words.encode("utf-8", "surrogatepass"), safe="")
    assert served.ask(f"/search?q={asked}").status == 200
    got = served.ask(f"/api/stories?q={asked}")
    assert got.status in {200, 400}
    published = {item["id"] for item in json.loads(served.room.read("feed.json"))["items"]}
    if got.status == 200:
        assert {item["id"] for item in json.loads(got.body)["items"]} <= published


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text("%&=+;#?/\\\"'*():^-aAq0 \x7f", max_size=60))
def test_whatever_stands_in_an_address_is_answered(served: Served, query: str) -> None:
    """With an answer, or with what is wrong with it."""
    sent = query.replace("#", "").replace(" ", "+").replace("\x7f", "")
    assert served.ask(f"/search?{sent}").status == 200
    assert served.ask(f"/api/stories?{sent}").status in {200, 400}
    assert served.ask(f"/api/stories/{sent.replace('?', '')}").status in {200, 404}


def test_terms_hold_for_programs_too(tmp_path: Path) -> None:
    """What the feeds do not give, the API does not give."""
    with serve_room(tmp_path / "data", [replace(SOURCE, reuse=Reuse(max_words=3))]) as served:
        store(served.room, write(served.room, 1, "one two three secretly"))
        served.room.publish()
        assert b"secretly" not in served.ask("/api/stories").body
        assert served.read("/api/stories?q=secretly")["items"] == []
