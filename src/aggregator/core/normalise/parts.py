"""The smaller parts of an entry: people, categories, the feed it came from."""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from aggregator.core import limits
from aggregator.core.dates import read_date
from aggregator.core.model import Person, SourceRef
from aggregator.core.text import clean_chars, clean_text, cut, fold, title_text
from aggregator.core.urls import publishable

_READ_LIMIT = 5_000

_RSS_PERSON = re.compile(r"([^\s()<>@]+@[^\s()<>@]+)\s*\((.*)\)")
_MAIL_PERSON = re.compile(r"(.*?)\s*<\s*([^\s()<>@]+@[^\s()<>@]+)\s*>")
_EMAIL = re.compile(r"(?:mailto:)?[^\s()<>@,;:\"]+@[\w.-]+", re.IGNORECASE)
# An address among other words, with the brackets round it; not a handle such as @al@h.example.
_EMAIL_INSIDE = re.compile(
    r"[(<\[]?\s*(?<![\w@.+-])(?:mailto:)?[^\s()<>\[\]@,;:\"]+@[\w-]+(?:\.[\w-]+)+\s*[)>\]]?",
    re.IGNORECASE,
)
_BEFORE_COMMA = re.compile(r"\s+(?=[,;])")
_NO_REPLY = frozenset({"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "nobody"})


def read_name(text: str | None) -> str:
    """Return a statement such as rights in one line, "" where there is none."""
    return cut(clean_text((text or "")[:_READ_LIMIT]), limits.TITLE)


def read_license(written: str | None, base: str) -> str | None:
    """Return the licence's URL; words in its place are none, though they would resolve."""
    text = (written or "").strip()
    return None if len(text.split()) > 1 else publishable(base, text)


def read_moment(text: str | None, now: datetime) -> str | None:
    """Return a date in RFC 3339, None where there is none or it cannot be read."""
    read = read_date(text, now, None, ()) if text and text.strip() else None
    return read.at.isoformat() if read and read.at else None


def read_people(people: Iterable[Person], base: str) -> tuple[Person, ...]:
    """Return the people that have a name, each once, in order; how many is for the caller."""
    first: dict[str, Person] = {}
    for person in islice(people, limits.READ):
        read = _read_person(person, base)
        if read is not None:
            first.setdefault(fold(read.name), read)
    return tuple(first.values())


def _read_person(person: Person, base: str) -> Person | None:
    """Return a person who has a name: names are published, addresses are not."""
    name, email = _split_person(_short(person.name), _short(person.email or ""))
    name = _drop_addresses(name)
    if not name:
        return None
    if email.partition("@")[0].lower() in _NO_REPLY:
        email = ""
    return Person(name, email or None, publishable(base, person.uri or ""))


def _split_person(name: str, email: str) -> tuple[str, str]:
    """Part name and address, which RSS writes as "address (name)", mail as "name <address>"."""
    for text in (name, email):
        if found := _RSS_PERSON.fullmatch(text):
            address, inner = found.groups()
            return inner.strip() or _unless(address, name), address
        if found := _MAIL_PERSON.fullmatch(text):
            inner, address = found.groups()
            return inner.strip('" '), address
    if _EMAIL.fullmatch(name):
        return "", email if _EMAIL.fullmatch(email) else name
    return name, email if _EMAIL.fullmatch(email) else ""


def _unless(address: str, name: str) -> str:
    """Return the name unless it only repeats the address."""
    return "" if address in name else name


def _drop_addresses(name: str) -> str:
    """Return a name without the addresses in it, "" where it is nothing else."""
    if _EMAIL.fullmatch(name):
        return ""
    rest = _EMAIL_INSIDE.sub(" ", name)
    return name if rest == name else _BEFORE_COMMA.sub("", " ".join(rest.split())).strip(' ,;:"|-')


def _short(text: str) -> str:
    return cut(title_text(text, html=False), limits.NAME)


def read_categories(categories: Iterable[str]) -> tuple[str, ...]:
    """Return the categories in order, each once whatever its case."""
    names = (_short(category) for category in islice(categories, limits.READ))
    first: dict[str, str] = {}
    for name in names:
        if name:
            first.setdefault(name.casefold(), name)
    return tuple(first.values())


def read_source(source: SourceRef | None, base: str, now: datetime) -> SourceRef | None:
    """Return the feed an item says it comes from, None when nothing is left of it."""
    if source is None:
        return None
    read = SourceRef(
        title=cut(title_text(source.title, html=False), limits.TITLE),
        id=source.id if source.id and clean_chars(source.id) == source.id else None,
        link=publishable(base, source.link or ""),
        self_link=publishable(base, source.self_link or ""),
        rights=read_name(source.rights) or None,
        updated=read_moment(source.updated, now),
    )
    return None if read == SourceRef(updated=read.updated) else read
