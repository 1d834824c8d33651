"""The smaller parts of an entry: people, categories, media, the feed it came from."""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from aggregator.core.dates import read_date
from aggregator.core.model import Enclosure, Person, SourceRef
from aggregator.core.text import clean_chars, clean_text, cut, fold, title_text
from aggregator.core.urls import resolve

_MOST = 50
"""Authors, categories and media of one item; more is a list of keywords, not of facts."""

_NAME_LIMIT = 200
_RIGHTS_LIMIT = 1_000
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

_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
_IMAGE_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif",
    "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml",
}  # fmt: skip
_OTHER_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "mp4": "video/mp4",
    "webm": "video/webm", "pdf": "application/pdf",
}  # fmt: skip
_BOGUS_LENGTHS = frozenset({3123})
"""RFE/RL's feeds give this length for every image."""


def read_name(text: str | None) -> str:
    """Return a statement such as rights in one line, "" where there is none."""
    return cut(clean_text((text or "")[:_READ_LIMIT]), _RIGHTS_LIMIT)


def read_license(written: str | None, base: str) -> str | None:
    """Return the licence's URL; words in its place are none, though they would resolve."""
    text = (written or "").strip()
    return None if len(text.split()) > 1 else resolve(base, text)


def read_moment(text: str | None, now: datetime) -> str | None:
    """Return a date in RFC 3339, None where there is none or it cannot be read."""
    read = read_date(text, now, None, ()) if text and text.strip() else None
    return read.at.isoformat() if read and read.at else None


def read_people(people: Iterable[Person], base: str) -> tuple[Person, ...]:
    """Return the people that have a name, each once, in order."""
    first: dict[str, Person] = {}
    for person in people:
        read = _read_person(person, base)
        if read is not None:
            first.setdefault(fold(read.name), read)
    return tuple(first.values())[:_MOST]


def _read_person(person: Person, base: str) -> Person | None:
    """Return a person who has a name: names are published, addresses are not."""
    name, email = _split_person(_short(person.name), _short(person.email or ""))
    name = _drop_addresses(name)
    if not name:
        return None
    if email.partition("@")[0].lower() in _NO_REPLY:
        email = ""
    return Person(name, email or None, resolve(base, person.uri or ""))


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
    return title_text(text, html=False)[:_NAME_LIMIT].strip()


def read_categories(categories: Iterable[str]) -> tuple[str, ...]:
    """Return the categories in order, each once whatever its case."""
    names = (_short(category) for category in categories)
    first: dict[str, str] = {}
    for name in names:
        if name:
            first.setdefault(name.casefold(), name)
    return tuple(first.values())[:_MOST]


def read_enclosures(enclosures: Iterable[Enclosure], base: str) -> tuple[Enclosure, ...]:
    """Return the media with a safe URL, each once; a type or length known to be false is mended."""
    read = (_read_enclosure(enclosure, base) for enclosure in enclosures)
    first: dict[str, Enclosure] = {}
    for enclosure in read:
        if enclosure is not None:
            first.setdefault(enclosure.url, enclosure)
    return tuple(first.values())[:_MOST]


def _read_enclosure(enclosure: Enclosure, base: str) -> Enclosure | None:
    url = resolve(base, enclosure.url)
    if url is None:
        return None
    length = enclosure.length
    honest = length is not None and 0 < length < 2**63 and length not in _BOGUS_LENGTHS
    return Enclosure(url, _read_type(enclosure.type, url), length if honest else None)


def _read_type(given: str, url: str) -> str:
    """Return the media type, by the path's ending where none is given or an image's is wrong."""
    found = _TYPE.match(given.strip().lower()[:_NAME_LIMIT])
    stated = found.group() if found else ""
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    if stated.startswith("image/"):
        return _IMAGE_TYPES.get(ending, stated)
    return stated or _IMAGE_TYPES.get(ending) or _OTHER_TYPES.get(ending, "")


def read_source(source: SourceRef | None, base: str, now: datetime) -> SourceRef | None:
    """Return the feed an item says it comes from, None when nothing is left of it."""
    if source is None:
        return None
    read = SourceRef(
        title=cut(title_text(source.title, html=False), _RIGHTS_LIMIT),
        id=source.id if source.id and clean_chars(source.id) == source.id else None,
        link=resolve(base, source.link or ""),
        self_link=resolve(base, source.self_link or ""),
        rights=read_name(source.rights) or None,
        updated=read_moment(source.updated, now),
    )
    return None if read == SourceRef(updated=read.updated) else read
