"""Which reports are one story, who leads it, and the id it bears for life.

What counts as the same is in `evidence`, who wrote it in `origin`.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, combinations, count
from math import inf
from types import MappingProxyType

from aggregator.core import evidence, urls
from aggregator.core.evidence import (
    are_compatible,
    has_same_words,
    identifies,
    name_evidence,
    read_keys,
    still_agree,
    weigh,
)
from aggregator.core.model import Entry, Report, Story
from aggregator.core.origin import has_own_id, name_origin
from aggregator.core.secrets import drop_keys

_TOGETHER_BEFORE = "published together before"

_MOST_OF_ONE = 5
"""Items of one source with one key: more than these, and the key says nothing of them."""

_MOST_TOGETHER = 200
"""Reports compared over one key; without a bound, one bad feed would cost everyone's time."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What the ledger knows: the story of a report, and the order in which its id was given.

    `owner` says that the id was given to this very report.
    """

    story_id: str
    order: int
    owner: bool = False


Memberships = Mapping[tuple[str, str], Membership]
_NOTHING: Memberships = MappingProxyType({})


def combine(
    reports: Iterable[Report],
    memberships: Memberships,
    claimed: Collection[str],
    prefix: str,
) -> tuple[Story, ...]:
    """The stories that the reports make, each with its id, newest first.

    `claimed` are the ids ever given; `prefix` begins the ids that are minted.
    The result does not depend on the order of the reports.
    """
    ordered = sorted(reports, key=_read_order)
    led = [(choose_lead(members, memberships), members) for members in group(ordered, memberships)]
    # Named first: who owns an id, for it stays with the report it was given
    # to; then those whose id is at home with them, before who may have taken it.
    led.sort(key=lambda one: (not _read_owned(one[1], memberships), not has_own_id(one[0])))
    taken = {*claimed, *(membership.story_id for membership in memberships.values())}
    stories: dict[str, Story] = {}
    for lead, members in led:
        story_id = _name_story(members, memberships, stories) or name_entry(
            lead.entry, taken, prefix
        )
        taken.add(story_id)
        told = _tell(story_id, lead, members)
        stories[story_id] = replace(told, floor=_find_floor(members, memberships))
    evidence.forget()
    return tuple(
        sorted(stories.values(), key=lambda story: (story.sort_at, story.id), reverse=True)
    )


def _read_order(report: Report) -> tuple[datetime, str, str]:
    entry = report.entry
    return entry.first_seen, entry.source_id, entry.key


# Groups ---------------------------------------------------------------------


def group(reports: Sequence[Report], memberships: Memberships) -> list[list[Report]]:
    """The reports in groups, one a story, the strongest evidence joined first.

    Two items of one feed that are not the same never stand in one group, also
    not by way of a third report.
    """
    home = {index: [index] for index in range(len(reports))}
    for _, left, right in sorted(_find_pairs(reports, memberships)):
        one, other = home[left], home[right]
        if one is not other and _may_join(reports, one, other):
            one.extend(other)
            home.update(dict.fromkeys(other, one))
    unique = {id(members): members for members in home.values()}
    return [[reports[index] for index in sorted(members)] for members in unique.values()]


def _find_pairs(reports: Sequence[Report], memberships: Memberships) -> set[tuple[int, int, int]]:
    """(strength, left, right) of every pair with evidence; 0 is the strongest."""
    shelves: dict[str, list[int]] = defaultdict(list)
    for index, report in enumerate(reports):
        entry = report.entry
        known = memberships.get((entry.source_id, entry.key))
        for shelf in (*read_keys(entry), *([f"story {known.story_id}"] if known else [])):
            shelves[shelf].append(index)
    vague = _find_vague_links(report.entry for report in reports)
    pairs = set()
    thinned = (_thin(shelf, reports) for shelf in shelves.values())
    for left, right in {pair for shelf in thinned for pair in combinations(shelf, 2)}:
        strength = _weigh(reports[left].entry, reports[right].entry, memberships, vague)
        if strength is not None:
            pairs.add((strength, left, right))
    return pairs


def _thin(shelf: Sequence[int], reports: Sequence[Report]) -> Sequence[int]:
    """The reports of a shelf that are worth comparing: not the many of one source."""
    sources = Counter(reports[index].entry.source_id for index in shelf)
    kept = [index for index in shelf if sources[reports[index].entry.source_id] <= _MOST_OF_ONE]
    return kept[:_MOST_TOGETHER]


def _find_vague_links(entries: Iterable[Entry]) -> frozenset[str]:
    """Links that one source gives to several of its items that are not the same.

    A page of a section, say; such a link alone does not make a report of
    another source one of these items.
    """
    shelves: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        if identifies(entry.canonical):
            shelves[entry.source_id, entry.canonical or ""].append(entry)
    return frozenset(
        link
        for (_, link), items in shelves.items()
        if not all(are_compatible(items[0], item) for item in items[1:])
    )


def _weigh(
    left: Entry, right: Entry, memberships: Memberships, vague: Collection[str]
) -> int | None:
    one = memberships.get((left.source_id, left.key))
    other = memberships.get((right.source_id, right.key))
    if one and other and one.story_id == other.story_id and still_agree(left, right):
        return 0
    strength = weigh(left, right)
    if strength is None or not are_compatible(left, right):
        return None
    return None if left.canonical in vague and not has_same_words(left, right) else strength


def _may_join(reports: Sequence[Report], one: Sequence[int], other: Sequence[int]) -> bool:
    return all(
        are_compatible(reports[left].entry, reports[right].entry) for left in one for right in other
    )


# Telling --------------------------------------------------------------------


def _tell(story_id: str, lead: Report, members: Sequence[Report]) -> Story:
    others = tuple(report for report in members if report is not lead)
    reasons = tuple(_explain_member(report, lead, others) for report in others)
    return Story(story_id, lead, others, reasons)


def explain(left: Entry, right: Entry) -> str:
    """Why two reports of one story are one, in words."""
    return name_evidence(left, right) or _TOGETHER_BEFORE


def _explain_member(report: Report, lead: Report, others: Sequence[Report]) -> str:
    """Why a report stands in the story: what it shares with the lead, else with another."""
    if found := name_evidence(lead.entry, report.entry):
        return found
    for other in others:
        found = name_evidence(other.entry, report.entry)
        if other is not report and found:
            return f"{found} as {other.source.id}"
    return _TOGETHER_BEFORE


def choose_lead(members: Sequence[Report], memberships: Memberships = _NOTHING) -> Report:
    """The original before its carrier, then the source's weight, then who was published first.

    Dates come last: they are the publisher's own word, and a copy could take
    the lead of a published story by dating itself back.
    """

    def rank(report: Report) -> tuple[bool, float, float, datetime, str, str]:
        carried = name_origin(report, members) is not None
        entry = report.entry
        known = _find_membership(report, memberships)
        order = known.order if known and known.owner else inf
        return carried, -report.source.weight, order, entry.sort_at, entry.source_id, entry.key

    return min(members, key=rank)


def _find_membership(report: Report, memberships: Memberships) -> Membership | None:
    return memberships.get((report.entry.source_id, report.entry.key))


def _read_owned(members: Sequence[Report], memberships: Memberships) -> list[Membership]:
    """The ids that were given to reports of this group, the oldest first."""
    known = (_find_membership(report, memberships) for report in members)
    return sorted((m for m in known if m and m.owner), key=lambda m: m.order)


def _find_floor(members: Sequence[Report], memberships: Memberships) -> datetime | None:
    """The latest time of the reports that ids were given to: they have led."""
    owners = (
        report.entry
        for report in members
        if (known := _find_membership(report, memberships)) and known.owner
    )
    return max((max(entry.changed, entry.sort_at) for entry in owners), default=None)


def _name_story(
    members: Sequence[Report], memberships: Memberships, used: Collection[str]
) -> str | None:
    """The id given first among the members, None where none was given.

    `used` are the ids of this reading's stories: where an edit parted what was
    one story, the id stays with the part that holds the report it was given to.
    """
    known = [_find_membership(report, memberships) for report in members]
    given = [m for m in known if m and m.story_id not in used]
    return min(given, key=lambda m: m.order).story_id if given else None


def name_entry(entry: Entry, taken: Collection[str], prefix: str) -> str:
    """The report's own id where it is an IRI that nobody claimed, else a minted `tag:`.

    RFC 4287 section 4.2.6: an id stays when an entry is republished, byte for
    byte; RFC 4151: the form of the minted ones.
    """
    if entry.raw_id and _may_be_id(entry.raw_id) and entry.raw_id not in taken:
        return entry.raw_id
    minted = mint_id(entry, prefix)
    names = chain([minted], (f"{minted}-{number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def _may_be_id(raw_id: str) -> bool:
    """Whether an id may be published: an IRI without a key that lets somebody in."""
    return urls.is_iri(raw_id) and drop_keys(raw_id) == raw_id


def mint_id(entry: Entry, prefix: str) -> str:
    """The `tag:` that a report gets when its own id will not do; the same each time."""
    digest = hashlib.sha256(entry.key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{prefix}/{entry.source_id}/{digest[:24]}"
