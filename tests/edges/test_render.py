"""What every rendered document holds, as strict and as lenient readers find it."""

import json
from dataclasses import replace

import pytest

from aggregator.core.lint import Circumstances, forbids, lint
from aggregator.edges.published import skim_document
from aggregator.edges.render import render_feeds
from tests.edges.make import (
    make_edition,
    make_shown,
    render_all,
    render_both,
    render_well,
    run_python,
)
from tests.edges.reading import (
    ATOM,
    DC,
    LANG,
    list_links,
    read_entry,
    read_item,
    read_leniently,
    read_strictly,
    read_title,
)

TITLES = [
    "Plain",
    "AT&T",
    "A & B",
    "1 < 2 > 0",
    "<b>bold</b> & <script>alert(1)</script>",
    "&amp; and &lt;b&gt; and &#39;",
    "]]> <!-- --> <![CDATA[x]]> </entry></item></feed></channel>",
    "\"quoted\" and 'single'",
    "Հայաստան «այսօր» — Россия 😀",
]


# Documents --------------------------------------------------------------------


def test_the_files_have_names_and_types() -> None:
    """Three files, named as readers are told to subscribe."""
    outputs = render_all(make_shown())
    assert [(out.path, out.media_type) for out in outputs] == [
        ("atom.xml", "application/atom+xml"),
        ("rss.xml", "application/rss+xml"),
        ("feed.json", "application/feed+json"),
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_both_documents_are_read_without_complaint(count: int) -> None:
    """Strict XML parsers and feedparser take the same stories from both, in order, also none."""
    stories = [make_shown(id=f"tag:a.am,2023:{number}") for number in range(count)]
    for output in render_both(*stories):
        read_strictly(output)
        read = read_leniently(output)
        assert [entry.id for entry in read.entries] == [shown.id for shown in stories]
        assert [read_title(entry) for entry in read.entries] == [shown.title for shown in stories]
        assert [entry.link for entry in read.entries] == [shown.link for shown in stories]


def test_atom_says_what_rfc_4287_requires_of_a_feed() -> None:
    """id, title, updated and a link to itself, in the newsfeed's language."""
    feed = read_strictly(render_both(make_shown())[0])
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANG) == "en"
    assert feed.findtext(f"{ATOM}id") == "tag:news.example.org,2026:day"
    assert feed.findtext(f"{ATOM}title") == "Day newsfeed"
    assert feed.findtext(f"{ATOM}updated") == "2023-09-21T12:30:15+00:00"
    assert list_links(feed, "self") == [
        {"href": "https://news.example.org/atom.xml", "type": "application/atom+xml"}
    ]
    assert list_links(feed, "alternate") == [{"href": "https://news.example.org/"}]


def test_the_newsfeed_claims_neither_authorship_nor_rights() -> None:
    """RFC 4287 4.2.1 and 4.2.10: they would become those of entries that have none."""
    atom, rss = (read_strictly(output) for output in render_both(make_shown()))
    assert [feed_part.tag for feed_part in atom if feed_part.tag[len(ATOM) :] in {
        "author", "contributor", "rights"
    }] == []  # fmt: skip
    channel = {part.tag for part in rss.find("channel")}
    assert not channel & {"managingEditor", "webMaster", "copyright", f"{DC}creator"}


def test_rss_says_what_the_profile_requires_of_a_channel() -> None:
    """title, link, description, a link to itself and the newest story's time."""
    rss = read_strictly(render_both(make_shown())[1])
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    channel = rss.find("channel")
    assert channel.findtext("title") == "Day newsfeed"
    assert channel.findtext("link") == "https://news.example.org/"
    assert channel.findtext("description")
    assert channel.findtext("language") == "en"
    assert channel.findtext("lastBuildDate") == "Thu, 21 Sep 2023 12:30:15 +0000"
    assert dict(channel.find(f"{ATOM}link").attrib) == {
        "href": "https://news.example.org/rss.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1


@pytest.mark.parametrize("title", TITLES)
def test_the_newsfeeds_title_is_read_as_written(title: str) -> None:
    """Whatever the operator calls it, both formats say the same."""
    for output in render_both(make_shown(), title=title):
        assert read_title(read_leniently(output).feed) == title


# Titles and texts -------------------------------------------------------------


@pytest.mark.parametrize("title", TITLES)
def test_a_title_is_read_as_written(title: str) -> None:
    """Atom says it is text, RSS readers decode HTML; both come to the same letters."""
    for output in render_both(make_shown(title=title)):
        assert read_title(read_leniently(output).entries[0]) == title


def test_titles_are_escaped_as_each_format_asks() -> None:
    """Atom once, JSON not at all, RSS in hexadecimal (RSS Board profile, "character data")."""
    made = render_well(make_shown(title="A & <b>"))
    assert b"<title>A &amp; &lt;b&gt;</title>" in made.atom
    assert b"<title>A &#x26;amp; &#x26;lt;b&#x26;gt;</title>" in made.rss
    assert b'"title":"A & <b>"' in made.json
    assert read_entry().find(f"{ATOM}title").get("type") in (None, "text")


def test_the_text_is_html() -> None:
    """The same clean HTML stands in Atom's content and in RSS's description."""
    text = '<p>a &amp; b ]]&gt; <a href="https://e.org/?a=1&amp;b=2">c</a></p>'
    content = read_entry(html=text).find(f"{ATOM}content")
    assert (content.get("type"), content.text) == ("html", text)
    assert read_item(html=text).findtext("description") == text


def test_letters_are_written_as_they_are() -> None:
    """UTF-8, not character references: half the size, and people can read it."""
    for output in render_both(make_shown()):
        assert "Լաչինի միջանցքը".encode() in output.body
        assert b"&#" not in output.body
        assert output.body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


# Bytes ------------------------------------------------------------------------


def test_fragments_declare_no_namespaces() -> None:
    """The root declares each once; a fragment per story would repeat them a thousandfold."""
    made = render_well(make_shown())
    assert b"xmlns" not in made.atom
    assert b"xmlns" not in made.rss
    for output in render_both(make_shown(), make_shown()):
        declared = [word for word in output.body.split() if word.startswith(b"xmlns")]
        assert len(declared) == len(set(declared))
        assert output.body.count(b"xmlns") == len(declared)


def test_a_document_is_head_fragments_tail() -> None:
    """Each finished fragment stands in the document as it is, a line for each."""
    some = [render_well(make_shown(id=f"tag:a.am,2023:{number}")) for number in range(3)]
    atom, rss, feed = render_feeds(make_edition(), some)
    assert atom.body.splitlines()[2:-1] == [made.atom for made in some]
    assert rss.body.splitlines()[2:-1] == [made.rss for made in some]
    assert feed.body.splitlines()[1:-1] == b",\n".join(made.json for made in some).splitlines()
    assert atom.body.endswith(b"\n</feed>\n")
    assert rss.body.endswith(b"\n</channel></rss>\n")


def test_the_same_stories_are_the_same_bytes() -> None:
    """Nothing of the clock or of an earlier rendering gets in."""
    first = render_all(make_shown(), make_shown(id="tag:b,2023:2"))
    render_all(make_shown(title="between"), title="between")
    assert render_all(make_shown(), make_shown(id="tag:b,2023:2")) == first


DIGEST = """
import hashlib, locale
from tests.edges.make import make_shown, render_all
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
for output in render_all(make_shown(), make_shown(id="tag:b,2023:2")):
    print(hashlib.sha256(output.body).hexdigest())
"""


def test_the_same_bytes_in_every_process() -> None:
    """Neither hash seed nor zone nor locale changes a byte."""
    digests = {
        run_python(DIGEST, PYTHONHASHSEED=seed, TZ=zone, LC_ALL=language, LANG=language)
        for seed, zone, language in [
            ("0", "UTC", "C.UTF-8"),
            ("1", "Asia/Yerevan", "hy_AM.UTF-8"),
            ("77", "America/St_Johns", "de_DE.UTF-8"),
            ("random", "Pacific/Kiritimati", "POSIX"),
        ]
    }
    assert len(digests) == 1


# WebSub -----------------------------------------------------------------------


def test_every_document_names_its_hub_and_itself() -> None:
    """A subscriber finds the hub and the topic in each format, and no rule is broken by that."""
    edition = replace(make_edition(), hub="https://news.example/hub?a=1&b=2")
    atom, rss, feed = render_feeds(edition, [render_well(make_shown())])
    for output in (atom, rss):
        links = {link["rel"]: link["href"] for link in read_leniently(output).feed.links}
        assert links["hub"] == edition.hub
        assert links["self"] == f"{edition.home}{output.path}"
    for output in (atom, rss, feed):
        around = Circumstances(
            (f"{edition.home}{output.path}",), output.media_type, edition.updated
        )
        assert not any(map(forbids, lint(skim_document(output.body), around, entries=False)))
    written = json.loads(feed.body)
    assert written["hubs"] == [{"type": "WebSub", "url": edition.hub}]
    assert written["feed_url"] == f"{edition.home}feed.json"
