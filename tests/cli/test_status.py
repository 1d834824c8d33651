"""`status`: health, reasons, problems, moves and what was held back."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.cli import status
from aggregator.cli.words import say_short_time
from aggregator.core.model import (
    Answer,
    Day,
    Decision,
    FetchState,
    Held,
    Ledger,
    Look,
    Page,
    Problem,
)
from aggregator.edges.meaning import MODEL
from aggregator.edges.store import Kept, open_store
from tests.cli.desk import POLITE_ENOUGH, Desk, name_source
from tests.core.make import make_entry

NOON = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)
SOON = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
HEAD = "newsfeed: {timezone: Asia/Yerevan}\n" + POLITE_ENOUGH
ADDRESS = "https://paper.example/feed"
EVIL = "[red]Title[/red] \x1b[31m\x9b31m \u202eevil\x07 :smile:\nsecond line"
KEYS = [
    *(
        "source",
        "enabled",
        "state",
        "entries",
        "entries_a_day",
        "result",
        "detail",
        "status",
        "failures",
    ),
    *("last_poll", "last_ok", "next_poll", "why", "last_new", "silence", "failing_since", "gap"),
    *("full_text", "pages", "moved_to", "moved", "problems"),
]


def make_state(source: str = "paper", **facts: object) -> FetchState:
    """What is remembered of a source that was asked at noon and was well."""
    given: dict[str, object] = {
        "source_id": source,
        "url": ADDRESS,
        "next_poll": SOON,
        "reason": "interval 1h",
        "last_poll": NOON,
        "last_ok": NOON,
        "last_kind": "ok",
        "last_status": 200,
    }
    return FetchState(**{**given, **facts})  # type: ignore[arg-type]  # facts of many types


FAILING = make_state(
    "failing",
    last_ok=None,
    last_kind="not-found",
    last_detail="paper.example answered 404 Not Found",
    last_status=404,
    failures=3,
    reason="back-off 4h after 3 failures",
)
GONE = make_state(
    "gone",
    last_kind="gone",
    last_detail="paper.example answered 410 Gone",
    failures=1,
    stopped=True,
    reason="stopped: the source answered 410 Gone",
)


def fill(desk: Desk, *states: FetchState, held: tuple[Held, ...] = ()) -> None:
    """Configure sources, and store what polls found out about them."""
    names = dict.fromkeys(state.source_id for state in states)
    desk.write(*(name_source(ADDRESS, name) for name in names), head=HEAD)
    remember(desk.folder / "data", *states, held=held)


def remember(data: Path, *states: FetchState, held: tuple[Held, ...] = ()) -> None:
    """Store states and what was held back."""
    data.mkdir()
    with open_store(data) as store:
        store.save([Decision(state) for state in states])
        store.save_ledger(Ledger(NOON, held=held))


def test_every_source_has_its_row(desk: Desk) -> None:
    """Before and after polls: new, ok, failing, gone and off, with times of the newsfeed's zone."""
    desk.write(
        *(name_source(ADDRESS, name) for name in ("paper", "failing", "gone", "new")),
        name_source(ADDRESS, "off", ["enabled: false"]),
        head=HEAD,
    )
    states = (make_state(), FAILING, GONE, make_state("off"), make_state("removed"))
    remember(desk.folder / "data", *states)
    said = desk.run("status")
    assert (said.code, said.err) == (0, "")
    rows = {name: " ".join(line.split()) for name, line in said.rows.items()}
    when = "2026-01-02 12:00"
    assert rows == {
        "source": "source state entries a day last ok next poll why",
        "paper": f"paper ok 0 0.0 {when} 2026-01-02 13:30 interval 1h",
        "failing": (
            "failing failing 0 0.0 - 2026-01-02 13:30 not-found: paper.example answered 404 "
            "Not Found; back-off 4h after 3 failures; 3 failures, asked 2026-01-02 12:00"
        ),
        "gone": (
            f"gone gone 0 0.0 {when} - gone: paper.example answered 410 Gone; "
            f"stopped: the source answered 410 Gone; 1 failure, asked {when}"
        ),
        "new": "new new 0 0.0 - - never asked",
        "off": f"off off 0 0.0 {when} - switched off in the configuration",
    }


def test_a_source_that_was_claimed_only_is_asked(desk: Desk) -> None:
    """A run that asks, or was killed while it asked, left no poll, but a reason."""
    reason = "being asked now, or the answer was lost"
    fill(
        desk,
        make_state(last_poll=None, last_ok=None, claimed=NOON, reason=reason),
        make_state("known", claimed=NOON, reason=reason),
    )
    rows = {name: " ".join(line.split()) for name, line in desk.run("status").rows.items()}
    assert rows["paper"] == f"paper asked 0 0.0 - 2026-01-02 13:30 {reason}"
    assert rows["known"] == f"known ok 0 0.0 2026-01-02 12:00 2026-01-02 13:30 {reason}"


@pytest.mark.parametrize("folder", ["mine", "mine/data"])
@pytest.mark.parametrize("words", [("status",), ("status", "--json")])
def test_a_data_folder_that_is_a_file_is_no_empty_one(
    desk: Desk, folder: str, words: tuple[str, ...]
) -> None:
    """Whoever names a file by mistake is not told that nothing was ever asked."""
    desk.write(name_source(ADDRESS))
    (desk.folder / "mine").write_text("mine")
    said = desk.run(*words, "--data", folder)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        f"aggregator: {folder}/aggregator.db: cannot be read (Not a directory); "
        "name another folder with --data\n"
    )


def test_json_has_the_same_keys_for_every_source(desk: Desk) -> None:
    """Asked or not, a program finds every key, with null where nothing is known."""
    desk.write(*(name_source(ADDRESS, name) for name in ("failing", "new", "gone")), head=HEAD)
    moved = make_state("gone", moved_to="https://new.example/", problems=(Problem("i", "w"),))
    held = Held("failing", "key", "Title", "why")
    remember(desk.folder / "data", FAILING, moved, held=(held,))
    found = desk.run("status", "--json").json
    keys = ["sources", "held", "taken_down", "vectors", "editions", "lists", "hub"]
    assert list(found) == keys
    assert [list(row) for row in found["sources"]] == [KEYS] * 3
    failing, new, gone = found["sources"]
    assert failing["next_poll"] == "2026-01-02T09:30:00+00:00"
    assert (failing["state"], failing["result"], failing["status"]) == ("failing", "not-found", 404)
    assert (new["state"], new["next_poll"], new["failures"], new["problems"]) == (
        *("new", None, 0),
        [],
    )
    assert (gone["moved_to"], gone["problems"]) == (
        "https://new.example/",
        [{"item": "i", "what": "w"}],
    )
    assert found["held"] == [{"source": "failing", "key": "key", "title": "Title", "why": "why"}]


def test_notes_stand_below_the_table(desk: Desk) -> None:
    """Moves, problems of the feed and of items, and reports held back, each in a line."""
    problems = (Problem("", "no title"), Problem("tag:a", "no date"))
    state = make_state(moved_to="https://new.example/feed", problems=problems)
    held = (Held("paper", "k1", "A title", "no link"), Held("paper", "k2", "", "no link"))
    fill(desk, state, held=held)
    assert desk.run("status").out.splitlines()[2:] == [
        (
            "paper: redirected for good to https://new.example/feed, no same feed there yet; "
            "believed after 5 times over 3 days"
        ),
        "paper: feed: no title",
        "paper: tag:a: no date",
        "paper: held back: A title: no link",
        "paper: held back: k2: no link",
    ]


def test_how_it_stands_with_full_texts_is_a_note(desk: Desk) -> None:
    """In words below the table, and in JSON; a source without them has none."""
    words = "3 of 4 pages asked for gave their text; 1 may not be read; last: robots.txt"
    fill(desk, make_state(pages=words), make_state("other"))
    assert f"paper: full text: {words}" in " ".join(desk.run("status").out.split())
    found = desk.run("status", "--json").json["sources"]
    assert [one["full_text"] for one in found] == [words, None]


def test_many_notes_of_a_kind_are_counted(desk: Desk) -> None:
    """A feed whose every item is odd does not bury the others; JSON has them all."""
    problems = tuple(Problem(f"item {n}", "no date") for n in range(8))
    held = tuple(Held("paper", f"k{n}", "", "no link") for n in range(6))
    fill(desk, make_state(problems=problems), held=held)
    lines = desk.run("status").out.splitlines()[2:]
    assert len(lines) == 5 + 1 + 5 + 1
    assert lines[5] == "paper: and 3 more like that; see: aggregator status --json"
    assert lines[-1] == "paper: and 1 more like that; see: aggregator status --json"
    assert len(desk.run("status", "--json").json["sources"][0]["problems"]) == 8


def fill_with_evil(desk: Desk) -> None:
    """A source whose every word is hostile, or holds a secret."""
    address = "https://desk:hunter2@paper.example/f?token=hunter3"
    state = make_state(
        last_kind="internal",
        last_detail=f"{EVIL} {address}",
        failures=1,
        reason=f"{EVIL} {address}",
        moved_to=f"{address}&x=1",
        problems=(Problem(EVIL, address), Problem(address + "x" * 200, EVIL)),
    )
    fill(desk, state, held=(Held("paper", "k", f"{EVIL} {address}", f"{EVIL} {address}"),))


def test_words_from_outside_are_harmless_in_lines(desk: Desk) -> None:
    """Controls and bidi marks are shown by number, markup as it is, a line stays one line."""
    fill_with_evil(desk)
    said = desk.run("status")
    assert said.code == 0
    assert r"[red]Title[/red] \u001b[31m\u009b31m \u202eevil\u0007 :smile: second line" in said.out
    assert all(char == "\n" or char.isprintable() for char in said.out)
    assert len(said.out.splitlines()) == 2 + 1 + 2 + 1
    assert "hunter" not in said.out
    assert "https://***@paper.example/f?token=***" in said.out


def test_words_from_outside_are_harmless_on_a_terminal(desk: Desk) -> None:
    """No escape sequence but our own reaches a terminal."""
    fill_with_evil(desk)
    seen = desk.run_on_terminal("status", columns=100)
    assert "\x1b[31mfailing\x1b[0m" in seen  # the only red word
    assert seen.count("\x1b[31m") == 1
    assert "\x07" not in seen
    assert "\x9b" not in seen
    assert "hunter" not in seen


def test_words_from_outside_are_harmless_in_json(desk: Desk) -> None:
    """JSON keeps every character, spelt so that a terminal obeys none; no secret is in it."""
    fill_with_evil(desk)
    said = desk.run("status", "--json")
    assert said.json["sources"][0]["problems"][0]["item"] == EVIL
    assert all(char == "\n" or char.isprintable() for char in said.out)
    assert "hunter" not in said.out


@pytest.mark.parametrize("words", [("status",), ("status", "--json"), ("list",), ("check",)])
def test_reading_leaves_every_file_as_it_is(desk: Desk, words: tuple[str, ...]) -> None:
    """No lock, no journal, no byte is left by a reading command."""
    fill(desk, make_state())
    database = desk.folder / "data" / "aggregator.db"
    before = desk.list_files(), database.read_bytes()
    assert desk.run(*words).code == 0
    assert (desk.list_files(), database.read_bytes()) == before


def test_entries_a_day_are_those_of_the_last_week(desk: Desk) -> None:
    """What a source brought in the last seven days, divided by seven."""
    now = datetime.now(UTC)
    fresh = [make_entry(str(number), "paper", first_seen=now) for number in range(10)]
    old = make_entry("old", "paper", first_seen=now - timedelta(days=8))
    desk.write(name_source(ADDRESS))
    data = desk.folder / "data"
    data.mkdir()
    with open_store(data) as store:
        store.save([Decision(make_state(), (*fresh, old))])
    assert desk.run("status").rows["paper"].split()[:4] == ["paper", "ok", "11", "1.4"]
    (row,) = desk.run("status", "--json").json["sources"]
    assert row["entries_a_day"] == 1.4


SILENT = {"last_new": NOON - timedelta(days=9), "usual_gap": timedelta(hours=7)}


def test_a_quiet_and_a_dead_source_say_why(desk: Desk) -> None:
    """How long nothing new came, what is usual, what to do, and when it is asked next."""
    month = make_state("dead", last_new=NOON - timedelta(days=90))
    fill(desk, make_state("quiet", **SILENT), replace(month, usual_gap=timedelta(hours=7)))
    rows = {name: " ".join(line.split()) for name, line in desk.run("status").rows.items()}
    times = "2026-01-02 12:00 2026-01-02 13:30"
    usual = "usually within 7 hours; look at its site: it may have a new feed; interval 1h"
    assert rows["quiet"] == f"quiet quiet 0 0.0 {times} nothing new for 9 days, {usual}"
    assert rows["dead"] == f"dead dead 0 0.0 {times} nothing new for 90 days, {usual}"
    (quiet, _) = desk.run("status", "--json").json["sources"]
    assert (quiet["state"], quiet["last_new"]) == ("quiet", "2025-12-24T08:00:00+00:00")
    assert quiet["silence"].startswith("nothing new for 9 days, usually within 7 hours;")


@pytest.mark.parametrize(("days", "shown"), [(1, True), (8, False)])
def test_a_gap_is_named_for_a_week(desk: Desk, *, days: int, shown: bool) -> None:
    """With its length and what became of it; JSON keeps it for longer."""
    noticed = datetime.now(UTC) - timedelta(days=days)
    gap: dict[str, Any] = {
        "gap_at": noticed,
        "gap_since": NOON,
        "gap_until": SOON,
        "gap_fill": "not filled: 404",
    }
    fill(desk, make_state(**gap))
    words = (
        "paper: gap: nothing from 2026-01-02 12:00 to 2026-01-02 13:30 was seen; not filled: 404"
    )
    assert (words in desk.run("status").out) is shown
    assert desk.run("status", "--json").json["sources"][0]["gap"] == {
        "noticed": noticed.isoformat(),
        "since": "2026-01-02T08:00:00+00:00",
        "until": "2026-01-02T09:30:00+00:00",
        "fill": "not filled: 404",
    }


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_fits_the_terminal(desk: Desk, columns: int) -> None:
    """No line is longer than the terminal; times are short; what is bad is coloured."""
    now = datetime.now(UTC).replace(microsecond=0)
    well = {"last_ok": now, "last_poll": now, "next_poll": now}
    silent = {**well, "last_new": now - timedelta(days=9), "usual_gap": timedelta(hours=7)}
    long = "civilnet-the-armenian-edition"
    fill(desk, make_state(long, **well), make_state("quiet", **silent), FAILING, GONE)
    seen = desk.run_on_terminal("status", columns=columns)
    assert "\x1b[33mquiet" in seen
    assert "\x1b[31mfailing\x1b[0m" in seen
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in seen.splitlines()]
    assert max(map(len, lines)) <= columns
    clock = f"{now.astimezone(ZoneInfo('Asia/Yerevan')):%H:%M}"
    (row,) = (line for line in lines if line.startswith(long))
    assert row.split()[1:6] == ["ok", "0", "0.0", clock, clock]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (None, "-"),
        (NOON, "12:00"),
        (NOON - timedelta(hours=12, seconds=1), "01-01 23:59"),
        (NOON + timedelta(days=300), "10-29 12:00"),
        (NOON - timedelta(days=9), "2025-12-24"),
    ],
)
def test_short_times_leave_out_what_is_plain(at: datetime | None, words: str) -> None:
    """The day where it is not today's, the year where it is not this one."""
    assert say_short_time(at, "Asia/Yerevan", NOON) == words


def test_what_is_odd_about_a_feed_stands_before_its_items(desk: Desk) -> None:
    """However many items complain, the lines about the whole feed are told."""
    many = [Problem(f"item {number}", "its link is left out") for number in range(9)]
    odd = [Problem("", "3 tracking pixels removed from its texts"), Problem("", "1 text mended")]
    fill(desk, make_state(problems=(*many, *odd)))
    notes = [line for line in desk.run("status").out.splitlines() if line.startswith("paper: ")]
    assert notes[:2] == [
        "paper: feed: 3 tracking pixels removed from its texts",
        "paper: feed: 1 text mended",
    ]
    assert notes[5].startswith("paper: and 6 more like that")


def fill_looks(desk: Desk, *answers: Answer) -> None:
    """A source whose pages were asked at noon, and gave these answers."""
    desk.write(name_source(ADDRESS, "paper", ["check_links: true"]), head=HEAD)
    entries = [make_entry(str(number), "paper") for number, _ in enumerate(answers)]
    pages = tuple(
        Page(entry.key, entry.link or "", entry.title, NOON, Look(NOON, answer, since(answer)))
        for entry, answer in zip(entries, answers, strict=True)
    )
    (desk.folder / "data").mkdir()
    with open_store(desk.folder / "data") as store:
        store.save([Decision(make_state(), tuple(entries), pages=pages)])


def since(answer: Answer) -> datetime | None:
    """Since when a removed page is."""
    return NOON if answer is Answer.GONE else None


def test_what_pages_answered_is_counted(desk: Desk) -> None:
    """Where links are checked; those that are not there stand in JSON by their links."""
    fill_looks(desk, Answer.PRESENT, Answer.PRESENT, Answer.MISSING)
    assert "paper: pages of its reports: 2 present, 1 missing\n" in desk.run("status").out
    assert desk.run("status", "--json").json["sources"][0]["pages"] == {
        "answers": {"present": 2, "missing": 1},
        "site_fault": False,
        "absent": [
            {
                "link": "https://paper.example/news/2",
                "answer": "missing",
                "at": "2026-01-02T08:00:00+00:00",
            }
        ],
    }


def test_a_site_that_removes_all_at_once_is_named(desk: Desk) -> None:
    """Its pages withdraw nothing, and the operator hears why."""
    fill_looks(desk, *[Answer.GONE] * 5)
    assert "5 gone; so many at once are a fault of the site" in desk.run("status").out
    assert desk.run("status", "--json").json["sources"][0]["pages"]["site_fault"] is True


def test_it_says_whether_stories_are_found_by_meaning_too(desk: Desk) -> None:
    """With the extra and vectors in the store; without the extra they are not used."""
    desk.write(name_source(ADDRESS, "paper"), head=HEAD)
    remember(desk.folder / "data", make_state())
    with open_store(desk.folder / "data") as store:
        store.vectors.save(MODEL, [Kept(("paper", "1"), NOON, "w", b"\1")], NOON)
    desk.patch.setattr(status, "find_maker", lambda: None)
    assert "vector" not in desk.run("status").out
    assert desk.run("status", "--json").json["vectors"] is None
    desk.patch.setattr(status, "find_maker", lambda: "a maker")
    said = "stories by meaning too (extra semantic): vectors of 1 report"
    assert desk.run("status").out.splitlines()[-1] == said
    assert desk.run("status", "--json").json["vectors"] == 1


def test_editions_are_told_behind_what_was_held_back(desk: Desk) -> None:
    """The open days, the last one that closed, those whose files wait; in JSON the same."""
    desk.write(name_source(ADDRESS), head=HEAD)
    remember(desk.folder / "data", make_state())
    waiting = Day(date(2025, 12, 30), 1, NOON, NOON, "a term changed")
    closed, today = Day(date(2026, 1, 1), 2, NOON, NOON), Day(date(2026, 1, 2), 3, NOON)
    held = Held("paper", "key", "Title", "why")
    with open_store(desk.folder / "data") as store:
        store.save_ledger(Ledger(NOON, held=(held,), days=(waiting, closed, today)))
    waits = "; its files wait to be made: a term changed"
    notes = desk.run("status").out.splitlines()[-4:]
    assert notes == [
        "paper: held back: Title: why",
        "editions: 2026-01-02: open; it closes after 2026-01-03 06:00",
        "editions: 2026-01-01: closed at 2026-01-02 12:00",
        f"editions: 2025-12-30: closed at 2026-01-02 12:00{waits}",
    ]
    assert desk.run("status", "--json").json["editions"] == [
        {"day": "2025-12-30", "closed": NOON.isoformat(), "waits": "a term changed"},
        {"day": "2026-01-01", "closed": NOON.isoformat(), "waits": None},
        {"day": "2026-01-02", "closed": None, "waits": None},
    ]
