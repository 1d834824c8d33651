"""What an operator is shown: charts, the order of sources, words without secrets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.core.board import Chart, draw_chart, pick_part
from aggregator.core.history import list_slots
from aggregator.core.model import FetchState, Source, Tally

NOW = datetime(2023, 9, 21, 8, tzinfo=UTC)
SLOTS = list_slots(NOW)


def draw(*tallies: Tally) -> Chart:
    """The chart of these, by the days of Armenia."""
    return draw_chart(tallies, "Asia/Yerevan", NOW)


def test_bars_stand_on_their_lines_where_their_slot_is() -> None:
    """The fullest slot fills its lane; read stands on unchanged; failed has a line of its own."""
    first, last = Tally("a", SLOTS[0], 1, 2, 1, 8), Tally("a", SLOTS[-1], 0, 1, 3, 4)
    chart = draw(first, last)
    assert chart.new == "M0 26v-24h5v24zM189 26v-12h5v12z"
    assert chart.same == "M0 42v-8h5v8zM189 42v-4h5v4z"
    assert chart.ok == "M0 34v-4h5v4z"
    assert chart.failed == "M0 56v-4h5v4zM189 56v-12h5v12z"


def test_a_small_bar_is_still_seen() -> None:
    """One new report beside a thousand."""
    chart = draw(Tally("a", SLOTS[0], 1, 0, 0, 1), Tally("a", SLOTS[1], 1, 0, 0, 1_000))
    assert chart.new.startswith("M0 26v-1.5h5v1.5z")


def test_what_is_older_than_seven_days_is_not_drawn() -> None:
    """The night has not taken it yet."""
    assert draw(Tally("a", SLOTS[0] - timedelta(hours=6), 5, 5, 5, 5)) == draw()
    assert draw() == Chart("", "", "", "", "No polls in 7 days.", ())


def test_figures_are_told_by_local_days() -> None:
    """Where a slot begins: 18:00 of UTC is 22:00 in Armenia, 0:00 is 4:00 of the next day."""
    slots = [datetime(2023, 9, 20, 18, tzinfo=UTC), datetime(2023, 9, 21, 0, tzinfo=UTC)]
    chart = draw(*(Tally("a", at, ok=1, new=2) for at in slots))
    assert [(one.day, one.ok, one.new) for one in chart.days] == [
        ("Wed 20 Sep", 1, 2),
        ("Thu 21 Sep", 1, 2),
    ]
    assert chart.words == "7 days: 2 polls, 2 read, 0 not modified, 0 failed; 4 new reports."
    assert draw(Tally("a", SLOTS[0], same=1, new=1)).words == (
        "7 days: 1 poll, 0 read, 1 not modified, 0 failed; 1 new report."
    )


def test_what_needs_somebody_comes_first() -> None:
    """Then what is silent, then the rest, each in the order of the configuration."""
    sources = [Source(name, "https://a.example/", name) for name in ("ok", "new", "bad", "off")]
    sources[3] = replace(sources[3], enabled=False)
    well = FetchState("ok", "https://a.example/", NOW, last_poll=NOW, last_kind="ok")
    bad = replace(well, source_id="bad", failures=1)
    states = {"ok": well, "off": bad, "bad": bad}
    assert [one.id for one in pick_part(sources, states, 1).sources] == ["bad", "new", "ok", "off"]
    nothing = pick_part([], {}, 7)
    assert (nothing.sources, nothing.number, nothing.pages) == ((), 1, 1)
