"""What of a report is compared with others: words, names and numbers of its title and beginning.

The body beyond its first 300 characters is not looked at: there every report
of a region speaks of the same places (trials of 2026: matching on titles and
beginnings found what full texts did, with fewer wrong pairs).
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from aggregator.core.likeness.proper import read_proper_names
from aggregator.core.likeness.terms import word_term
from aggregator.core.likeness.tolls import read_tolls
from aggregator.core.model import Entry, Report
from aggregator.core.near import read_runs
from aggregator.core.places import canonical_place
from aggregator.core.stopwords import guess_language
from aggregator.core.text import fold
from aggregator.core.urls import canonical
from aggregator.core.words import read_figures, read_numbers, skeleton, stem, tokenize

_BEGINNING = 300
"""Characters of a text that say what it is about."""

_SHOUTED = re.compile(r"\A[A-Z\u0410-\u042f\u0531-\u0556 ,./()-]{3,40}\s*[\u2013\u2014-]+\s")
_SITE = re.compile(r"\A[\w-]+\.(?:am|com|net|org|ru|ge|az|info)[.:\u0589\u2024]?\s", re.IGNORECASE)
_SECTION = re.compile(r"\A[^\u203a\u00bb|]{1,30}[\u203a\u00bb|]\s+(?=\S+\s)")
"""The name of a section before a title: "Sports › ...", "Perspectives | ..."."""
_HREF = re.compile(r'<a href="([^"]+)"')
_LIVE = re.compile(
    r"\W*(?:live\b|liveblog|live[- ]blog|онлайн\b|прямая трансляция|текстовая трансляция|ուղիղ)",
    re.IGNORECASE,
)
_DAILY = re.compile(
    r"\W*(?:press (?:review|digest)|(?:morning|evening|daily|news) (?:digest|briefing|roundup)"
    r"|exchange rates?\b|weather (?:forecast|report|today|in)\b|(?:утренний |вечерний )?дайджест"
    r"|обзор (?:прессы|печати|сми)|курсы? валют|погода (?:в|на)\b|прогноз погоды"
    r"|մամուլի տեսություն|եղանակ|փոխարժեք|լուրերի ամփոփում)",
    re.IGNORECASE,
)
"""What comes every day under one title: its words tell its kind, and each source has its own."""
_MOST_LINKS = 20
_MOST_TEXT = 12_000


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells a report from others, in 32-bit numbers where there are many.

    `title` and `words` are stems, each behind its language, since words of two
    languages are never one (`title` is part of `words`); `title_names` and `names` are names'
    consonants, alike in all languages, `proper` those of the title that are surely names;
    `told` are the words of the beginning that may be names, as they are written, short ones too;
    `title_figures` and `figures` are all numbers of title and text, `tolls` those of the
    beginnings that say how many came to harm, `numbers` the rare ones of the beginnings.
    `runs` are those of `core.near`, `links` are the canonical
    addresses that the text leads to. `is_live` says that the title announces a
    running list of many stories, or what comes every day.
    """

    source_id: str
    language: str
    at: datetime
    title: tuple[str, ...]
    words: tuple[str, ...]
    title_names: frozenset[str]
    names: frozenset[str]
    told: frozenset[str]
    numbers: frozenset[str]
    title_figures: frozenset[str]
    figures: frozenset[str]
    runs: "array[int]"
    canonical: str | None
    links: frozenset[str]
    is_live: bool = False
    proper: frozenset[str] = frozenset()
    tolls: frozenset[str] = frozenset()


def read_traits(report: Report) -> Traits:
    """What of the report is compared."""
    entry = report.entry
    language = _find_language(entry)
    title_text = _SECTION.sub("", entry.title)
    beginning = _drop_dateline(entry.text[: _BEGINNING + 60])[:_BEGINNING]
    own = _read_own_names(report)
    title_names = frozenset(_read_names(title_text, language)) - own
    told = frozenset(_read_capitals(beginning, language, own))
    title = dict.fromkeys(_read_stems(title_text, language))
    words = title | dict.fromkeys(_read_stems(beginning, language))
    return Traits(
        source_id=entry.source_id,
        language=language,
        at=entry.sort_at,
        title=tuple(title),
        words=tuple(words),
        title_names=title_names,
        names=title_names | (frozenset(_read_names(beginning, language)) - own),
        told=told,
        numbers=read_numbers(entry.title) | read_numbers(beginning),
        title_figures=read_figures(entry.title),
        tolls=read_tolls(entry.title) | read_tolls(beginning),
        figures=read_figures(entry.text[:_MOST_TEXT]),
        runs=read_runs(entry.text),
        canonical=entry.canonical,
        links=_read_links(entry.html, entry.canonical),
        is_live=any(kind.match(title_text) for kind in (_LIVE, _DAILY)),
        proper=read_proper_names(title_text, beginning, language) - own,
    )


def _find_language(entry: Entry) -> str:
    """What is declared, without its country; else what the small words tell."""
    declared = (entry.language or "").partition("-")[0].lower()
    if declared and declared != "und":
        return declared
    text = f"{entry.title} {entry.text[: 2 * _BEGINNING]}"
    return guess_language(fold(text).split())


def _drop_dateline(text: str) -> str:
    """The text without who wrote it and where: the names there are not what it is about."""
    for line in (_SITE, _SHOUTED):
        if found := line.match(text):
            return text[found.end() :]
    return text


def _read_stems(text: str, language: str) -> Iterator[str]:
    for found in tokenize(text):
        known = stem(found.group(), language)
        if known and len(known) > 1:
            yield word_term(known, language)


def _read_names(text: str, language: str) -> Iterator[str]:
    """The consonants of every word with a capital letter that says something."""
    for found in tokenize(text):
        word = found.group()
        if word[0].isupper() and stem(word, language) and (bones := skeleton(word, language)):
            yield canonical_place(bones) or bones


def _read_capitals(text: str, language: str, own: frozenset[str]) -> Iterator[str]:
    """Every word with a capital letter, but for those by which the source speaks of itself."""
    for found in tokenize(text):
        word = found.group()
        if word[0].isupper() and stem(word, language) and skeleton(word, language) not in own:
            yield fold(word)


def _read_own_names(report: Report) -> frozenset[str]:
    """The names under which the source speaks of itself."""
    names: Iterable[str | None] = (
        report.source.name, report.head.title, report.source.reuse.credit, *report.source.aliases
    )  # fmt: skip
    said = " ".join(fold(name) for name in names if name)
    language = (report.entry.language or "").partition("-")[0]
    bones = (skeleton(found.group(), language) for found in tokenize(said))
    return frozenset(one for one in bones if one and canonical_place(one) is None)


def _read_links(html: str, own: str | None) -> frozenset[str]:
    if '<a href="' not in html:
        return frozenset()
    found = (canonical(url) for url in _HREF.findall(html)[:_MOST_LINKS])
    return frozenset(url for url in found if url != own)
