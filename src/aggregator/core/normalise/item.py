"""One raw item -> one entry, as a tuple of small steps in order.

Each step takes the item and the draft so far and returns the draft with its
own fields filled in. No step raises: what they call answers junk with None or
"", and every type of the model is what it says since our own parser made it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from aggregator.core import limits
from aggregator.core.beacons import is_beacon
from aggregator.core.dates import ReadDate, judge_date, read_date
from aggregator.core.language import read_language
from aggregator.core.model import Entry, Markup, RawItem, Source
from aggregator.core.normalise.hiding import hide_entry
from aggregator.core.normalise.media import find_picture, read_enclosures
from aggregator.core.normalise.parts import (
    read_categories,
    read_license,
    read_name,
    read_people,
    read_source,
)
from aggregator.core.secrets import hide_secrets
from aggregator.core.text import clean_chars, clean_text, cut, paragraphs, title_text, to_text
from aggregator.core.urls import canonical, is_front_page, publishable, resolve

_KEY_LIMIT = 500
"""Characters of a key; a database index takes some 2,700 bytes (PostgreSQL's B-tree)."""

_NO_PLACE = re.compile(
    r"(?:comments?|repl(?:y|ies)|respond|more)(?:[-_\d].*)?|"
    r"top|share|content|main|rss|feed|disqus_thread|ixzz.*|\..*|.*=.*|",
    re.IGNORECASE | re.DOTALL,
)
"""Fragments that lead to a part of the page that every article has, or count visits."""

_NO_SCHEME = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:[:/?#]|$)", re.IGNORECASE)
_MARKUP = re.compile("[<>]")
_NOT_IN_IDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for every item of a feed; `url` is where the feed was read from.

    `secrets` is what lets the operator in there.
    """

    source: Source
    url: str
    now: datetime
    date_languages: tuple[str, ...] = ()
    language: str | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry in the making, None when it was dropped, and what was wrong with the item."""

    entry: Entry | None
    problems: tuple[str, ...] = ()
    zone_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    """The entry so far, with the item it is made of."""

    item: RawItem
    job: Job
    entry: Entry
    problems: tuple[str, ...] = ()
    zone_notes: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """What the item's relative URLs resolve against."""
        return self.item.base or self.job.url


_Step = Callable[[_Work], _Work]


def normalise_item(item: RawItem, job: Job) -> Draft:
    """Return the entry of an item; one with neither title nor text nor link becomes none."""
    blank = Entry(job.source.id, "", "", first_seen=job.now, changed=job.now)
    work = _Work(item, job, blank)
    for step in _STEPS:
        work = step(work)
    entry = work.entry
    if entry.title or entry.text or entry.link:
        return Draft(entry, work.problems, work.zone_notes)
    return Draft(None, (*work.problems, "dropped: it has neither title nor text nor link"))


# ------------------------------------------------------------------------ steps


def _read_id(work: _Work) -> _Work:
    """Keep the id byte for byte, but for characters that XML and databases refuse."""
    raw = work.item.raw_id
    if raw is None or not raw.strip():
        return work
    legal = _NOT_IN_IDS.sub("", raw)
    work = work if legal == raw else _complain(work, "its id holds control characters")
    return _fill(work, raw_id=legal if legal.strip() else None)


def _read_link(work: _Work) -> _Work:
    written = work.item.link or ""
    mended = "" if _MARKUP.search(written) else _mend_link(written)
    link = publishable(work.base, mended)
    if link is not None and link != resolve(work.base, mended):
        work = _complain(work, "its link carried a key, which is not published")
    if link is None and written.strip():
        shown = cut(hide_secrets(clean_text(written[:400])), 100)
        work = _complain(work, f'its link is left out: "{shown}"')
    if link is None and work.item.id_is_link:
        link = publishable("", work.item.raw_id or "")
    return _fill(work, link=link, canonical=canonical(link) if link else None)


def _mend_link(written: str) -> str:
    """The link with a host as such where only `//` is missing, and escaped once less."""
    mended = written.strip().replace("&amp;", "&")
    return f"//{mended}" if _NO_SCHEME.match(mended) else mended


def _read_html(work: _Work) -> _Work:
    """Take the content, and the summary where the content has no words."""
    texts = [clean_chars(_as_html(text)) for text in (work.item.content, work.item.summary) if text]
    read = [(html, to_text(html)) for html in texts]
    # A content without words may still be a picture, which is better than nothing.
    worded = [pair for pair in read if pair[1]] or [pair for pair in read if pair[0].strip()]
    html, text = worded[0] if worded else ("", "")
    return _fill(work, html=html, text=text)


def _as_html(markup: Markup) -> str:
    return markup.value if markup.html else paragraphs(markup.value)


def _read_title(work: _Work) -> _Work:
    return _fill(work, title=title_text(work.item.title.value, html=work.item.title.html))


def _read_dates(work: _Work) -> _Work:
    """Read the dates; a missing one is normal, and for a new entry `changed` follows from them.

    `updated` is the only date that Atom asks for (RFC 4287 section 4.1.2): where
    no other can be read it is the publication, which `core.identity` keeps when
    the entry is edited later.
    """
    work, published = _read_one_date(work, "published", work.item.published)
    work, updated = _read_one_date(work, "updated", work.item.updated)
    changed = min(updated or published or work.job.now, work.job.now)
    return _fill(work, published=published or updated, updated=updated, changed=changed)


def _read_one_date(work: _Work, name: str, text: str | None) -> tuple[_Work, datetime | None]:
    if text is None or not text.strip():
        return work, None
    job = work.job
    read = read_date(text, job.now, job.source.timezone, job.date_languages)
    judged = judge_date(read, job.now)
    return _note_date(work, name, judged), judged.at


def _note_date(work: _Work, name: str, read: ReadDate) -> _Work:
    if read.zoneless:
        return replace(work, zone_notes=(*work.zone_notes, read.note))
    return _complain(work, f"{name}: {read.note}") if read.note else work


def _read_language(work: _Work) -> _Work:
    item, job, entry = work.item, work.job, work.entry
    texts = (item.content, item.summary, item.title)
    declared = item.language or next(
        (text.language for text in texts if text and text.language), None
    )
    sample = f"{entry.title}\n{entry.text}"
    language = read_language(declared, job.source.language, job.language, sample)
    return _fill(work, language=language)


def _read_people(work: _Work) -> _Work:
    authors = read_people(work.item.authors, work.base)
    work = _mark_rest(work, "authors", len(authors), limits.AUTHORS)
    return _fill(work, authors=authors[: limits.AUTHORS])


def _read_categories(work: _Work) -> _Work:
    categories = read_categories(work.item.categories)
    work = _mark_rest(work, "categories", len(categories), limits.CATEGORIES)
    return _fill(work, categories=categories[: limits.CATEGORIES])


def _read_media(work: _Work) -> _Work:
    enclosures = read_enclosures(work.item.enclosures, work.base)
    work = _mark_rest(work, "enclosures", len(enclosures), limits.ENCLOSURES)
    kept = enclosures[: limits.ENCLOSURES]
    named = publishable(work.base, work.item.thumbnail or "")
    thumbnail = named if named and not is_beacon(named) else find_picture(kept)
    return _fill(work, enclosures=kept, thumbnail=thumbnail)


def _mark_rest(work: _Work, what: str, count: int, most: int) -> _Work:
    """Complain of a list that is longer than what is published of it."""
    if count <= most:
        return work
    many = f"{count} or more" if count == limits.READ else f"{count}"
    return _complain(work, f"{many} {what}: only the first {most} are kept")


def _read_comments(work: _Work) -> _Work:
    count = work.item.comments_count
    return _fill(
        work,
        comments_url=publishable(work.base, work.item.comments_url or ""),
        comments_count=count if count is not None and count >= 0 else None,
    )


def _read_rights(work: _Work) -> _Work:
    return _fill(
        work,
        rights=read_name(work.item.rights) or None,
        license=read_license(work.item.license, work.base),
    )


def _read_source(work: _Work) -> _Work:
    return _fill(work, source=read_source(work.item.source, work.base, work.job.now))


def _hide_secrets(work: _Work) -> _Work:
    """Leave out the operator's own keys: a feed behind one may repeat it anywhere."""
    if not work.job.secrets:
        return work
    hidden = hide_entry(work.entry, work.job.secrets)
    if hidden == work.entry:
        return work
    work = _complain(work, "it repeats what lets one in at the source's address; left out")
    return replace(work, entry=hidden)


def _identify(work: _Work) -> _Work:
    """Give the key, and the digest of what a reader would call an update.

    Dates, comment counts and tracking parameters change without one.
    """
    entry = work.entry
    text = " ".join(entry.text.split())
    digest = _hash(entry.title, text, entry.canonical or "")
    return _fill(work, key=_make_key(entry, text), digest=digest)


_STEPS: tuple[_Step, ...] = (
    _read_id,
    _read_link,
    _read_html,
    _read_title,
    _read_dates,
    _read_language,
    _read_people,
    _read_categories,
    _read_media,
    _read_comments,
    _read_rights,
    _read_source,
    _hide_secrets,
    _identify,
)


def _make_key(entry: Entry, text: str) -> str:
    """Name the entry inside its source; a front page names none of the items that link to it."""
    if entry.raw_id:
        return _shorten("id:", entry.raw_id, entry.raw_id)
    if entry.canonical and not is_front_page(entry.canonical):
        place = name_place(entry)
        return _shorten("link:", place, f"link:{place}")
    return f"text:{_hash(entry.title, text)}"


def name_place(entry: Entry) -> str:
    """The canonical link with the fragment that tells the items of a live page apart."""
    page, fragment = entry.canonical or "", (entry.link or "").partition("#")[2]
    # A "#!" route is a part of the canonical link already.
    if fragment.startswith("!") or _NO_PLACE.fullmatch(fragment):
        return page
    return f"{page}#{fragment}"


def drop_id(entry: Entry) -> Entry:
    """The entry named without its id, which turned out to name several items."""
    bare = replace(entry, raw_id=None)
    return replace(bare, key=_make_key(bare, " ".join(bare.text.split())))


def drop_link(entry: Entry) -> Entry:
    """The entry named by its words alone, since its link turned out to name several items."""
    words = f"text:{_hash(entry.title, ' '.join(entry.text.split()))}"
    return replace(entry, raw_id=None, key=words)


def _shorten(kind: str, value: str, key: str) -> str:
    return key if len(key) <= _KEY_LIMIT else f"{kind}{_hash(value)}"


def _hash(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _fill(work: _Work, **fields: object) -> _Work:
    # mypy cannot check names that pass through replace(); the tests fill every field.
    return replace(work, entry=replace(work.entry, **fields))  # type: ignore[arg-type] # see above


def _complain(work: _Work, what: str) -> _Work:
    return replace(work, problems=(*work.problems, what))
