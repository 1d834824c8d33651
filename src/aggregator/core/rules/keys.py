"""The keys by which a report is compared: what of it meets one, in words."""

from collections.abc import Callable, Iterable, Sequence

from aggregator.core.model import Condition, Report
from aggregator.core.patterns import search
from aggregator.core.rules.wording import guess, holds
from aggregator.core.tags import fold_tag, fold_tags

_SHOWN = 3
"""Values that are named where none of them is met."""


def find_met(condition: Condition, report: Report) -> list[str]:
    """What of the report meets each key of the condition; nothing unless all of them are met."""
    met = []
    for name, find, _ in _KEYS:
        values: Sequence[str] = getattr(condition, name)
        if values:
            found = find(values, report)
            if not found:
                return []
            met.append(found)
    return met


def find_unmet(condition: Condition, report: Report) -> str:
    """The first key of the condition that the report does not meet; "" where it meets all."""
    for name, find, words in _KEYS:
        values: Sequence[str] = getattr(condition, name)
        if values and not find(values, report):
            more = ", ..." if len(values) > _SHOWN else ""
            return f"{words} {', '.join(values[:_SHOWN])}{more}"
    return ""


def speaks(language: str | None, wanted: str) -> bool:
    """Whether a language is the one that is wanted, or a variety of it (RFC 4647, 3.3.1)."""
    own, asked = (language or "").lower(), wanted.lower()
    return own == asked or own.startswith(f"{asked}-")


def _find_source(values: Iterable[str], report: Report) -> str:
    return f"source is {report.source.id}" if report.source.id in values else ""


def _find_tag(values: Iterable[str], report: Report) -> str:
    own = fold_tags(report.source.tags)
    found = next((tag for tag in values if fold_tag(tag) in own), None)
    return f"source bears the tag {found}" if found else ""


def _find_language(values: Iterable[str], report: Report) -> str:
    own = report.entry.language
    return f"language is {own}" if any(speaks(own, one) for one in values) else ""


def _find_title(values: Iterable[str], report: Report) -> str:
    return _find("title", values, [report.entry.title])


def _find_link(values: Iterable[str], report: Report) -> str:
    return _find("link", values, [report.entry.link or ""])


def _find_author(values: Iterable[str], report: Report) -> str:
    return _find("author", values, [person.name for person in report.entry.authors])


def _find_category(values: Iterable[str], report: Report) -> str:
    return _find("category", values, report.entry.categories)


def _find_text(values: Iterable[str], report: Report) -> str:
    return _find("text", values, [report.entry.text])


def _find(name: str, patterns: Iterable[str], texts: Sequence[str]) -> str:
    found = (pattern for pattern in patterns if any(search(pattern, text) for text in texts))
    pattern = next(found, None)
    return "" if pattern is None else f"{name} matches /{pattern}/"


def _find_words(values: Iterable[str], report: Report) -> str:
    entry = report.entry
    language = entry.language or guess(entry.text)
    for phrase in values:
        for place, text in (("title", entry.title), ("text", entry.text)):
            if holds(text, phrase, language):
                return f'{place} holds "{phrase}"'
    return ""


Find = Callable[[Sequence[str], Report], str]
# In order: what costs least comes first, since one that is not met ends the comparing.
_KEYS: tuple[tuple[str, Find, str], ...] = (
    ("sources", _find_source, "its source is none of"),
    ("tags", _find_tag, "its source bears no tag of"),
    ("languages", _find_language, "its language is none of"),
    ("category", _find_category, "no category matches"),
    ("author", _find_author, "no author matches"),
    ("link", _find_link, "its link does not match"),
    ("title", _find_title, "its title does not match"),
    ("words", _find_words, "it holds none of the words"),
    ("text", _find_text, "its text does not match"),
)
