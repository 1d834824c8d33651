"""A small chart of seven days: one bar for each slot of six hours, in three lanes.

New reports stand on the upper line, answered polls (unchanged below, read above)
on the middle one, failed polls on the lowest: place tells them apart, not colour
alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from aggregator.core.board.values import Chart, Figures
from aggregator.core.history import list_slots
from aggregator.core.model import Tally

_PITCH, _BAR = 7, 5
_NEW_LINE, _POLLS_LINE, _FAILED_LINE = 26, 42, 56
_NEW_HEIGHT, _POLLS_HEIGHT = 24, 12
_LEAST = 1.5
"""A bar of this height is still seen."""


def draw_chart(tallies: Sequence[Tally], zone: str, now: datetime) -> Chart:
    """The chart of a source's tallies; of none an empty one."""
    slots = list_slots(now)
    known = {one.at: one for one in tallies}
    found = [known.get(at) or Tally("", at) for at in slots]
    most_new = max(one.new for one in found)
    most = max(max(one.ok + one.same, one.failed) for one in found)
    new = [_scale(one.new, most_new, _NEW_HEIGHT) for one in found]
    same = [_scale(one.same, most, _POLLS_HEIGHT) for one in found]
    ok = [_scale(one.ok, most, _POLLS_HEIGHT) for one in found]
    failed = [_scale(one.failed, most, _POLLS_HEIGHT) for one in found]
    return Chart(
        new=_draw(new, [_NEW_LINE] * len(slots)),
        ok=_draw(ok, [_POLLS_LINE - height for height in same]),
        same=_draw(same, [_POLLS_LINE] * len(slots)),
        failed=_draw(failed, [_FAILED_LINE] * len(slots)),
        words=_say(found),
        days=tuple(_sum_days(known, slots, zone)),
    )


def _scale(count: int, most: int, height: int) -> float:
    return max(round(count / most * height, 1), _LEAST) if count else 0


def _draw(heights: Sequence[float], lines: Sequence[float]) -> str:
    """A rectangle for each height that is not 0, as one path."""
    bars = enumerate(zip(heights, lines, strict=True))
    return "".join(
        f"M{place * _PITCH} {line:g}v-{height:g}h{_BAR}v{height:g}z"
        for place, (height, line) in bars
        if height
    )


def _say(found: Sequence[Tally]) -> str:
    ok, same, failed, new = _sum(found)
    if not ok + same + failed:
        return "No polls in 7 days."
    polls = ok + same + failed
    return (
        f"7 days: {_count(polls, 'poll')}, {ok} read, {same} not modified, {failed} failed; "
        f"{_count(new, 'new report')}."
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _sum(found: Sequence[Tally]) -> tuple[int, int, int, int]:
    return (
        sum(one.ok for one in found),
        sum(one.same for one in found),
        sum(one.failed for one in found),
        sum(one.new for one in found),
    )


def _sum_days(
    known: Mapping[datetime, Tally], slots: Sequence[datetime], zone: str
) -> Iterator[Figures]:
    """The figures of each day that has any; a slot counts where it begins."""
    days: dict[str, list[Tally]] = {}
    local = ZoneInfo(zone)
    for at in slots:
        if at in known:
            days.setdefault(f"{at.astimezone(local):%a %d %b}", []).append(known[at])
    for day, found in days.items():
        yield Figures(day, *_sum(found))
