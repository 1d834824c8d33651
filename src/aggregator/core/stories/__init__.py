"""Which reports are one story, who leads it, and the id it bears for life.

`copies` finds reports that are one report, `joining` those that tell of one
event (`witnesses` those whom two others speak for), `telling` who leads and
why, `leading` who leads instead for some readers, `naming` the id, `succession`
who leads instead of one that cannot be shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from itertools import chain

from aggregator.core import evidence
from aggregator.core.likeness import Window
from aggregator.core.model import Report, Story
from aggregator.core.origin import has_own_id
from aggregator.core.stories.copies import group
from aggregator.core.stories.joining import join
from aggregator.core.stories.leading import lead_from, lead_in
from aggregator.core.stories.membership import (
    Membership,
    Memberships,
    find_membership,
    list_given,
    list_owned,
)
from aggregator.core.stories.naming import keep_name, mint_id, name_entry, take_up
from aggregator.core.stories.succession import Succession
from aggregator.core.stories.telling import (
    IsHeld,
    choose_lead,
    explain,
    find_floor,
    hold_none,
    name_sameness,
    tell,
)

__all__ = [
    "IsHeld",
    "Membership",
    "Memberships",
    "Succession",
    "choose_lead",
    "combine",
    "explain",
    "find_membership",
    "group",
    "lead_from",
    "lead_in",
    "list_given",
    "mint_id",
    "name_entry",
    "name_sameness",
]


def combine(
    reports: Iterable[Report],
    memberships: Memberships,
    claimed: Collection[str],
    prefix: str,
    window: Window | None = None,
    is_held: IsHeld = hold_none,
) -> tuple[Story, ...]:
    """The stories that the reports make, each with its id, newest first.

    `claimed` are the ids ever given; `prefix` begins the ids that are minted;
    `window` holds the reports and others to compare them with, made of them
    where it is not given; who `is_held` back now leads nobody who is not. The
    result does not depend on the order of the reports.
    """
    ordered = sorted(reports, key=_read_order)
    window = Window(ordered) if window is None else window
    joined = join(group(ordered, memberships, window), memberships, window)
    led = [(choose_lead(groups, memberships, window, is_held), groups) for groups in joined]
    members = {id(lead): tuple(chain.from_iterable(groups)) for lead, groups in led}
    # Named first: who owns an id, for it stays with the report it was given
    # to; then those whose id is at home with them, before who may have taken it.
    led.sort(
        key=lambda one: (not list_owned(members[id(one[0])], memberships), not has_own_id(one[0]))
    )
    taken = {*claimed, *list_given(memberships)}
    stories: dict[str, Story] = {}
    for lead, groups in led:
        whole = members[id(lead)]
        kept = keep_name(whole, memberships, stories) or take_up(whole, memberships, stories)
        story_id = kept or name_entry(lead.entry, taken, prefix)
        taken.add(story_id)
        told = tell(story_id, lead, groups, window)
        stories[story_id] = replace(told, floor=find_floor(story_id, whole, memberships))
    evidence.forget()
    return tuple(
        sorted(stories.values(), key=lambda story: (story.sort_at, story.id), reverse=True)
    )


def _read_order(report: Report) -> tuple[datetime, str, str]:
    entry = report.entry
    return entry.first_seen, entry.source_id, entry.key
