"""Bytes of a JSON Feed (1.0, 1.1) -> `ParsedFeed`, by the standard library.

Cheap enough for the daemon's own process: 10 MB take a tenth of a second and
nothing here can run away. Nothing is judged: as in `edges.parse`, dates stay
strings and HTML is not cleaned.
"""

import json
import math
import re
from typing import Any
from urllib.parse import urljoin

from aggregator.core.decoding import read_nearly_utf8, say_left_out, say_lost
from aggregator.core.model import (
    Enclosure,
    Failure,
    FeedHead,
    Markup,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    Person,
    Problem,
    RawItem,
)

MOST_ITEMS = 10_000
_MOST_DIGITS = 19  # of a signed 64-bit number
_MARGIN = b" \t\r\n\xef\xbb\xbf"
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_TYPE = re.compile(r"\s*(?:application|text)/(?:[\w.-]+\+)?json\b", re.IGNORECASE)

Found = dict[str, Any]


def is_json_feed(body: bytes, content_type: str) -> bool:
    """Whether a body is to be read here; what it begins with counts more than its label."""
    start = body.lstrip(_MARGIN)[:1]
    return start == b"{" or (start != b"<" and bool(_JSON_TYPE.match(content_type)))


def read_json_feed(body: bytes, url: str) -> ParseResult:
    """The feed that a complete JSON body, read from `url`, holds, or why it holds none."""
    if not body.strip(_MARGIN + b"\0"):
        return ParseFailed(Failure.EMPTY, "the body is empty")
    try:
        text, said = _decode(body)
        # Line breaks inside of strings are the commonest slip of JSON that is pieced together.
        found = json.loads(text, parse_int=_read_number, strict=False)
    except (ValueError, RecursionError) as error:
        return ParseFailed(Failure.NOT_A_FEED, f"broken JSON: {error}"[:300])
    if not _is_feed(found):
        return ParseFailed(Failure.NOT_A_FEED, "JSON, but not a feed: no version of jsonfeed.org")
    items, problems = _read_items(found, url)
    problems = (*(Problem("", what) for what in said), *problems)
    return ParsedFeed(_name_format(found), _read_head(found, url), items, problems=problems)


def _decode(body: bytes) -> tuple[str | bytes, list[str]]:
    """The text as far as it can be read, and what could not be; UTF-16 is left to `json`."""
    if not _is_byte_wide(body):
        return body, []
    # Twice the mark, or white space before it, is seen; json takes neither.
    text = body.lstrip(_MARGIN)
    try:
        return text.decode("utf-8", "surrogatepass"), say_lost(text)
    except UnicodeDecodeError:
        read = read_nearly_utf8(text)
        if read is None:
            raise
        return read[0], [say_left_out(read[1], "UTF-8"), *say_lost(text)]


def _read_number(digits: str) -> int | str:
    """The number; one that no machine counts with stays as it is written.

    Python refuses to read more than 4,300 digits: one such id would cost the feed.
    """
    return int(digits) if len(digits) < _MOST_DIGITS else digits


def _is_byte_wide(body: bytes) -> bool:
    return b"\0" not in body[:4] and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_feed(found: object) -> bool:
    """Whether it says so, or forgot to say so and holds items under a title."""
    if not isinstance(found, dict):
        return False
    said = "jsonfeed.org/version/" in (_text(found, "version") or "")
    return said or (isinstance(found.get("items"), list) and _text(found, "title") is not None)


def _name_format(found: Found) -> str:
    return "json10" if (_text(found, "version") or "").rstrip("/").endswith("/1") else "json11"


def _text(found: Found, key: str) -> str | None:
    """The string under a key, None when blank or no string; half characters become U+FFFD."""
    value = found.get(key)
    return _whole(value) if isinstance(value, str) and value.strip() else None


def _whole(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _dicts(found: Found, key: str) -> list[Found]:
    values = found.get(key)
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _read_head(found: Found, url: str) -> FeedHead:
    return FeedHead(
        title=_text(found, "title") or "",
        link=_join(url, _text(found, "home_page_url")),
        self_link=_join(url, _text(found, "feed_url")),
        language=_text(found, "language"),
        authors=_read_people(found),
    )


def _join(base: str, url: str | None) -> str | None:
    """The URL against its base; as written where it is none (`http://[`)."""
    if url is None:
        return None
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _read_items(found: Found, url: str) -> tuple[tuple[RawItem, ...], tuple[Problem, ...]]:
    values = found.get("items")
    if not isinstance(values, list):
        return (), (Problem("", "no list of items"),)
    most, items = values[:MOST_ITEMS], _dicts({"items": values[:MOST_ITEMS]}, "items")
    problems = []
    if len(values) > MOST_ITEMS:
        problems.append(f"{len(values):,} items: only the first {MOST_ITEMS:,} were read")
    if len(items) < len(most):
        problems.append(f"{len(most) - len(items)} items are no objects and were left out")
    return tuple(_read_item(one, url) for one in items), tuple(Problem("", p) for p in problems)


def _read_item(item: Found, url: str) -> RawItem:
    """The item; version 1.1 forbids neither a missing id nor, in the wild, a number as one."""
    language = _text(item, "language")
    html, text = _text(item, "content_html"), _text(item, "content_text")
    return RawItem(
        raw_id=_read_text_or_number(item.get("id")),
        base=url,
        link=_text(item, "url") or _text(item, "external_url"),
        title=Markup(_text(item, "title") or "", html=False, base=url, language=language),
        summary=_markup(_text(item, "summary"), url, language, html=False),
        content=_markup(html or text, url, language, html=html is not None),
        published=_read_text_or_number(item.get("date_published")),
        updated=_read_text_or_number(item.get("date_modified")),
        authors=_read_people(item),
        categories=_read_tags(item),
        enclosures=_read_attachments(item),
        thumbnail=_text(item, "image") or _text(item, "banner_image"),
        language=language,
    )


def _read_text_or_number(value: object) -> str | None:
    """The text verbatim; a number becomes its digits, as the specification asks for ids.

    Dates are written as numbers too: those of Unix.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None  # it would be the one id of all items that have none
    text = value if isinstance(value, str) else json.dumps(value)
    return _whole(text) if text.strip() else None


def _markup(text: str | None, base: str, language: str | None, *, html: bool) -> Markup | None:
    return None if text is None else Markup(text, html, base, language)


def _read_people(found: Found) -> tuple[Person, ...]:
    """`authors`, else `author` of version 1.0; one who gives only a page is called by it."""
    listed = _list_people(found.get("authors")) or _list_people([found.get("author")])
    people = ((_text(one, "name") or _text(one, "url"), _text(one, "url")) for one in listed)
    return tuple(dict.fromkeys(Person(name, None, uri) for name, uri in people if name))


def _list_people(values: object) -> list[Found]:
    """The people as objects: some write a name where one is to stand, or one for the list."""
    listed = values if isinstance(values, list) else [values]
    named = ({"name": one} if isinstance(one, str) else one for one in listed)
    return [one for one in named if isinstance(one, dict)]


def _read_tags(item: Found) -> tuple[str, ...]:
    tags = item.get("tags")
    named = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return tuple(dict.fromkeys(_whole(tag).strip() for tag in named if tag.strip()))


def _read_attachments(item: Found) -> tuple[Enclosure, ...]:
    """The attached media, each URL once."""
    found: dict[str, Enclosure] = {}
    for one in _dicts(item, "attachments"):
        url, size = _text(one, "url"), one.get("size_in_bytes")
        length = size if type(size) is int and size >= 0 else None
        if url:
            found.setdefault(url, Enclosure(url, _text(one, "mime_type") or "", length))
    return tuple(found.values())
