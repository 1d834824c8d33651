"""A source, and what its terms let us do with its reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.core.model.rule import Rule


class Mode(StrEnum):
    """How much of a report its source lets us show."""

    FULL = "full"
    EXCERPT = "excerpt"
    HEADLINE = "headline"


class LinkPlace(StrEnum):
    """Where a source's terms want the link to the article."""

    FIRST_PASSAGE = "first-passage"
    BEFORE_TEXT = "before-text"
    AFTER_TEXT = "after-text"


@dataclass(frozen=True, slots=True)
class Reuse:
    """A source's re-use terms; the defaults are those of a source that states none.

    `link` is None where a source states terms and asks for no link to the
    article; the credit is then still linked, see `core.reuse`.
    `credit` and `notice` are templates, see `core.reuse.fill`. Without
    `derivatives` nothing may be cut or put into the text. `ai` is False where
    use by language models is reserved. Nothing is shown before `embargo_until`,
    for `embargo` after a report came, for `delay` after its date; the terms hold
    before `until`, after it those of a source that states none.
    """

    mode: Mode = Mode.EXCERPT
    max_words: int | None = 40
    link: LinkPlace | None = LinkPlace.FIRST_PASSAGE
    credit: str = "{source}"
    notice: str | None = None
    license: str | None = None
    images: bool = False
    stated: bool = False
    derivatives: bool = True
    ai: bool = True
    embargo: timedelta | None = None
    embargo_until: datetime | None = None
    delay: timedelta | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One news source as the configuration names it; the id is its identity.

    `name` is None when the configuration gives none: the feed's own title is
    shown then. `timezone` is an IANA name for dates without a zone. `headers`
    are extra request headers. With `check_links` the pages of its published
    reports are asked whether they are still there. `full_text`
    asks for the pages of reports of which the feed gives a summary only. What
    `filters` do not take is stored and stands in no story.
    `location` is `file:line` for messages.
    """

    id: str
    url: str
    name: str | None = None
    homepage: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    interval: timedelta | None = None
    aliases: tuple[str, ...] = ()
    reuse: Reuse = Reuse()
    enabled: bool = True
    timezone: str | None = None
    weight: float = 1.0
    max_items: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    user_agent: str | None = None
    proxy: str | None = None
    check_links: bool = False
    full_text: bool = False
    filters: Rule = Rule()
    location: str = ""
