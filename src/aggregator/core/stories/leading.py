"""Another report leads a story, for readers who want the language or the source of that one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aggregator.core.model import Report, Story
from aggregator.core.rules.keys import speaks
from aggregator.core.stories.telling import IsHeld, choose_lead, explain, hold_none


def lead_in(story: Story, language: str, is_held: IsHeld = hold_none) -> Story:
    """The story led by a report in the language, where one is that nothing holds back."""
    return _lead_by(story, lambda report: speaks(report.entry.language, language), is_held)


def lead_from(story: Story, source_id: str, is_held: IsHeld = hold_none) -> Story:
    """The story led by a report of the source, where one is that nothing holds back."""
    return _lead_by(story, lambda report: report.source.id == source_id, is_held)


def _lead_by(story: Story, is_wanted: Callable[[Report], bool], is_held: IsHeld) -> Story:
    """The story with the best of the wanted reports before it; its id and its reports stay."""
    if is_wanted(story.lead):
        return story
    groups = [(story.lead, *story.others), *story.also]
    wanted = [
        [report for report in group if is_wanted(report) and not is_held(report, group)]
        for group in groups
    ]
    able = [group for group in wanted if group]
    if not able:
        return story
    lead = choose_lead(able)
    own = next(at for at, group in enumerate(groups) if any(one is lead for one in group))
    told = _put_first(story, lead, own)
    return replace(told, floor=_find_floor([one for group in able for one in group]))


def _put_first(story: Story, lead: Report, own: int) -> Story:
    """The story with one report of the group `own` before all others."""
    group = (story.lead, *story.others) if own == 0 else story.also[own - 1]
    carriers = tuple(report for report in group if report is not lead)
    reasons = tuple(explain(report.entry, lead.entry) for report in carriers)
    told = replace(story, lead=lead, others=carriers, reasons=reasons)
    if own == 0:
        return told
    # What made the one group a part of the story is what makes the other one so.
    also = ((story.lead, *story.others), *story.also[: own - 1], *story.also[own:])
    reason = story.also_reasons[own - 1]
    return replace(
        told,
        also=also,
        also_reasons=(reason, *story.also_reasons[: own - 1], *story.also_reasons[own:]),
    )


def _find_floor(wanted: list[Report]) -> datetime:
    """The latest time of those that may have led it: another lead never takes its time back."""
    return max(max(report.entry.changed, report.entry.sort_at) for report in wanted)
