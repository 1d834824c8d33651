"""What is kept of a report that its source edits: which edits count, and how much of each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.core.identity import recognise, settle_sighting
from aggregator.core.model import Change, Entry, Person, Version
from aggregator.core.versions import TEXT, describe, keep_earlier
from tests.core.make import NOW, make_entry, make_words

LATER = NOW + timedelta(hours=1)
KNOWN = make_entry(authors=(Person("Ani"),), published=NOW)


def keep(kept: Entry, change: Change = Change.UPDATED, known: Entry = KNOWN) -> Version | None:
    """What is kept of the known entry."""
    return keep_earlier(known, kept, change, LATER)


@pytest.mark.parametrize(
    ("kept", "change"),
    [
        (replace(KNOWN, title="Another title"), Change.UPDATED),
        (replace(KNOWN, text="A longer text 1."), Change.UPDATED),
        (replace(KNOWN, canonical="hetq.example/news/2"), Change.UPDATED),
        (replace(KNOWN, authors=(Person("Ani"), Person("Boris"))), Change.REFRESHED),
        (replace(KNOWN, published=LATER), Change.REFRESHED),
    ],
)
def test_what_readers_see_is_kept_when_it_changes(kept: Entry, change: Change) -> None:
    """Title, text, link, authors, date: what they were, and when the edit was seen."""
    version = keep(kept, change)
    assert version == describe(KNOWN, LATER)
    assert (version.at, version.title, version.authors) == (LATER, "Title 1", ("Ani",))
    assert (version.length, version.changed) == (len("A short text 1."), NOW)


@pytest.mark.parametrize(
    ("kept", "change"),
    [
        (replace(KNOWN, comments_count=9, categories=("x",), thumbnail="y"), Change.REFRESHED),
        (replace(KNOWN, html="<p>A <b>short</b> text 1.</p>"), Change.REFRESHED),
        (replace(KNOWN, text="A  short\ntext 1.", digest="other"), Change.UPDATED),
        (replace(KNOWN, canonical="new.example/1", digest="other"), Change.REFRESHED),
        (replace(KNOWN, authors=(Person("Ani", uri="https://a.example/"),)), Change.REFRESHED),
    ],
)
def test_noise_makes_no_version(kept: Entry, change: Change) -> None:
    """Comment counts, markup, blanks, a feed that moved to another host."""
    assert keep(kept, change) is None


def test_a_poll_gives_versions_of_what_it_edits_alone() -> None:
    """New entries and unchanged ones have none; under another id the known one's is kept."""
    edited = replace(make_entry("2"), title="New words", digest="new")
    fresh = [make_entry("1"), edited, make_entry("3", text="Something else entirely.")]
    settled = settle_sighting(recognise(fresh, [make_entry("1"), make_entry("2")]), (), LATER)
    assert settled.versions == (describe(make_entry("2"), LATER),)
    assert settle_sighting(recognise(fresh, fresh), (), LATER).versions == ()


def test_under_another_id_the_known_report_is_kept() -> None:
    """Its version belongs to the identity that stays."""
    words = make_words(60)
    known = make_entry("1", text=words, published=NOW)
    fresh = make_entry("9", title="Title 1", text=f"{words} more", published=NOW)
    settled = settle_sighting(recognise([fresh], [known]), [known], LATER)
    assert settled.changes.healed == 1
    assert settled.versions == (describe(known, LATER),)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("x" * TEXT, "x" * TEXT),
        ("x" * TEXT + " y", "x" * TEXT),
        ("x" * (TEXT + 9), "x" * TEXT),
        ("a " + "x" * (TEXT + 9), "a " + "x" * (TEXT - 2)),
        (f"{'a ' * (TEXT // 2 - 4)}https://u:p@a.example/", "a " * (TEXT // 2 - 5) + "a"),
        (f"{'a' * (TEXT - 5)}\nhttps://u:p@a.example/", "a" * (TEXT - 5)),
    ],
)
def test_only_the_start_of_a_text_is_kept(text: str, start: str) -> None:
    """Up to a whole word where it can be; the digest is of the whole."""
    version = describe(make_entry(text=text), NOW)
    assert version.text == start
    assert version.digest != describe(make_entry(text=f"{text} more"), NOW).digest


def test_a_version_is_small_whatever_an_entry_holds() -> None:
    """Link, authors and text are cut; a lone surrogate is no obstacle."""
    people = tuple(Person(f"Name {number}") for number in range(50))
    huge = make_entry(link="https://a.example/" + "x" * 7_000)
    version = describe(replace(huge, authors=people, text="\ud800 " * 900_000), NOW)
    assert len(version.link or "") == 1_000
    assert (len(version.authors), len(version.text) <= TEXT) == (10, True)
    assert version.name == huge.name
