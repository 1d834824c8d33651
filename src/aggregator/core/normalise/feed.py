"""A parsed feed -> its entries and its head; one bad item never costs the feed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aggregator.core import limits
from aggregator.core.language import normalise_tag
from aggregator.core.model import Entry, FeedHead, ParsedFeed, Problem, RawItem, Source
from aggregator.core.normalise.hiding import hide_head
from aggregator.core.normalise.item import (
    Draft,
    Job,
    drop_id,
    drop_link,
    name_place,
    normalise_item,
)
from aggregator.core.normalise.media import doubt_lengths
from aggregator.core.normalise.parts import read_license, read_moment, read_name, read_people
from aggregator.core.secrets import find_secrets, hide_known, hide_secrets
from aggregator.core.text import clean_chars, clean_text, cut, title_text
from aggregator.core.urls import publishable

_NAME_LIMIT = 100
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Normalised:
    """What a feed came to: `dropped` counts the items that became no entry."""

    entries: tuple[Entry, ...]
    head: FeedHead
    problems: tuple[Problem, ...] = ()
    dropped: int = 0


def normalise_feed(feed: ParsedFeed, source: Source, url: str, now: datetime) -> Normalised:
    """Return the entries of a feed that was read from `url`, in its order.

    Of two items with one key the first stays. Entries beyond the source's
    `max_items` are left out and not counted as dropped.
    """
    keys = find_secrets(source.url, source.headers)
    head = _normalise_head(feed.head, url, now)
    head = hide_head(head, keys) if keys else head
    job = Job(source, url, now, _date_languages(source, head), head.language, keys)
    drafts = [(item, normalise_item(item, job)) for item in feed.items]
    problems = [Problem(_name(item), what) for item, draft in drafts for what in draft.problems]
    honest = doubt_lengths([draft.entry for _, draft in drafts if draft.entry])
    apart, shared = _tell_apart(honest)
    kept, repeated = _drop_repeated(apart)
    said = [*feed.problems, *_report_zones(draft for _, draft in drafts), *shared]
    said += [*problems, *repeated]
    return Normalised(
        entries=tuple(kept[: source.max_items]),
        head=head,
        problems=_limit([_hide(problem, keys) for problem in said] if keys else said),
        dropped=len(drafts) - len(kept),
    )


def _hide(problem: Problem, secrets: Sequence[str]) -> Problem:
    return Problem(hide_known(problem.item, secrets), hide_known(problem.what, secrets))


def _date_languages(source: Source, head: FeedHead) -> tuple[str, ...]:
    tags = (normalise_tag(source.language), head.language)
    return tuple(tag for tag in tags if tag)


def _report_zones(drafts: Iterable[Draft]) -> list[Problem]:
    """Report dates without a zone once for the feed: it is one fact about its publisher."""
    notes = dict.fromkeys(note for draft in drafts for note in draft.zone_notes)
    return [Problem("", note) for note in notes]


def _tell_apart(entries: Sequence[Entry]) -> tuple[list[Entry], list[Problem]]:
    """Entries that share a name but are different reports lose it: it names none of them.

    Some feeds give all their items one guid (FreshRSS#1887), or none and one
    link; taking them for one entry would lose all but one.
    """
    by_id = _find_shared(entries, _is_elsewhere)
    what = "several items of this feed have this id; their links tell them apart"
    problems = [Problem(cut(entry.raw_id or "", _NAME_LIMIT), what) for entry in by_id.values()]
    told = [drop_id(entry) if entry.key in by_id and entry.raw_id else entry for entry in entries]
    by_link = _find_shared(told, _is_other_news)
    what = "several items of this feed have this id or link; their words tell them apart"
    problems += [Problem(cut(key, _NAME_LIMIT), what) for key in by_link]
    return [drop_link(entry) if entry.key in by_link else entry for entry in told], problems


def _find_shared(
    entries: Sequence[Entry], is_another: Callable[[Entry, Entry], bool]
) -> dict[str, Entry]:
    """The first entry of each key that is shared by another report."""
    seen: dict[str, Entry] = {}
    shared: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(entry.key, entry)
        if is_another(first, entry):
            shared.setdefault(entry.key, first)
    return shared


def _is_elsewhere(first: Entry, entry: Entry) -> bool:
    """Tell whether two entries of one id are two reports rather than one that is repeated."""
    same_words = (first.title, first.text.split()) == (entry.title, entry.text.split())
    return not same_words and name_place(first) != name_place(entry)


def _is_other_news(first: Entry, entry: Entry) -> bool:
    """Tell whether two entries of one name share neither title nor text."""
    return first.title != entry.title and first.text.split() != entry.text.split()


def _limit(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The first problems, and how many more there were: they are stored with every poll.

    Those of the feed as a whole come first: one line of them speaks of many items.
    """
    ordered = sorted(problems, key=lambda problem: bool(problem.item))
    more = len(ordered) - _MOST_PROBLEMS
    rest = [Problem("", f"and {more} more problems")] if more > 0 else []
    return (*ordered[:_MOST_PROBLEMS], *rest)


def _drop_repeated(entries: Sequence[Entry]) -> tuple[list[Entry], list[Problem]]:
    first: dict[str, Entry] = {}
    problems: list[Problem] = []
    for entry in entries:
        kept = first.setdefault(entry.key, entry)
        if kept.digest != entry.digest:
            what = (
                "another item of this feed has the same id and says something else; it is left out"
            )
            problems.append(Problem(cut(entry.key, _NAME_LIMIT), what))
    return list(first.values()), problems


def _name(item: RawItem) -> str:
    """Name an item in a Problem by the first of id, link and title that it has."""
    names = (item.raw_id, item.link, item.title.value)
    # Hidden before the cut: half a secret could not be recognised.
    shown = (hide_secrets(clean_text(name[: 4 * _NAME_LIMIT])) for name in names if name)
    return cut(next((name for name in shown if name), ""), _NAME_LIMIT)


def _normalise_head(head: FeedHead, url: str, now: datetime) -> FeedHead:
    """Return what the feed says of itself, cleaned; its id stays as written."""
    return replace(
        head,
        title=title_text(head.title, html=False),
        id=head.id if head.id and head.id.strip() and clean_chars(head.id) == head.id else None,
        link=publishable(url, head.link or ""),
        self_link=publishable(url, head.self_link or ""),
        language=normalise_tag(head.language),
        rights=read_name(head.rights) or None,
        license=read_license(head.license, url),
        updated=read_moment(head.updated, now),
        authors=read_people(head.authors, url)[: limits.AUTHORS],
    )
