"""Lists of feeds: whose feeds become sources, and whether a fresh list is to be believed.

A list is another's document: nothing in it may break the configuration, so
what a source cannot bear is left out here, never reported as a mistake.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.core import limits, urls
from aggregator.core.ids import derive_marked_id
from aggregator.core.language import normalise_tag
from aggregator.core.model.outline import Outline, OutlineList
from aggregator.core.model.source import Source
from aggregator.core.secrets import drop_secrets, hide_secrets
from aggregator.core.settings import Config, ListSettings
from aggregator.core.text import cut, title_text

_LONGEST_URL = 2_000
_LONGEST_TAG = 64
_RETRY = timedelta(hours=1)
_FEW = 10
"""Lists shorter than this shrink by a half when somebody tidies them."""


@dataclass(frozen=True, slots=True)
class ListState:
    """What is remembered of a list on the web; `trouble` is "" when the last answer was taken.

    `shorter` is how many feeds a whole answer held that was too short to be believed.
    """

    place: str
    asked: datetime | None = None
    taken: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    count: int = 0
    shorter: int | None = None
    trouble: str = ""


def add_listed(config: Config, lists: Sequence[tuple[ListSettings, OutlineList]]) -> Config:
    """Return the configuration with the lists' feeds behind its own sources.

    A feed that the YAML or an earlier list names already is left to it.
    """
    known = {urls.canonical(source.url) for source in config.sources}
    taken = {source.id for source in config.sources}
    more: list[Source] = []
    for settings, found in lists:
        for outline in found.outlines:
            name = urls.canonical(outline.url)
            if name not in known:
                known.add(name)
                source = _make_source(outline, settings, taken)
                taken.add(source.id)
                more.append(source)
    return replace(config, sources=(*config.sources, *more))


def _make_source(outline: Outline, settings: ListSettings, taken: set[str]) -> Source:
    """Return the source of a feed, its id made of its URL alone, its terms unstated."""
    return Source(
        id=derive_marked_id(outline.url, taken),
        url=outline.url,
        name=outline.name,
        homepage=outline.homepage,
        language=outline.language,
        tags=tuple(dict.fromkeys((*settings.tags, *outline.tags))),
        location=f"{hide_secrets(settings.place)}:{outline.line}",
    )


def tidy_outline(outline: Outline) -> Outline | None:
    """Return the outline with what a source can bear; None when its URL is none."""
    url = outline.url.strip()
    if len(url) > _LONGEST_URL or re.search(r"[\x00-\x20\x7f-\xa0\u2028\u2029]", url):
        return None
    if urls.resolve("", url) is None:
        return None
    homepage = urls.publishable(url, outline.homepage) if outline.homepage else None
    return replace(
        outline,
        url=url,
        name=_tidy_name(outline.name or "") or None,
        homepage=drop_secrets(homepage) if homepage and len(homepage) <= _LONGEST_URL else None,
        language=normalise_tag(outline.language),
        tags=tidy_tags(outline.tags),
    )


def _tidy_name(name: str) -> str:
    """Return the name as one from a feed is shown; many lists repeat the feed's address there."""
    return cut(hide_secrets(title_text(name, html=False)), limits.NAME)


def tidy_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Return words from outside as tags: letters and digits of any script, joined by hyphens."""
    slugs = (re.sub(r"\W+", "-", word).strip("-_").lower()[:_LONGEST_TAG] for word in words)
    return tuple(dict.fromkeys(slug.rstrip("-") for slug in slugs if slug))


def is_list_due(settings: ListSettings, state: ListState, now: datetime) -> bool:
    """Tell whether a list is to be asked for; after a failure sooner than after a success."""
    if state.asked is None or state.place != settings.place or now < state.asked:
        return True
    wait = min(settings.refresh, _RETRY) if state.trouble else settings.refresh
    return now - state.asked >= wait


def judge_list(state: ListState, found: OutlineList, now: datetime) -> ListState:
    """Return the state after an answer; its `trouble` says why the answer is not taken.

    A broken one is taken only when nothing of the last good one is missing from
    it by count. A whole one with less than half of the feeds is taken when the
    next one is as short: then it is meant.
    """
    count = len(found.outlines)
    if not count:
        return replace(state, asked=now, trouble="it names no feeds; the last good copy stays")
    if not found.whole and count < state.count:
        trouble = f"it is broken and names {count} of {state.count} feeds; the last good copy stays"
        return replace(state, asked=now, trouble=trouble)
    if state.count >= _FEW and 2 * count < state.count and state.shorter != count:
        trouble = (
            f"it names {count} feeds where it named {state.count}; the last good copy stays"
            " unless the next answer is as short"
        )
        return replace(state, asked=now, shorter=count, trouble=trouble)
    return replace(state, asked=now, taken=now, count=count, shorter=None, trouble="")
