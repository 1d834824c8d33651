"""What is published obeys its sources' terms, and an audit finds each way in which it would not."""

import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator.core.audit import Term
from aggregator.core.model import LinkPlace, Mode, Reuse
from aggregator.pipeline.auditing import Audit, audit_published
from tests.day import POLLS, load_day
from tests.edges.loopback import serve
from tests.newsroom import Newsroom, open_newsroom

FILES = ("atom.xml", "rss.xml", "feed.json")
RFERL = Reuse(
    Mode.FULL,
    None,
    LinkPlace.BEFORE_TEXT,
    "Azatutyun.am",
    "Copyright (c){year} RFE/RL, Inc. Used with the permission of Radio Free Europe/Radio Liberty.",
    "https://pressroom.rferl.org/use-our-content/",
    stated=True,
)
ARAVOT = Reuse(Mode.EXCERPT, 40, LinkPlace.FIRST_PASSAGE, "Aravot", stated=True)
TERMS = {
    "azatutyun-en": RFERL,
    "azatutyun-hy": RFERL,
    "azatutyun-ru": RFERL,
    "aravot-en": ARAVOT,
    "aravot-hy": ARAVOT,
    "aravot-ru": ARAVOT,
    "planet-sc": Reuse(Mode.EXCERPT, 60, LinkPlace.AFTER_TEXT, "{source} ({date})", stated=True),
    "yerevan-wire": Reuse(Mode.EXCERPT, 15, None, license="https://e.example/by", stated=True),
}
"""As docs and publishers state them; the other six of the fourteen keep those of the stage."""


@dataclass(frozen=True)
class Published:
    """The day as it is published, to be spoilt and mended again."""

    room: Newsroom
    files: dict[str, bytes]

    def audit(self, now: datetime | None = None) -> Audit:
        """The audit of what stands there."""
        return audit_published(self.room.config, self.room.data, now or self.room.now)

    def write(self, name: str, body: bytes) -> None:
        """Write a file as nobody should."""
        (self.room.data / "public" / name).write_bytes(body)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The authored day with the terms of real publishers, after its last poll."""
    played = load_day()
    with serve(played.serve) as home:
        sources = [
            replace(source, reuse=TERMS.get(source.id, source.reuse))
            for source in played.name_sources(home)
        ]
        with open_newsroom(tmp_path_factory.mktemp("audit"), sources) as room:
            for name in POLLS:
                played.poll = name
                room.now = played.tell_time()
                room.poll(force=True)
                assert room.publish().held == ()
            yield Published(room, {name: room.read(name) for name in FILES})


@pytest.fixture
def spoilt(day: Published) -> Iterator[Published]:
    """The same day; its files and its sources are mended after the test."""
    config = day.room.config
    yield day
    day.room.config = config
    for name, body in day.files.items():
        day.write(name, body)


def list_broken(audit: Audit) -> set[tuple[str, str, Term]]:
    """(file, source, term) of all that is broken."""
    return {
        (one.file, one.source, verdict.term)
        for one in audit.entries
        for verdict in one.verdicts
        if not verdict.obeyed
    }


def test_the_day_obeys_every_term(day: Published) -> None:
    """14 sources, eight different terms, three formats: nothing is broken, all is explained."""
    audit = day.audit()
    assert len(day.room.config.sources) == 14
    assert len({source.reuse for source in day.room.config.sources}) >= 6
    assert list_broken(audit) == set()
    assert (audit.troubles, audit.is_broken) == ((), False)
    days = "2023/09/20", "2023/09/21"
    assert audit.files == (
        *sorted(FILES),
        *(f"{day}/{name}" for day in days for name in sorted(FILES)),
    )
    # Each story stands in the live feed and in one day.
    assert len(audit.entries) == 2 * 3 * 26
    seen = {verdict.term for one in audit.entries for verdict in one.verdicts}
    absent = {Term.DERIVATIVES, Term.EMBARGO, Term.DELAY, Term.UNTIL, Term.AI, Term.WITHHELD}
    assert seen >= set(Term) - absent


@pytest.mark.parametrize("is_kept", [True, False], ids=["with its proof", "without it"])
def test_what_was_published_long_ago_is_judged_in_full(day: Published, *, is_kept: bool) -> None:
    """By who stood with whom then: a window of now no longer knows what was alike."""
    record = day.room.data / "audits" / "live.json"
    kept = record.read_bytes()
    record.write_bytes(kept if is_kept else b"{}")
    audit = day.audit(day.room.now + timedelta(days=60))
    record.write_bytes(kept)
    assert (list_broken(audit), audit.troubles) == (set(), ())
    assert [one for one in audit.entries if one.has_changed] == []
    named = [one for one in audit.entries if Term.ALSO in {v.term for v in one.verdicts}]
    today = [one for one in day.audit().entries if Term.ALSO in {v.term for v in one.verdicts}]
    assert named == today


def test_the_proof_is_kept_with_the_edition(day: Published) -> None:
    """Digests of the files, the newest story's time, what was obeyed; nothing in the folder."""
    (kept,) = (one for one in day.audit().kept if set(one["files"]) == set(FILES))
    assert set(kept["files"]) == set(FILES)
    assert kept["stories"] == 26
    assert datetime.fromisoformat(kept["newest"]) <= day.room.now
    assert kept["obeyed"]["azatutyun-en"]["notice"] > 0
    assert not list((day.room.data / "public").rglob("*audit*"))


# Planted violations ---------------------------------------------------------

# The id is that of the story's first report, which Yerevan Wire had.
AZATUTYUN = "tag:news.example.org,2026:day/yerevan-wire/1529cc92c035d0a9afc631c0"
AZATUTYUN_LINK = "https://www.azatutyun.am/a/32603101.html"
ARAVOT_ID = "https://en.aravot.am/?p=330398"
ARAVOT_LINK = "https://en.aravot.am/2023/09/21/330398/"

EVIL = "https://evil.example/"

Spoil = Callable[[str], str]


@dataclass(frozen=True)
class Plant:
    """A violation: the story it is planted in, the term it breaks, how its text changes."""

    story: str
    source: str
    term: Term
    text: Spoil


def swap(old: str, new: str) -> Spoil:
    """A change of a text that is found in it."""

    def change(text: str) -> str:
        assert old in text, (old, text)
        return text.replace(old, new)

    return change


def replace_between(before: str, after: str, new: str) -> Spoil:
    """A change of what stands between two marks, the first time."""

    def change(line: str) -> str:
        head, found, tail = line.partition(before)
        assert found, (before, line)
        return head + before + new + after + tail.partition(after)[2]

    return change


def lengthen(text: str) -> str:
    """The excerpt gone on with: more words than are allowed, and no more mark."""
    return swap("…", "and so it goes " * 10 + "…")(text)


def wrap_words(text: str, tag: str) -> str:
    """The text with some of its last words made a link to somebody else."""
    at = text.rindex(" the ")
    return f"{text[:at]} {tag.format(EVIL)}the</a> {text[at + 5 :]}"


def halve(text: str) -> str:
    """The excerpt cut in the middle of its last long word."""
    words = text.partition("…")[0].rstrip().split(" ")
    while len(words[-1]) < 6:
        words.pop()
    return " ".join(words)[:-3] + "…</p>"


PLANTS = {
    "link removed": Plant(
        ARAVOT_ID, "aravot-en", Term.LINK, swap(f'<a href="{ARAVOT_LINK}">Aravot</a>', "Aravot")
    ),
    "link to another article": Plant(
        ARAVOT_ID, "aravot-en", Term.LINK, swap(ARAVOT_LINK, "https://en.aravot.am/2023/09/20/1/")
    ),
    "link behind the text": Plant(
        AZATUTYUN,
        "azatutyun-en",
        Term.LINK,
        lambda text: (
            "<p>" + text.partition("</p>")[2].removeprefix("<p>") + text.partition("</p>")[0]
        ),
    ),
    "credit hidden by a style": Plant(
        ARAVOT_ID, "aravot-en", Term.LINK, swap("<p><a", '<p style="display : none"><a')
    ),
    "credit hidden": Plant(ARAVOT_ID, "aravot-en", Term.CREDIT, swap("<a href", "<a hidden href")),
    "credit hidden in a box": Plant(
        ARAVOT_ID,
        "aravot-en",
        Term.LINK,
        lambda text: re.sub("(<a .*?</a>)", r"<b hidden><i>\1<br></i></b>", text, count=1),
    ),
    "credit reworded": Plant(ARAVOT_ID, "aravot-en", Term.CREDIT, swap(">Aravot<", ">A paper<")),
    "notice dropped": Plant(
        AZATUTYUN, "azatutyun-en", Term.NOTICE, swap("Copyright (c)2023 RFE/RL, Inc.", "")
    ),
    "image put in": Plant(
        AZATUTYUN,
        "azatutyun-en",
        Term.IMAGES,
        swap("</p>", '<img src="https://e.example/1.png"></p>'),
    ),
    "film put in": Plant(
        ARAVOT_ID, "aravot-en", Term.IMAGES, lambda text: f'{text}<p poster="https://e.example/">'
    ),
    "style that loads": Plant(
        ARAVOT_ID, "aravot-en", Term.IMAGES, lambda text: f'{text}<p style="background: url(x)">'
    ),
    "carrier linked elsewhere": Plant(
        AZATUTYUN,
        "azatutyun-en",
        Term.CARRIERS,
        lambda text: re.sub(r'(carried by: <a href=")[^"]*', r"\1https://e.example/", text),
    ),
    "word added": Plant(ARAVOT_ID, "aravot-en", Term.MODE, lengthen),
    "mark removed": Plant(ARAVOT_ID, "aravot-en", Term.TEXT, swap("…", "")),
    "word cut": Plant(ARAVOT_ID, "aravot-en", Term.TEXT, halve),
    "text altered": Plant(AZATUTYUN, "azatutyun-en", Term.TEXT, swap("the", "a")),
    "words linked elsewhere": Plant(
        ARAVOT_ID, "aravot-en", Term.TEXT, lambda text: wrap_words(text, '<a href="{}">')
    ),
    "words linked elsewhere in full": Plant(
        AZATUTYUN, "azatutyun-en", Term.TEXT, lambda text: wrap_words(text, '<a HREF = "{}">')
    ),
    "a link that nobody sees": Plant(
        ARAVOT_ID, "aravot-en", Term.TEXT, lambda text: text + f'<a href="{EVIL}"></a>'
    ),
    "a base for all links": Plant(
        ARAVOT_ID, "aravot-en", Term.TEXT, lambda text: f'{text}<base href="{EVIL}">'
    ),
    "a form to send": Plant(
        ARAVOT_ID,
        "aravot-en",
        Term.TEXT,
        lambda text: f'{text}<form><button formaction="{EVIL}"></button></form>',
    ),
    "a drawing that leads away": Plant(
        ARAVOT_ID,
        "aravot-en",
        Term.TEXT,
        lambda text: f'{text}<svg><a xlink:href="{EVIL}"></a></svg>',
    ),
    "notice linked elsewhere": Plant(
        AZATUTYUN, "azatutyun-en", Term.TEXT, lambda text: text.replace(RFERL.license or "", EVIL)
    ),
    "markup nobody can read": Plant(ARAVOT_ID, "aravot-en", Term.TEXT, lambda text: f"{text}<![x["),
    "carrier removed": Plant(
        AZATUTYUN, "azatutyun-en", Term.CARRIERS, swap("Planet South Caucasus", "others")
    ),
}


ENTRIES = {
    "atom.xml": re.compile(r"<entry.*?</entry>", re.DOTALL),
    "rss.xml": re.compile(r"<item>.*?</item>", re.DOTALL),
    "feed.json": re.compile(r'^\{"id".*$', re.MULTILINE),
}


def change_entry(file: str, story: str, body: bytes, change: Spoil) -> bytes:
    """The document with one entry changed as it stands there."""
    name = f'"id":{json.dumps(story)}' if file == "feed.json" else f">{html.escape(story)}</"
    text = body.decode()
    (found,) = (one for one in ENTRIES[file].finditer(text) if is_named(one[0], name, file))
    return (text[: found.start()] + change(found[0]) + text[found.end() :]).encode()


def is_named(entry: str, name: str, file: str) -> bool:
    """Whether the entry's id is that name, and not its link."""
    tags = {"atom.xml": f"<id{name}id>", "rss.xml": f"{name}guid>", "feed.json": f"{{{name}"}
    return tags[file] in entry


def change_text(file: str, spoil: Spoil) -> Spoil:
    """The change of an entry that changes its text, as its format escapes it."""

    def change(line: str) -> str:
        if file == "feed.json":
            item = json.loads(line.removesuffix(","))
            item["content_html"] = spoil(item["content_html"])
            return json.dumps(item) + ("," if line.endswith(",") else "")
        name = "content" if file == "atom.xml" else "description"
        begin = line.index(">", line.index(f"<{name}")) + 1
        end = line.index(f"</{name}>", begin)
        text = html.escape(spoil(html.unescape(line[begin:end])), quote=False)
        return line[:begin] + text + line[end:]

    return change


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_a_spoilt_text_is_found(spoilt: Published, plant: Plant, file: str) -> None:
    """By file, entry, source and term, with why and what to do; no other entry is accused."""
    change = change_text(file, plant.text)
    spoilt.write(file, change_entry(file, plant.story, spoilt.files[file], change))
    check_found(spoilt.audit(), file, plant.story, plant.source, plant.term)


def check_found(audit: Audit, file: str, story: str, source: str, term: Term) -> None:
    """The one entry is accused of the one term, and no other entry of anything."""
    assert audit.is_broken
    assert (file, source, term) in list_broken(audit)
    broken = [one for one in audit.entries if not all(v.obeyed for v in one.verdicts)]
    assert {(one.file, one.entry) for one in broken} == {(file, story)}
    assert all(v.step for one in broken for v in one.verdicts if not v.obeyed)


RFERL_URL = "https://pressroom.rferl.org/use-our-content/"
FIELDS = {
    "licence dropped": (
        Term.LICENSE,
        {
            "atom.xml": swap(f'<link rel="license" href="{RFERL_URL}"/>', ""),
            "rss.xml": swap(RFERL_URL, ""),
            "feed.json": swap(f'"license":"{RFERL_URL}",', ""),
        },
    ),
    "rights of another": (
        Term.NOTICE,
        {
            "atom.xml": replace_between("<rights>", "</rights>", "All yours"),
            "rss.xml": replace_between("<dc:rights>", "</dc:rights>", "All yours"),
            "feed.json": replace_between('"rights":"Copy', '"', "leave"),
        },
    ),
    "enclosure added": (
        Term.IMAGES,
        {
            "atom.xml": swap(
                "</entry>", '<link rel="enclosure" href="https://e.example/a.mp3"/></entry>'
            ),
            "rss.xml": swap(
                "</item>", '<enclosure url="https://e.example/a.mp3" length="1" type="a/b"/></item>'
            ),
            "feed.json": swap('"_day":', '"attachments":[{"url":"https://e.example/a"}],"_day":'),
        },
    ),
    "picture beside it": (
        Term.IMAGES,
        {
            "atom.xml": swap(
                "</entry>", '<media:thumbnail url="https://e.example/a.png"/></entry>'
            ),
            "rss.xml": swap("</item>", '<media:thumbnail url="https://e.example/a.png"/></item>'),
            "feed.json": swap('"_day":', '"image":"https://e.example/a.png","_day":'),
        },
    ),
    "the newsfeed as author": (
        Term.AUTHOR,
        {
            "atom.xml": replace_between("<author>", "</author>", "<name>Day newsfeed</name>"),
            "rss.xml": replace_between("<dc:creator>", "</dc:creator>", "Day newsfeed"),
            "feed.json": replace_between('"authors":[', "]", '{"name":"Day newsfeed"}'),
        },
    ),
    "no author": (
        Term.AUTHOR,
        {
            "atom.xml": replace_between("<author>", "</author>", ""),
            "rss.xml": swap("dc:creator>", "dc:publisher>"),
            "feed.json": replace_between('"authors":[', "]", ""),
        },
    ),
    "another feed's entry": (
        Term.SOURCE,
        {
            "atom.xml": replace_between("<source><id>", "</id>", "https://e.example/feed"),
            "rss.xml": replace_between('<source url="', '"', "https://e.example/feed"),
            "feed.json": replace_between('"source":{"name":"', '"', "Another"),
        },
    ),
    "title reworded": (
        Term.TITLE,
        {
            "atom.xml": replace_between("<title>", "</title>", "A better title"),
            "rss.xml": replace_between("<title>", "</title>", "A better title"),
            "feed.json": replace_between('"title":"', '"', "A better title"),
        },
    ),
    "own link elsewhere": (
        Term.LINK,
        {
            "atom.xml": swap(
                f'rel="alternate" href="{AZATUTYUN_LINK}"', 'href="https://e.example/"'
            ),
            "rss.xml": swap(f"<link>{AZATUTYUN_LINK}", "<link>https://e.example/"),
            "feed.json": swap(f'"url":"{AZATUTYUN_LINK}"', '"url":"https://e.example/"'),
        },
    ),
}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("name", FIELDS)
def test_a_spoilt_field_is_found(spoilt: Published, name: str, file: str) -> None:
    """What a format says beside the text is judged where that format says it."""
    term, changes = FIELDS[name]
    body = change_entry(file, AZATUTYUN, spoilt.files[file], changes[file])
    assert body != spoilt.files[file]
    spoilt.write(file, body)
    check_found(spoilt.audit(), file, AZATUTYUN, "azatutyun-en", term)


MORE = "The dams broke, and so it goes on and on. " * 9
BESIDE = {
    "a second content": (Term.MODE, f'<content type="html">{MORE}</content>'),
    "a text beside a medium": (
        Term.MODE,
        f"<media:content><media:description>{MORE}</media:description></media:content>",
    ),
    "a second address": (Term.LINK, '<link rel="alternate" href="https://e.example/"/>'),
}


@pytest.mark.parametrize(("term", "added"), BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_it_is_judged_too(spoilt: Published, term: Term, added: str) -> None:
    """A reader may show any of several texts, and open any of several addresses."""
    change = swap("</entry>", f"{added}</entry>")
    spoilt.write("atom.xml", change_entry("atom.xml", ARAVOT_ID, spoilt.files["atom.xml"], change))
    check_found(spoilt.audit(), "atom.xml", ARAVOT_ID, "aravot-en", term)


def test_html_that_is_said_to_be_plain_text_is_found(spoilt: Published) -> None:
    """Readers show its tags then, and no link."""
    change = swap('type="html"', 'type="text"')
    spoilt.write("atom.xml", change_entry("atom.xml", ARAVOT_ID, spoilt.files["atom.xml"], change))
    check_found(spoilt.audit(), "atom.xml", ARAVOT_ID, "aravot-en", Term.LINK)


def test_a_headline_with_text_is_found(spoilt: Published) -> None:
    """A source that allows headlines only: any word of the text is one too many."""
    audit = spoilt.audit()
    story = next(one.entry for one in audit.entries if one.source == "world-desk")
    change = change_text("atom.xml", lambda text: text + "<p>Two dams broke.</p>")
    spoilt.write("atom.xml", change_entry("atom.xml", story, spoilt.files["atom.xml"], change))
    check_found(spoilt.audit(), "atom.xml", story, "world-desk", Term.MODE)


def change_source(day: Published, name: str, **fields: Any) -> None:  # noqa: ANN401 - any field
    """Let a source state other terms from now on."""
    sources = [
        replace(one, reuse=fields.get("reuse", one.reuse)) if one.id == name else one
        for one in day.room.config.sources
    ]
    day.room.set_sources(sources)


def test_terms_made_stricter_are_broken_until_it_is_published_again(spoilt: Published) -> None:
    """The terms that hold now count, not those under which the files were made."""
    change_source(spoilt, "azatutyun-en", reuse=replace(RFERL, mode=Mode.HEADLINE))
    audit = spoilt.audit()
    assert {term for _, _, term in list_broken(audit)} == {Term.MODE}
    step = next(v.step for one in audit.entries for v in one.verdicts if not v.obeyed)
    assert "aggregator build" in step


@pytest.mark.parametrize(
    ("terms", "term"),
    [
        ({"embargo": timedelta(days=9)}, Term.EMBARGO),
        ({"embargo_until": datetime(2024, 1, 1, tzinfo=UTC)}, Term.EMBARGO),
        ({"delay": timedelta(days=9)}, Term.DELAY),
        ({"until": datetime(2023, 9, 1, tzinfo=UTC)}, Term.UNTIL),
        ({"ai": False}, Term.AI),
        ({"derivatives": False}, Term.DERIVATIVES),
    ],
)
def test_times_changes_and_reservations_are_judged(
    spoilt: Published, terms: dict[str, Any], term: Term
) -> None:
    """An embargo, a delay and an end are asked with the time; the other two by what is there."""
    place = LinkPlace.FIRST_PASSAGE if "derivatives" in terms else LinkPlace.BEFORE_TEXT
    change_source(
        spoilt, "azatutyun-en", reuse=Reuse(Mode.FULL, None, place, "Azatutyun.am", **terms)
    )
    found = {found for _, source, found in list_broken(spoilt.audit()) if source == "azatutyun-en"}
    assert term in found


def test_an_entry_that_nobody_answers_for_is_named(spoilt: Published) -> None:
    """A source that the configuration no longer names, and an entry nobody ever published."""
    spoilt.room.set_sources([s for s in spoilt.room.config.sources if s.id != "world-desk"])
    audit = spoilt.audit()
    assert audit.is_broken
    assert {one.file for one in audit.troubles} >= set(FILES)
    assert all("no configured source" in one.why and one.step for one in audit.troubles)


def test_a_file_that_cannot_be_read_is_named(spoilt: Published) -> None:
    """It proves nothing, so the audit is broken; the other two are audited."""
    spoilt.write("rss.xml", spoilt.files["rss.xml"][:-20])
    audit = spoilt.audit()
    assert audit.is_broken
    assert [(one.file, one.entry) for one in audit.troubles] == [("rss.xml", "")]
    assert len(audit.entries) == 5 * 26
