"""Loads all that is known of one report, and has it explained; it reads only, and needs no lock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from aggregator.core import reuse, stories, takedowns
from aggregator.core.explaining import Explanation, Facts, Page, explain
from aggregator.core.fairness import find_most
from aggregator.core.fulltext import unfold
from aggregator.core.likeness import Window
from aggregator.core.model import Entry, FeedHead, Match, Report, Story
from aggregator.core.origin import list_known
from aggregator.core.rules import find_left_out
from aggregator.core.settings import Config
from aggregator.edges.store import Store
from aggregator.pipeline.leaving import sort_out
from aggregator.pipeline.meanings import open_meanings
from aggregator.pipeline.pool import Pool
from aggregator.pipeline.selecting import Selection, select

_AROUND = timedelta(days=2)
"""An old report is compared with those up to so much younger and older."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """A report's story, None where it stands in none, and the window it was compared in."""

    story: Story | None
    window: Window


def explain_report(config: Config, store: Store, meant: Match, now: datetime) -> Explanation:
    """What a publishing now would do with the report, and why."""
    entry = next(iter(store.load_entries_of({meant.report})))
    states = store.load_states()
    heads = {source_id: state.head or FeedHead() for source_id, state in states.items()}
    sources = {source.id: source for source in config.sources}
    source = sources.get(entry.source_id)
    report = Report(entry, source, heads.get(source.id) or FeedHead()) if source else None
    left_out = _find_left_out(config, report)
    standing = takedowns.list_standing(store.load_orders())
    out = {order.report for order in standing}
    is_gone = meant.report in out or not source or bool(left_out)
    chosen, scene = _find_scene(config, store, entry, now, is_gone=is_gone)
    compared = scene.window.find_compared(meant.report)
    told = {one.entry.name for one in (scene.story.members if scene.story else ())}
    facts = Facts(
        entry,
        report,
        states.get(entry.source_id),
        tuple(order for order in standing if order.report == meant.report),
        left_out,
        meant.story_id,
        scene.story,
        _describe_page(config, chosen),
        scene.window,
        compared,
        store.load_entries_of(compared.keys() - out - told) if scene.story else (),
        list_known(config.sources, heads),
        config.newsfeed.timezone,
        store.versions.load(meant.report),
        config.feeds,
        tuple(_find_days(store, scene.story)),
    )
    return explain(facts, now)


def _find_days(store: Store, story: Story | None) -> set[date]:
    """The days in whose editions a story stands."""
    return store.days.load_places({story.id}).get(story.id, set()) if story else set()


def _find_left_out(config: Config, report: Report | None) -> str:
    """Why the filters do not take the report, which is read with its full text."""
    if report is None:
        return ""
    return find_left_out(replace(report, entry=unfold(report.entry)), config.filters)


def _find_scene(
    config: Config, store: Store, entry: Entry, now: datetime, *, is_gone: bool
) -> tuple[Selection, _Scene]:
    """What would be published now, and the report's story; one that `is_gone` stands in none."""
    # A store that never published has no prefix yet, and gets none by being read.
    prefix, window = store.read_fact("tag_prefix") or "unpublished", Window()
    chosen = select(config, store, prefix, now, window, meanings=open_meanings(store, now))
    story = _find_story(chosen.found, entry)
    if story is None and not is_gone:
        return chosen, _look_around(config, store, entry, prefix, now)
    return chosen, _Scene(story, window)


def _look_around(config: Config, store: Store, entry: Entry, prefix: str, now: datetime) -> _Scene:
    """The story of a report that is older than what a publishing reads."""
    until = entry.sort_at + _AROUND
    pool = Pool(config, store, Window(), until, until)
    pool.read_about(entry)
    left = sort_out(store, pool.list_reports())
    living = takedowns.forget_dead(store.load_memberships(pool.list_entries()), left.owned)
    claimed = pool.find_claimed(prefix)
    if meanings := open_meanings(store, now):
        meanings.tell(pool.window, left.reports)
    is_held = partial(reuse.is_held, known=pool.list_known(), now=now)
    told = stories.combine(left.reports, living, claimed, prefix, pool.window, is_held)
    return _Scene(_find_story(told, entry), pool.window)


def _find_story(found: Iterable[Story], entry: Entry) -> Story | None:
    own = entry.name
    members = ((story, report) for story in found for report in story.members)
    return next((story for story, report in members if report.entry.name == own), None)


def _describe_page(config: Config, chosen: Selection) -> Page:
    newsfeed = config.newsfeed
    most = find_most(newsfeed.items, newsfeed.max_share, len(config.sources))
    return Page(chosen.stories, chosen.held, chosen.passed_over, newsfeed.items, most)
