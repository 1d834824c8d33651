"""One entry of feedparser's -> `RawItem`, and the small readings that the head shares."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from aggregator.core.model import Enclosure, Markup, Person, RawItem, SourceRef
from aggregator.edges.parse.ears import XML_SPACE
from aggregator.edges.parse.engine import Raw

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_COUNT = re.compile(r"[0-9]{1,18}|[0-9]{1,3}(?:[ ,.'\u2019\u00a0\u202f][0-9]{3}){1,5}", re.ASCII)
_WRAPPED = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
_OTHER_TITLES = ("dc_title", "media_title")
_ASIDES = ("dc_description", "media_description", "itunes_summary")


def read_item(entry: Raw) -> RawItem:
    """The item as its feed wrote it."""
    links = read_links(entry)
    raw_id = text_of(entry, "raw_id")
    return RawItem(
        raw_id=raw_id,
        id_is_link=bool(dict.get(entry, "permalink")),
        base=text_of(entry, "own_base") or "",
        # FeedBurner counts the way through its own link and keeps the publisher's beside it.
        link=text_of(entry, "feedburner_origlink")
        or pick_alternate(entry, links)
        or _read_id_link(entry, raw_id),
        title=_pick_markup(entry, "title", *_OTHER_TITLES) or Markup(""),
        summary=_pick_markup(entry, "summary", *_ASIDES),
        content=_read_content(entry),
        published=first_text(entry, "published", "dc_date", "created"),
        updated=text_of(entry, "updated"),
        authors=read_people(entry) or _read_source_people(entry),
        categories=_read_categories(entry),
        enclosures=_read_enclosures(entry, links),
        thumbnail=_read_thumbnail(entry),
        comments_url=_read_comments_page(entry) or _find_replies(links),
        comments_count=_read_comments_count(entry, links),
        language=first_text(entry, "language", "own_language"),
        rights=text_of(entry, "rights"),
        license=find_link(links, "license"),
        source=_read_source(dict.get(entry, "source")),
    )


def text_of(found: Raw, key: str) -> str | None:
    """The text under a key, trimmed; None when there is none.

    Past feedparser's own look-up, which answers `published` when asked for a missing `updated`.
    """
    value = dict.get(found, key)
    return (value.strip(XML_SPACE) or None) if isinstance(value, str) else None


def first_text(found: Raw, *keys: str) -> str | None:
    """The first text that stands under one of the keys."""
    return next((text for key in keys if (text := text_of(found, key))), None)


def read_links(found: Raw) -> list[Raw]:
    """The links that lead somewhere, in the order of the document."""
    return [link for link in _dicts(found, "links") if text_of(link, "href")]


def find_link(links: Iterable[Raw], rel: str) -> str | None:
    """Where the first link of a relation leads."""
    return next((text_of(link, "href") for link in links if _relation(link) == rel), None)


def pick_alternate(found: Raw, links: list[Raw]) -> str | None:
    """The page: the text of RSS `link`, else the first HTML alternate, else any alternate."""
    pages = [link for link in links if dict.get(link, "type") in _HTML_TYPES]
    return (
        text_of(found, "text_link")
        or find_link(pages, "alternate")
        or find_link(links, "alternate")
    )


def read_people(found: Raw) -> tuple[Person, ...]:
    """The authors, each once; one who gives only an address is called by it."""
    people = (_read_person(author) for author in _dicts(found, "authors"))
    return tuple(dict.fromkeys(person for person in people if person))


def _read_source_people(entry: Raw) -> tuple[Person, ...]:
    """The authors of the feed that an entry comes from, where it names none (RFC 4287 4.2.1)."""
    source = dict.get(entry, "source")
    return read_people(source) if isinstance(source, dict) else ()


def read_count(text: object) -> int | None:
    """A whole number as people write it: 1234, 1,234, 1 234; None for anything else."""
    if not isinstance(text, str) or not _COUNT.fullmatch(text.strip()):
        return None
    return int(re.sub(r"[^0-9]", "", text))


def _relation(link: Raw) -> str:
    """The relation's short name; RFC 4287 4.2.7.2 lets it be written as an IRI too."""
    return str(dict.get(link, "rel", "")).rpartition("/")[2]


def _dicts(found: Raw, key: str) -> Iterator[Raw]:
    values = dict.get(found, key)
    return (
        value for value in (values if isinstance(values, list) else ()) if isinstance(value, dict)
    )


def _read_id_link(entry: Raw, raw_id: str | None) -> str | None:
    """The id as a link where the item has none and its guid does not deny being one.

    Whole Atom feeds rely on it (blog.adobe.com gives no link in any entry).
    """
    is_web = raw_id is not None and re.fullmatch(r"https?://\S+", raw_id, re.IGNORECASE)
    return raw_id if is_web and dict.get(entry, "permalink") is not False else None


def _read_markup(detail: Any) -> Markup | None:  # noqa: ANN401  # feedparser has no types
    """A text with its type, or None where it is empty or no text at all."""
    if not isinstance(detail, dict):
        return None
    kind, value = str(dict.get(detail, "type", "")), dict.get(detail, "value")
    is_html = kind in _HTML_TYPES
    if not value or not (is_html or kind.startswith("text/")):
        return None
    # A CDATA section that was escaped once more: its marks are nobody's words.
    inner = _WRAPPED.fullmatch(text := str(value))
    return Markup(
        inner[1] if inner else text,
        is_html,
        text_of(detail, "base") or "",
        text_of(detail, "language"),
    )


def _pick_markup(entry: Raw, *names: str) -> Markup | None:
    """The first text with a detail: feedparser's copy of the content into `summary` has none."""
    details = (dict.get(entry, f"{name}_detail") for name in names)
    return next((text for detail in details if (text := _read_markup(detail))), None)


def _read_content(entry: Raw) -> Markup | None:
    """The whole text: the first in HTML, else the first, else Yandex's `full-text`."""
    texts = [text for detail in _dicts(entry, "content") if (text := _read_markup(detail))]
    html = [text for text in texts if text.html]
    return next(iter(html + texts), None) or _read_markup(dict.get(entry, "full_text_detail"))


def _read_person(author: Raw) -> Person | None:
    """An Atom author by its parts, one of RSS by its text."""
    text = text_of(author, "text")
    if text:
        return _split_mailbox(text)
    name, email = text_of(author, "name"), text_of(author, "email")
    known = name or email
    return Person(known, email, text_of(author, "href")) if known else None


def _split_mailbox(text: str) -> Person:
    """`ann@x.example (Ann)`, `Ann <ann@x.example>` or either alone; else the text is the name."""
    email, name = text, ""
    if text.endswith(")"):
        email, _, name = text[:-1].partition("(")
    elif text.endswith(">"):
        name, _, email = text[:-1].rpartition("<")
    email, name = email.strip(), name.strip()
    if "@" not in email or any(letter.isspace() for letter in email):
        return Person(text)
    return Person(name or email, email)


def _read_categories(entry: Raw) -> tuple[str, ...]:
    terms = (first_text(tag, "term", "label") for tag in _dicts(entry, "tags"))
    return tuple(dict.fromkeys(term for term in terms if term))


def _read_enclosures(entry: Raw, links: list[Raw]) -> tuple[Enclosure, ...]:
    """The attached media, each URL once: enclosures first, then Media RSS."""
    enclosed = (
        _read_enclosure(link, "href", "length") for link in links if _relation(link) == "enclosure"
    )
    media = (
        _read_enclosure(medium, "url", "filesize") for medium in _dicts(entry, "media_content")
    )
    found: dict[str, Enclosure] = {}
    for enclosure in chain(enclosed, media):
        if enclosure.url:
            found.setdefault(enclosure.url, enclosure)
    return tuple(found.values())


def _read_enclosure(medium: Raw, url: str, length: str) -> Enclosure:
    return Enclosure(
        text_of(medium, url) or "",
        "" if dict.get(medium, "untyped") else text_of(medium, "type") or "",
        read_count(dict.get(medium, length)),
    )


def _read_thumbnail(entry: Raw) -> str | None:
    thumbnails = (text_of(one, "url") for one in _dicts(entry, "media_thumbnail"))
    image = dict.get(entry, "image")
    own = text_of(image, "href") if isinstance(image, dict) else None
    return next((url for url in thumbnails if url), own)


def _read_comments_page(entry: Raw) -> str | None:
    """The page that RSS `comments` names; some put their number there."""
    text = text_of(entry, "comments")
    return None if read_count(text) is not None else text


def _find_replies(links: list[Raw]) -> str | None:
    """The page with the comments; a feed of comments is no page."""
    pages = [link for link in links if not str(dict.get(link, "type", "")).endswith("xml")]
    return find_link(pages, "replies")


def _read_comments_count(entry: Raw, links: list[Raw]) -> int | None:
    """`slash:comments`, else `thr:total`, `thr:count` of a link (RFC 4685), or `comments`."""
    counts = (dict.get(link, "thr:count") for link in links if _relation(link) == "replies")
    own = (dict.get(entry, name) for name in ("slash_comments", "thr_total"))
    found = (*own, *counts, dict.get(entry, "comments"))
    return next((n for text in found if (n := read_count(text)) is not None), None)


def _read_source(source: Any) -> SourceRef | None:  # noqa: ANN401  # feedparser has no types
    """The feed an item came from: atom:source, or RSS `source` with its URL."""
    if not isinstance(source, dict):
        return None
    links = read_links(source)
    ref = SourceRef(
        title=text_of(source, "title") or "",
        id=text_of(source, "raw_id"),
        link=pick_alternate(source, links),
        self_link=find_link(links, "self") or text_of(source, "href"),
        rights=text_of(source, "rights"),
        updated=text_of(source, "updated"),
    )
    return ref if ref != SourceRef() else None
