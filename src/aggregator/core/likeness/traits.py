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
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

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
_ADDRESSES = "Q"
_NOTHING: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Traits:
    """What tells a report from others, packed: 20,000 of them are held at a time.

    `words` are stems, each behind its language, since words of two languages are
    never one; those of the title come first, and are `title`. `known_names` are
    names' consonants, alike in all languages, those of the title first, and
    `known_numbers` the rare numbers of title and beginning; `known_proper` are those of
    the title that are surely names. The strings of these are shared by all
    reports. What is never shown is kept as checksums alone: `told_sums`
    of the words of the beginning that may be names, as they are written,
    short ones too; `title_sums` and `figure_sums` of all numbers of title and
    text, `toll_sums` of those of the beginnings that say how many came to harm;
    `link_sums` of the canonical addresses that the text leads to, and
    `canonical`. `runs` are those of `core.near`. `is_live` says that the title
    announces a running list of many stories, or what comes every day.
    """

    source_id: str
    language: str
    at: datetime
    words: tuple[str, ...]
    title_words: int
    known_names: tuple[str, ...]
    names_in_title: int
    known_numbers: tuple[str, ...]
    told_sums: bytes
    title_sums: bytes
    figure_sums: bytes
    runs: "array[int]"
    canonical: int | None
    link_sums: bytes
    is_live: bool = False
    known_proper: tuple[str, ...] = ()
    toll_sums: bytes = b""

    @property
    def title(self) -> tuple[str, ...]:
        """The words that stand in the title."""
        return self.words[: self.title_words]

    @property
    def names(self) -> frozenset[str]:
        """The names of title and beginning."""
        return frozenset(self.known_names)

    @property
    def title_names(self) -> frozenset[str]:
        """The names that stand in the title."""
        return frozenset(self.known_names[: self.names_in_title])

    @property
    def numbers(self) -> frozenset[str]:
        """The rare numbers of title and beginning."""
        return frozenset(self.known_numbers)

    @property
    def told(self) -> frozenset[int]:
        """The words of the beginning that may be names, short ones too."""
        return _unpack(self.told_sums)

    @property
    def title_figures(self) -> frozenset[int]:
        """All numbers of the title."""
        return _unpack(self.title_sums)

    @property
    def figures(self) -> frozenset[int]:
        """All numbers of the text."""
        return _unpack(self.figure_sums)

    @property
    def proper(self) -> frozenset[str]:
        """The names of the title that are surely names."""
        return frozenset(self.known_proper)

    @property
    def tolls(self) -> frozenset[int]:
        """The numbers of the beginnings that say how many came to harm."""
        return _unpack(self.toll_sums)

    @property
    def links(self) -> frozenset[int]:
        """The addresses that the text leads to, as `canonical` has its own."""
        return frozenset(array(_ADDRESSES, self.link_sums)) if self.link_sums else _NOTHING


def _pack(words: Iterable[str]) -> bytes:
    """Their checksums, a third of the room that a set of the words would take."""
    sums = {crc32(_encode(word)) for word in words}
    return array("I", sorted(sums)).tobytes() if sums else b""


def _unpack(sums: bytes) -> frozenset[int]:
    return frozenset(array("I", sums)) if sums else _NOTHING


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _sum_address(url: str) -> int:
    """64 bits, so that of a million addresses no two have one sum."""
    return int.from_bytes(blake2b(_encode(url), digest_size=8).digest(), "big")


def read_traits(report: Report) -> Traits:
    """What of the report is compared."""
    entry = report.entry
    language = _keep_one(_find_language(entry))
    title_text = _SECTION.sub("", entry.title)
    beginning = _drop_dateline(entry.text[: _BEGINNING + 60])[:_BEGINNING]
    own = _read_own_names(report)
    headline, opening = (list(_read_words(said, language)) for said in (title_text, beginning))
    title = dict.fromkeys(_read_stems(headline, language))
    title_names = dict.fromkeys(_read_names(headline, language, own))
    capitals = [word for word in opening if word[0][0].isupper()]
    names = title_names | dict.fromkeys(_read_names(capitals, language, own))
    words = title | dict.fromkeys(_read_stems(opening, language))
    numbers = read_numbers(entry.title) | read_numbers(beginning)
    proper = read_proper_names(title_text, beginning, language) - own
    return Traits(
        source_id=_keep_one(entry.source_id),
        language=language,
        at=entry.sort_at,
        words=tuple(words),
        title_words=len(title),
        known_names=tuple(names),
        names_in_title=len(title_names),
        known_numbers=tuple(map(_keep_one, sorted(numbers))),
        told_sums=_pack(_read_told(capitals, language, own)),
        title_sums=_pack(read_figures(entry.title)),
        figure_sums=_pack(read_figures(entry.text[:_MOST_TEXT])),
        toll_sums=_pack(read_tolls(entry.title) | read_tolls(beginning)),
        runs=read_runs(entry.text),
        canonical=_sum_address(entry.canonical) if entry.canonical else None,
        link_sums=_read_links(entry.html, entry.canonical),
        is_live=any(kind.match(title_text) for kind in (_LIVE, _DAILY)),
        known_proper=tuple(map(_keep_one, sorted(proper))),
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


def _read_words(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Every word that says something, as it is written, and its stem."""
    for found in tokenize(text):
        word = found.group()
        if known := stem(word, language):
            yield word, known


@lru_cache(maxsize=65_536)
def _keep_one(word: str) -> str:
    """One string for all reports that have the word: thousands have it."""
    return word


def _read_stems(words: Iterable[tuple[str, str]], language: str) -> Iterator[str]:
    for _, known in words:
        if len(known) > 1:
            yield _keep_one(word_term(known, language))


def _read_names(
    words: Iterable[tuple[str, str]], language: str, own: frozenset[str]
) -> Iterator[str]:
    """The consonants of every word with a capital letter, but for the source's own name."""
    for word, _ in words:
        if word[0].isupper() and (bones := skeleton(word, language)):
            name = canonical_place(bones) or bones
            if name not in own:
                yield _keep_one(name)


def _read_told(
    words: Iterable[tuple[str, str]], language: str, own: frozenset[str]
) -> Iterator[str]:
    """The words as they are written, but for those by which the source speaks of itself."""
    for word, _ in words:
        if skeleton(word, language) not in own:
            yield fold(word)


def _read_own_names(report: Report) -> frozenset[str]:
    """The names under which the source speaks of itself."""
    names: Iterable[str | None] = (
        report.source.name, report.head.title, report.source.reuse.credit, *report.source.aliases
    )  # fmt: skip
    language = (report.entry.language or "").partition("-")[0]
    return _spell_names(tuple(name for name in names if name), language)


@lru_cache(maxsize=4_096)
def _spell_names(names: tuple[str, ...], language: str) -> frozenset[str]:
    said = " ".join(map(fold, names))
    bones = (skeleton(found.group(), language) for found in tokenize(said))
    return frozenset(one for one in bones if one and canonical_place(one) is None)


def _read_links(html: str, own: str | None) -> bytes:
    if '<a href="' not in html:
        return b""
    found = {canonical(url) for url in _HREF.findall(html)[:_MOST_LINKS]}
    return array(_ADDRESSES, sorted(_sum_address(url) for url in found if url != own)).tobytes()
