"""Parts of files, conditions on them, and how long caches may keep them."""

import asyncio
import gzip
import os
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.edges.serve import make_site
from aggregator.edges.serve.asked import Asked
from aggregator.edges.serve.caching import find_cache
from aggregator.edges.serve.conditions import is_lost
from aggregator.edges.serve.ranges import Whole, find_part, is_same
from tests.edges.serving import OLD, Log, Running, run_site

DIGITS = bytes(range(48, 58)) * 1_000
DATE = formatdate(OLD, usegmt=True)


def put(folder: Path, name: str, body: bytes) -> None:
    """Write a file that is old enough for its time to be a validator."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(body)
    os.utime(folder / name, (OLD, OLD))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Running]:
    """One small and one large file, served."""
    put(tmp_path, "atom.xml", DIGITS)
    put(tmp_path, "big.bin", DIGITS * 2_000)
    with run_site(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ([], Whole.ASKED),
        (["bytes=0-0"], range(1)),
        (["bytes=2-4"], range(2, 5)),
        (["BYTES = 2-4 "], range(2, 5)),
        (["bytes=7-"], range(7, 10)),
        (["bytes=7-99999999999999999"], range(7, 10)),
        (["bytes=-3"], range(7, 10)),
        (["bytes=-99"], range(10)),
        (["bytes=-0"], Whole.BEYOND),
        (["bytes=10-"], Whole.BEYOND),
        (["bytes=4-2"], Whole.ASKED),
        (["bytes=-"], Whole.ASKED),
        (["bytes=0-1,3-4"], Whole.ASKED),
        (["bytes=0-1", "bytes=3-4"], Whole.ASKED),
        (["lines=1-2"], Whole.ASKED),
        (["bytes=a-b"], Whole.ASKED),
        (["bytes=" + "1" * 5_000 + "-"], Whole.ASKED),
        (["bytes=\u0661-\u0662"], Whole.ASKED),
    ],
)
def test_the_part_that_a_range_names(wanted: list[str], part: range | Whole) -> None:
    """Of ten bytes: one part, clipped; nothing beyond the end; all else asks for the whole."""
    assert find_part(wanted, 10) == part


def test_an_empty_file_has_no_part() -> None:
    """Whatever is asked of it lies beyond its end."""
    assert find_part(["bytes=0-"], 0) is find_part(["bytes=-5"], 0) is Whole.BEYOND


@given(
    size=st.integers(0, 50),
    first=st.none() | st.integers(0, 60),
    last=st.none() | st.integers(0, 60),
)
def test_a_part_lies_inside_of_the_file(size: int, first: int | None, last: int | None) -> None:
    """Its bytes exist, and there is at least one."""
    names = ["" if each is None else str(each) for each in (first, last)]
    part = find_part([f"bytes={names[0]}-{names[1]}"], size)
    if isinstance(part, range):
        assert 0 <= part.start < part.stop <= size


@pytest.mark.parametrize(
    ("if_range", "same"),
    [
        ([], True),
        (['"a"'], True),
        (['W/"a"'], False),
        (['"b"'], False),
        ([DATE], True),
        ([formatdate(OLD + 1, usegmt=True)], False),
        (['"a"', '"a"'], False),
    ],
)
def test_if_range(if_range: list[str], same: bool) -> None:  # noqa: FBT001 - a column of the table
    """A tag is compared strongly, a date exactly; without the field a part may go out."""
    assert is_same(if_range, '"a"', DATE) is same
    assert not is_same(["None"], '"a"', None)


@pytest.mark.parametrize(
    ("match", "since", "lost"),
    [
        ([], [], False),
        (['"a"'], [], False),
        (["*"], [], False),
        (['"b", "a"'], [], False),
        (['W/"a"'], [], True),
        (['"b"'], [DATE], True),
        ([], [DATE], False),
        ([], [formatdate(OLD - 1, usegmt=True)], True),
        ([], ["yesterday"], False),
    ],
)
def test_conditions_of_those_who_insist(match: list[str], since: list[str], lost: bool) -> None:  # noqa: FBT001 - a column of the table
    """If-Match, compared strongly, wins over If-Unmodified-Since; nonsense is no condition."""
    assert is_lost('"a"', OLD, match, since) is lost
    assert not is_lost('"a"', None, [], since)


@pytest.mark.parametrize("name", ["/atom.xml", "/big.bin"])
def test_a_part_of_a_file(site: Running, name: str) -> None:
    """From memory and from the disk: its bytes, where they lie, and the validators."""
    whole = site.ask(name)
    size = len(whole.body)
    assert whole.fields["accept-ranges"] == "bytes"
    for _ in range(2):  # read from the disk, then from memory
        got = site.ask(name, range="bytes=5003-5012", if_range=whole.fields["etag"])
        assert (got.status, got.body) == (206, b"3456789012")
        assert got.fields["content-range"] == f"bytes 5003-5012/{size}"
        assert got.fields["content-length"] == "10"
        assert got.fields["etag"] == whole.fields["etag"]
        assert got.fields["last-modified"] == DATE
    assert site.ask(name, range="bytes=-3").body == b"789"
    late = site.ask(name, range=f"bytes={size - 70_001}-")
    assert late.body == whole.body[-70_001:]


def test_a_part_of_the_gzip_form(site: Running) -> None:
    """A broken download goes on where it ended, in the form that it began with."""
    whole = site.ask("/atom.xml", accept_encoding="gzip")
    fields = {"accept_encoding": "gzip", "if_range": whole.fields["etag"]}
    rest = site.ask("/atom.xml", range="bytes=20-", **fields)
    assert (rest.status, rest.fields["content-encoding"]) == (206, "gzip")
    assert gzip.decompress(whole.body[:20] + rest.body) == DIGITS
    # The plain form is another one: no part of it fits.
    other = site.ask("/atom.xml", range="bytes=20-", if_range=whole.fields["etag"])
    assert (other.status, other.body) == (200, DIGITS)


def test_what_lies_beyond_is_416(site: Running) -> None:
    """It says how long the file is."""
    got = site.ask("/atom.xml", range="bytes=10000-")
    assert (got.status, got.fields["content-range"]) == (416, "bytes */10000")


def test_a_known_file_goes_before_its_parts_and_a_lost_one_before_both(site: Running) -> None:
    """The order of RFC 9110 section 13.2.2."""
    etag = site.ask("/atom.xml").fields["etag"]
    assert site.ask("/atom.xml", range="bytes=0-1", if_none_match=etag).status == 304
    got = site.ask("/atom.xml", range="bytes=0-1", if_none_match=etag, if_match='"other"')
    assert got.status == 412


def test_head_knows_no_parts(site: Running) -> None:
    """It answers as for the whole."""
    got = site.ask("/atom.xml", "HEAD", range="bytes=0-1")
    assert (got.status, got.fields["content-length"]) == (200, "10000")


DAY = ("2023", "09", "21", "atom.xml")


@pytest.mark.parametrize(
    ("names", "hours", "cache"),
    [
        (("atom.xml",), 100, "max-age=60"),
        (("sources", "hetq", "index.html"), 100, "max-age=60"),
        (("days", "index.html"), 100, "max-age=60"),
        (("assets", "page.css"), 0, "max-age=600"),
        (DAY, 0, "max-age=60"),
        (DAY, 23, "max-age=60"),
        (DAY, 24, "max-age=3600"),
        (("2023", "09", "21"), 100, "max-age=60"),
        (("feeds", "2023", "09", "21", "atom.xml"), 100, "max-age=60"),
    ],
)
def test_how_long_a_file_may_be_kept(names: tuple[str, ...], hours: int, cache: str) -> None:
    """An hour only where a day did not change for a day; a takedown reaches all of them."""
    assert find_cache(names, hours * 3600) == cache


def test_a_closed_day_is_kept_longer(tmp_path: Path) -> None:
    """Until it changes, and again a day later; by the time of its file."""
    put(tmp_path, "/".join(DAY).lstrip("/"), DIGITS)
    with run_site(tmp_path) as site:
        first = site.ask("/2023/09/21/atom.xml")
        (tmp_path / "2023/09/21/atom.xml").write_bytes(b"taken down")
        second = site.ask("/2023/09/21/atom.xml")
    assert [got.fields["cache-control"] for got in (first, second)] == [
        "max-age=3600",
        "max-age=60",
    ]


FIELDS = st.dictionaries(
    st.sampled_from(
        [b"accept-encoding", b"range", b"if-range", b"if-match", b"if-none-match",
         b"if-modified-since", b"if-unmodified-since"]
    ),
    st.sampled_from(
        [b"gzip", b"*", b'"a"', b"bytes=0-1", b"bytes=-5", b"bytes=99999-", b"\xff", b"",
         DATE.encode(), formatdate(2**31, usegmt=True).encode()]
    ).map(lambda value: [value]),
)  # fmt: skip


@given(method=st.sampled_from(["GET", "HEAD"]), fields=FIELDS)
def test_the_quick_answer_is_the_slow_one(
    tmp_path_factory: pytest.TempPathFactory, method: str, fields: Mapping[bytes, list[bytes]]
) -> None:
    """Whatever is asked for, the application says the same as the connection at once."""
    folder = tmp_path_factory.getbasetemp() / "quick"
    if not folder.exists():
        put(folder, "atom.xml", DIGITS)
    site = make_site(folder, {}, Log())
    sent: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, object]:
        return {}

    pairs = [(name, value) for name, values in fields.items() for value in values]
    scope = {"type": "http", "method": method, "raw_path": b"/atom.xml", "headers": pairs}
    asked = Asked(method, b"/atom.xml?x", fields)
    assert site.answer_at_once(asked) is None  # not read yet
    asyncio.run(site(scope, receive, send))
    answer = site.answer_at_once(asked)
    assert answer is not None
    assert (sent[0]["status"], sent[0]["headers"]) == (answer.status, answer.head)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    assert body == (b"" if method == "HEAD" else answer.body)
