"""The authored news day as labelled reports, and what must come of its groups and origins."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import chain, combinations
from typing import Any

from aggregator.core import urls
from aggregator.core.identity import settle_all
from aggregator.core.model import Entry, FeedHead, ParsedFeed, Report, Source, Story
from aggregator.core.normalise import normalise_feed
from aggregator.core.origin import name_origin
from aggregator.edges import stage
from aggregator.edges.config import load
from aggregator.edges.parse import Task
from aggregator.reading import read_body
from arrivals import Groups, Key, name
from clusters import Score, score_pairs
from labelled import BadItemsError, Item

_CARRIED = ("republication", "aggregator-copy")
_NEGATIVES = ("recurring-title", "live-blog", "unrelated", "empty-item")


@dataclass(frozen=True, slots=True)
class Day:
    """The day's items, each with its label as the manifest has it, and the groups expected.

    `rounds` are the reports as they were known after each poll.
    """

    rounds: tuple[tuple[Report, ...], ...]
    items: tuple[Item, ...]
    labels: Mapping[Key, Mapping[str, Any]]
    groups: Mapping[str, tuple[Key, ...]]
    stories: Mapping[str, tuple[Key, ...]]


@dataclass(frozen=True, slots=True)
class Group:
    """Reports that are one report: how many of their pairs stand together, how pure they stand.

    `others` are further reports that stand with them, `strange` those of another story.
    """

    recall: float
    precision: float
    others: int
    strange: int

    @property
    def is_exact(self) -> bool:
        """Whether all stand together, with none of another story."""
        return self.recall == self.precision == 1


@dataclass(frozen=True, slots=True)
class Origins:
    """Carried copies whose writer was named rightly, how many there are, and false ones."""

    found: int
    copies: int
    false: tuple[str, ...]


# The day --------------------------------------------------------------------------


def read_day() -> Day:
    """The day after its last poll, as the store would have it."""
    manifest = json.loads((stage.FOLDER / "manifest.json").read_text("utf-8"))
    feeds = [_poll(feed) for feed in stage.load_day().feeds]
    rounds = tuple(tuple(chain.from_iterable(known)) for known in zip(*feeds, strict=True))
    reports = rounds[-1]
    labels = {_find(label, reports): label for label in manifest["labels"]}
    if strange := {name(report) for report in reports} - set(labels):
        raise BadItemsError(f"reports of the day without a label: {sorted(strange)}")
    expected = manifest["expectations"]
    by_name = {f"{label['feed']}|{label['key']}": key for key, label in labels.items()}
    return Day(
        rounds,
        tuple(Item(report, labels[name(report)]["story"]) for report in reports),
        labels,
        _translate(expected["exact_or_near_duplicate_groups"], by_name),
        _translate(expected["story_clusters"], by_name),
    )


def _translate(
    groups: Mapping[str, Sequence[str]], by_name: Mapping[str, Key]
) -> dict[str, tuple[Key, ...]]:
    return {title: tuple(by_name[one] for one in members) for title, members in groups.items()}


def _poll(feed: stage.Feed) -> list[list[Report]]:
    """A feed's reports after each poll: what comes again is settled as a poll settles it."""
    source = next(one for one in load(stage.SOURCES, os.environ).sources if one.id == feed.id)
    known: dict[str, Entry] = {}
    head = FeedHead()
    rounds = []
    for at, answer in zip(stage.load_day().times, feed.answers, strict=True):
        if answer.status == HTTPStatus.OK:
            fresh, head = _read(answer, feed.url, source, at)
            known |= {one.key: one for one in settle_all(fresh, known.values(), at).entries}
        rounds.append([Report(entry, source, head) for entry in known.values()])
    return rounds


def _read(
    answer: stage.Answer, url: str, source: Source, at: datetime
) -> tuple[tuple[Entry, ...], FeedHead]:
    kind = dict(answer.headers).get("Content-Type", "")
    parsed = read_body(Task(answer.body, kind, url))
    if not isinstance(parsed, ParsedFeed):
        return (), FeedHead()
    found = normalise_feed(parsed, source, url, at)
    return found.entries, found.head


def _find(label: Mapping[str, Any], reports: Iterable[Report]) -> Key:
    """The report that a label means: its key is an id, or a link without what tracks readers."""
    key, place = label["key"], urls.canonical(label["key"])
    own = [report for report in reports if report.source.id == label["feed"]]
    for report in own:
        if report.entry.raw_id == key:
            return name(report)
    for report in own:
        if place == report.entry.canonical:
            return name(report)
    raise BadItemsError(f"the day has no report {label['feed']}|{key}")


# What came of it ------------------------------------------------------------------


def judge_groups(day: Day, groups: Groups) -> dict[str, Group]:
    """Each group of the same report: how it stands."""
    return {title: _judge_group(day, members, groups) for title, members in day.groups.items()}


def _judge_group(day: Day, members: Sequence[Key], groups: Groups) -> Group:
    found = {groups[key] for key in members}
    company = [key for key, number in groups.items() if number in found and key not in members]
    story = day.labels[members[0]]["story"]
    strange = [key for key in company if day.labels[key]["story"] != story]
    pairs = list(combinations(members, 2))
    together = sum(groups[one] == groups[other] for one, other in pairs)
    mixed = sum(groups[one] == groups[key] for one in members for key in strange)
    precision = together / (together + mixed) if together + mixed else 1.0
    return Group(together / len(pairs), precision, len(company), len(strange))


def judge_stories(day: Day, groups: Groups) -> dict[str, Score]:
    """Each labelled story of several reports: its pairs, against all reports of the day."""
    return {
        title: score_pairs(
            [(title, groups[key]) for key in members]
            + [(key, groups[key]) for key in groups if _is_strange(day, key, title, groups)]
        )
        for title, members in day.stories.items()
    }


def _is_strange(day: Day, key: Key, story: str, groups: Groups) -> bool:
    """Whether a report of another story stands with one of this story."""
    own = {groups[member] for member in day.stories[story]}
    return bool(day.labels[key]["story"] != story and groups[key] in own)


def judge_negatives(day: Day, groups: Groups) -> dict[str, tuple[int, int]]:
    """For each kind of report that must stand alone: how many do not, and how many there are."""
    return {kind: _judge_kind(day, kind, groups) for kind in _NEGATIVES}


def _judge_kind(day: Day, kind: str, groups: Groups) -> tuple[int, int]:
    own = [key for key, label in day.labels.items() if label["relation"] == kind]
    numbers = list(groups.values())
    return sum(numbers.count(groups[key]) > 1 for key in own), len(own)


def judge_origins(day: Day, stories: Iterable[Story]) -> Origins:
    """The origins that the product names within each story, against those that are labelled."""
    named = {
        name(report): name_origin(report, members)
        for story in stories
        for members in ((story.lead, *story.others), *story.also)
        for report in members
    }
    wanted = {
        key: label["of"].partition("|")[0]
        for key, label in day.labels.items()
        if label["relation"] in _CARRIED
    }
    found = sum(named[key] == origin for key, origin in wanted.items())
    false = [
        f"{day.labels[key]['feed']}|{day.labels[key]['key']}: {origin}"
        for key, origin in named.items()
        if origin is not None and wanted.get(key) != origin
    ]
    return Origins(found, len(wanted), tuple(sorted(false)))
