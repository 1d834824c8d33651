"""Whatever the sources send, what is published is safe to show: whole polls, whole files."""

import gzip
import json
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape as escape_xml

import feedparser
import pytest

from aggregator.core.model import Mode, Reuse, Source
from aggregator.core.text import clean_chars
from tests.edges.loopback import Recorder, Response, serve
from tests.newsroom import Newsroom, open_newsroom, write_item, write_rss
from tests.xss import Judge, load_cases

FULL = Reuse(mode=Mode.FULL, max_words=None, images=True)
TOKEN = "sesame-open-42"  # noqa: S105 - the secret that must not come out
PASSWORD = "hunter2hunter2"  # noqa: S105 - as above
OTHER = "k3y-of-somebody"


def read_files(room: Newsroom) -> dict[str, str]:
    """Every feed in the published folder as text, what is compressed too."""
    folder = room.data / "public"
    feeds = ("atom.xml", "rss.xml", "feed.json")
    files = [path for path in folder.rglob("*") if path.name.removesuffix(".gz") in feeds]
    return {
        str(path.relative_to(folder)): (
            gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        ).decode()
        for path in files
    }


@dataclass(frozen=True)
class Edition:
    """What was published of one source, what was logged, and what the poll found odd."""

    files: dict[str, str]
    logged: str
    odd: list[tuple[str, str]]


def publish(data: Path, body: bytes, path: str = "/paper", login: str = "") -> Edition:
    """Poll one source and publish it with all that its terms allow."""
    site = Recorder(lambda _: Response(200, {"Content-Type": "application/rss+xml"}, body))
    with serve(site) as url:
        source = Source("paper", f"{url.replace('//', f'//{login}')}{path}", "Paper", reuse=FULL)
        with open_newsroom(data, [source]) as room:
            (polled,) = room.poll().values()
            assert not polled.failed, polled.state.last_detail
            room.publish()
            odd = [(one.item, one.what) for one in polled.state.problems]
            return Edition(read_files(room), room.logged.getvalue(), odd)


def read_shown(text: str) -> list[Any]:
    """The entries of a published file in the eyes of feedparser, or as JSON Feed has them."""
    if text.startswith("{"):
        return [
            feedparser.FeedParserDict(
                title=item["title"],
                link=item["url"],
                description=item["content_html"],
                author=item["authors"][0]["name"],
                tags=[feedparser.FeedParserDict(term=term) for term in item.get("tags", ())],
            )
            for item in json.loads(text)["items"]
        ]
    parsed = feedparser.parse(text.encode(), sanitize_html=False, resolve_relative_uris=False)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return list(parsed.entries)


def test_no_attack_is_published(tmp_path: Path) -> None:
    """The whole corpus in one feed, in texts and in titles: each entry of each file is harmless."""
    items = []
    for number, case in enumerate(load_cases()):
        value = escape_xml(case.value.replace("\x00", "").replace("\ufffe", ""))
        field = "category" if case.where == "author" else case.where
        fields = {"title": f"Report {number}", "content": "", "category": ""} | {field: value}
        extra = f"<category>{fields['category']}</category>"
        items.append(write_item(number, fields["title"], fields["content"], extra=extra))
    edition = publish(tmp_path / "data", write_rss(*items))
    files = edition.files
    assert {"atom.xml", "rss.xml"} <= set(files)
    for name, text in files.items():
        entries = read_shown(text)
        assert len(entries) > 150, name
        for entry in entries:
            shown = entry.content[0].value if entry.get("content") else entry.description
            assert Judge(shown).faults == []
            assert entry.link.startswith("http://paper.example/")


def test_what_was_removed_is_counted_with_the_poll(tmp_path: Path) -> None:
    """Pixels, broken bytes and text that was encoded twice: a line each, for the whole feed."""
    pixel = escape("<img src='https://pixel.wp.com/b.gif' width=1 height=1>")
    items = [
        write_item(1, "Новости дня на сегодня", f"слова {pixel}{pixel}"),
        write_item(2, "Հետք|", f"words {pixel}"),
        write_item(3, "ÐŸÑ€Ð¸Ð²ÐµÑ‚", "CafÃ©"),
        write_item(4, "lost \ufffd letter"),
    ]
    edition = publish(tmp_path / "data", write_rss(*items).replace(b"|", b"\xd5"))
    assert edition.odd == [
        ("", "not valid UTF-8 in 1 place; the bytes there are left out"),
        ("", "its publisher wrote 1 sign for a lost character (U+FFFD); left out"),
        ("", "2 texts were encoded as UTF-8 twice and mended"),
        ("", "3 tracking pixels removed from its texts"),
    ]
    for text in edition.files.values():
        assert "\ufffd" not in text
        assert "pixel.wp.com" not in text
        shown = {entry.title: str(entry) for entry in read_shown(text)}
        assert set(shown) == {"Новости дня на сегодня", "Հետք", "Привет", "lost letter"}
        assert "Café" in shown["Привет"]


def test_images_are_published_late_and_without_a_referrer(tmp_path: Path) -> None:
    """A picture may stay with its publisher, who learns neither page nor reader before time."""
    image = escape("<p>words</p><img src='https://h.example/a.jpg' alt='A' loading='eager'>")
    edition = publish(tmp_path / "data", write_rss(write_item(1, "A", image)))
    expected = (
        '<img src="https://h.example/a.jpg" alt="A" loading="lazy" referrerpolicy="no-referrer">'
    )
    for text in edition.files.values():
        plain = text.replace('\\"', '"') if text.startswith("{") else unescape(unescape(text))
        assert expected in plain


def test_an_open_override_stays_in_its_entry(tmp_path: Path) -> None:
    """In titles, names, categories and texts, controls without their other half are gone."""
    extra = "<category>a\u202eb</category><author>a@b.example (c\u2067d)</author>"
    text = escape("<p>one\u202e</p><p>two\u202c three \u202eok\u202c</p>")
    items = [write_item(1, "A\u202eB", text, extra=extra), write_item(2, "C\u202cD")]
    edition = publish(tmp_path / "data", write_rss(*items))
    for name, published in edition.files.items():
        assert clean_chars(published) == published, name
        first = next(entry for entry in read_shown(published) if entry.title == "AB")
        shown = first.content[0].value if first.get("content") else first.description
        assert "one</p><p>two three \u202eok\u202c</p>" in shown
        assert "\u202e" not in first.title + first.author + first.tags[0].term
        assert "\u2067" not in str(first.author)


SECRET_URLS = [
    f"https://desk:{PASSWORD}@paper.example/a",
    f"https://paper.example/b?x=1&token={OTHER}&y=2",
    f"https://paper.example/c?apikey={OTHER}",
    f"https://paper.example/d?api_key={OTHER}#top",
    f"https://paper.example/e;jsessionid={OTHER}?x=1&access_token={OTHER}",
    f"https://paper.example/f?u={TOKEN}",
    f"https://paper.example/{TOKEN}/g",
]


PATH = 6


@pytest.mark.parametrize("number", range(len(SECRET_URLS)))
def test_no_key_comes_out(tmp_path: Path, number: int) -> None:
    """A feed behind a password and a key repeats them, and others, in each of its fields."""
    secret = escape_xml(SECRET_URLS[number])
    content = escape(f"<a href='{secret}'>go</a> <img src='{secret}'>")
    told = escape(f"<p>You read {SECRET_URLS[-2]}, they read on.</p>")
    extra = (
        f'<enclosure url="{secret}" length="5" type="audio/mpeg"/><comments>{secret}</comments>'
        f"<category>{TOKEN}</category><author>x@y.example (Ann {TOKEN})</author>"
        f'<source url="{secret}">Wire {TOKEN}</source>'
    )
    items = [
        write_item(1, f"One {TOKEN}", content, link=secret, guid=secret, extra=extra),
        write_item(2, "Two", told),
    ]
    head = f"<title>Paper {TOKEN}</title><link>{secret}</link><copyright>{TOKEN}</copyright>"
    edition = publish(
        tmp_path / "data",
        write_rss(*items, head=head),
        f"/paper?token={TOKEN}",
        f"desk:{PASSWORD}@",
    )
    files = edition.files
    published = "".join(files.values())
    # Of an article whose very path is a key no address can be given: it is held back.
    assert len(read_shown(files["atom.xml"])) == 2 - (number == PATH)
    for words in (published, edition.logged):
        for known in (TOKEN, PASSWORD, "desk:") + (() if number >= 5 else (OTHER,)):
            assert known not in words
    assert "paper.example/" in published
