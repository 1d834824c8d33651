"""A source's terms in words, as they hold for a report now."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator.core.model import LinkPlace, Mode, Reuse
from aggregator.core.reuse import Standing

_PLACES = {
    LinkPlace.FIRST_PASSAGE: "a link to the article in the first passage",
    LinkPlace.BEFORE_TEXT: "a link to the article before the text",
    LinkPlace.AFTER_TEXT: "a link to the article after the text",
    None: "no link to the article is asked for",
}


def describe_terms(standing: Standing, now: datetime) -> tuple[str, ...]:
    """The terms that hold for a report now, the most important first."""
    return (*_list_origins(standing, now), *_list_rules(standing.terms))


def _list_origins(standing: Standing, now: datetime) -> Iterator[str]:
    """Whose terms they are."""
    own = standing.carrier.source.reuse
    if not own.stated:
        yield "its source states no terms: those of such a source hold"
    if own.until is not None and own.until <= now:
        yield f"its source's terms ended at {_say(own.until)}"
    if standing.writer is not None:
        name = standing.writer.source.id
        yield f"written by {name}: the terms of both hold, the stricter at each point"


def _list_rules(terms: Reuse) -> Iterator[str]:
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
    yield from _list_times(terms)


def _say_mode(terms: Reuse) -> str:
    if terms.mode is Mode.HEADLINE:
        return "the headline alone"
    what = "the full text" if terms.mode is Mode.FULL else "an excerpt"
    return f"{what} of at most {terms.max_words} words" if terms.max_words else what


def _list_times(terms: Reuse) -> Iterator[str]:
    if terms.embargo_until:
        yield f"nothing before {_say(terms.embargo_until)}"
    if terms.embargo:
        yield f"nothing for {_count(terms.embargo)} after it came"
    if terms.delay:
        yield f"nothing for {_count(terms.delay)} after its date"
    if terms.until:
        yield f"these terms hold until {_say(terms.until)}"


def _say(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _count(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:g} h"
