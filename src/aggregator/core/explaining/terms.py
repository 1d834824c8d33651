"""A source's terms in words: in few, and line by line as they hold for a report now."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aggregator.core.model import LinkPlace, Mode, Reuse
from aggregator.core.reuse import Standing

_PLACES = {
    LinkPlace.FIRST_PASSAGE: "a link to the article in the first passage",
    LinkPlace.BEFORE_TEXT: "a link to the article before the text",
    LinkPlace.AFTER_TEXT: "a link to the article after the text",
    None: "no link to the article is asked for",
}


_MINUTE = timedelta(minutes=1)


def name_terms(terms: Reuse, zone: str = "UTC") -> str:
    """A source's terms in a few words, times in the newsfeed's zone."""
    length = f" {terms.max_words} words" if terms.max_words else ""
    if not terms.stated:
        return f"none stated: {terms.mode}{length}"
    return ", ".join([f"{terms.mode}{length}", *_list_conditions(terms, zone)])


def _list_conditions(terms: Reuse, zone: str) -> Iterator[str]:
    """What the terms ask for beside a length."""
    if terms.link:
        yield terms.link
    if not terms.derivatives:
        yield "without changes"
    if terms.embargo:
        yield f"embargo {_count(terms.embargo)}"
    if terms.embargo_until:
        yield f"embargo until {_say(terms.embargo_until, zone)}"
    if terms.delay:
        yield f"delay {_count(terms.delay)}"
    if terms.until:
        yield f"until {_say_last(terms.until, zone)}"
    if not terms.ai:
        yield "no use by language models"


def describe_terms(standing: Standing, now: datetime, zone: str = "UTC") -> tuple[str, ...]:
    """The terms that hold for a report now, line by line, the most important first."""
    return (*_list_origins(standing, now, zone), *_list_rules(standing.terms, zone))


def _list_origins(standing: Standing, now: datetime, zone: str) -> Iterator[str]:
    """Whose terms they are."""
    own = standing.carrier.source.reuse
    if not own.stated:
        yield "its source states no terms: those of such a source hold"
    if own.until is not None and own.until <= now:
        yield f"its source's terms ended at {_say(own.until, zone)}"
    if standing.writer is not None:
        name = standing.writer.source.id
        yield f"written by {name}: the terms of both hold, the stricter at each point"


def _list_rules(terms: Reuse, zone: str) -> Iterator[str]:
    yield _say_mode(terms)
    yield _PLACES[terms.link]
    yield f"credit: {terms.credit}"
    if terms.notice:
        yield f"notice: {terms.notice}"
    if terms.license:
        yield f"licence: {terms.license}"
    yield "with pictures" if terms.images else "without pictures"
    if not terms.derivatives:
        yield "nothing may be changed or cut"
    if not terms.ai:
        yield "not for language models"
    yield from _list_times(terms, zone)


def _say_mode(terms: Reuse) -> str:
    if terms.mode is Mode.HEADLINE:
        return "the headline alone"
    what = "the full text" if terms.mode is Mode.FULL else "an excerpt"
    return f"{what} of at most {terms.max_words} words" if terms.max_words else what


def _list_times(terms: Reuse, zone: str) -> Iterator[str]:
    if terms.embargo_until:
        yield f"nothing before {_say(terms.embargo_until, zone)}"
    if terms.embargo:
        yield f"nothing for {_count(terms.embargo)} after it came"
    if terms.delay:
        yield f"nothing for {_count(terms.delay)} after its date"
    if terms.until:
        yield f"these terms hold until {_say_last(terms.until, zone)}"


def _say(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _say_last(until: datetime, zone: str) -> str:
    """The last minute of a permission: it ends with it; of a day that was written, its last one."""
    return _say(until - _MINUTE, zone)


def _count(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:g} h"
