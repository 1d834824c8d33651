"""Texts of the configuration that must have a form: URLs, zones, languages, patterns, slugs.

Every function returns the text or raises ValueError with a message that does
not repeat it: it may be a secret.
"""

import difflib
import re
from datetime import datetime
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from aggregator.core.patterns import find_fault

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_OR_SPACE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
_BAD_IN_WORDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TAG = re.compile(r"\w[\w-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CENTURY = 2000
_MAIL = re.compile(r"(?:mailto:)?[^\s@:/]+@[^\s@:/]+")


def check_line(text: str) -> str:
    """Return the text without the spaces around it, when it is one line of visible text."""
    text = text.strip()
    if not text:
        raise ValueError("is empty; write a text or remove the key")
    if _CONTROL.search(text):
        raise ValueError("must be one line without control characters")
    return text


def check_words(text: str) -> str:
    """Return the text without the spaces around it; it may have several lines."""
    if _BAD_IN_WORDS.search(text):
        raise ValueError("must not hold control characters")
    if not text.strip():
        raise ValueError("is empty; write a text or remove the key")
    return text.strip()


def check_header_value(text: str) -> str:
    """Return the text when it can stand in a header: visible ASCII, no line break.

    RFC 9110 section 5.5; a CR or LF would start a header of its own.
    """
    if _CONTROL.search(text) or not text.strip() or not text.isascii():
        raise ValueError("must be one line of visible ASCII characters without line breaks")
    return text


def check_header_name(text: str) -> str:
    """Return the text when it is a header's name (RFC 9110 section 5.1)."""
    if not _HEADER.fullmatch(text):
        raise ValueError("is not a header name; write letters, digits and hyphens")
    return text


def check_url(text: str) -> str:
    """Return the text when it is an http or https URL with a host."""
    _split(text, ("http", "https"))
    return text


def check_list(text: str) -> str:
    """Return the text when it can be where a list lies: an http or https URL, or a path."""
    return check_url(text) if "://" in text else check_line(text)


def check_proxy(text: str) -> str:
    """Return the text when it is the URL of a proxy; SOCKS would need a further package."""
    if text.lower().startswith("socks"):
        raise ValueError("must begin with http:// or https://; SOCKS proxies cannot be used")
    _split(text, ("http", "https"), example="http://proxy.example.org:3128")
    return text


def check_contact(text: str) -> str:
    """Return the text when a publisher can reach somebody there: a URL or an address."""
    text = check_header_value(text)
    return text if _MAIL.fullmatch(text) else check_url(text)


def check_store(text: str) -> str:
    """Return the text when it names a store: `sqlite`, or the URL of a PostgreSQL database."""
    if text == "sqlite":
        return text
    try:
        _split(text, ("postgresql", "postgresql+psycopg"), host=False)
    except ValueError as error:
        raise ValueError("is not a store; write sqlite or postgresql://...") from error
    return text


def check_slug(text: str) -> str:
    """Return the text when it can be the name of a folder and of a source for ever."""
    if not _SLUG.fullmatch(text):
        raise ValueError(
            "must match [a-z0-9][a-z0-9-]{0,63}: small letters, digits and hyphens, "
            "first a letter or digit, at most 64"
        )
    return text


def check_tag(text: str) -> str:
    """Return the text when it can be a tag: letters of any script, digits, hyphens."""
    if not _TAG.fullmatch(text):
        raise ValueError("is not a tag; write letters, digits and hyphens, such as south-caucasus")
    return text


def check_language(text: str) -> str:
    """Return the text when it is a language tag (RFC 5646 section 2.1)."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("is not a language tag; write it as en, hy or pt-BR")
    return text


def check_timezone(text: str) -> str:
    """Return the text when it is the name of a time zone."""
    try:
        ZoneInfo(text)
    except (ValueError, OSError, LookupError) as error:
        near = difflib.get_close_matches(text, available_timezones(), n=1)
        hint = f'did you mean "{near[0]}"?' if near else "write it as Asia/Yerevan"
        raise ValueError(f"is not a time zone; {hint}") from error
    return text


def check_pattern(text: str) -> str:
    """Return the text when it is a regular expression that can match and ends in good time."""
    if fault := find_fault(text):
        raise ValueError(fault)
    return text


def check_phrase(text: str) -> str:
    """Return the text when it is words to look for, in one line."""
    text = check_line(text)
    if not any(char.isalnum() for char in text):
        raise ValueError("has no letter or digit; write a word, or use title or text")
    return text


def check_date(text: str) -> str:
    """Return the text when it is a date or a time in ISO 8601, of this century or the next."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError("is not a date; write it as 2026-12-31 or 2026-12-31T18:00") from error
    if not _CENTURY <= time.year < _CENTURY + 200:
        raise ValueError("is not a year of our time; write it as 2026-12-31")
    return text.strip()


def _split(
    text: str,
    schemes: tuple[str, ...],
    *,
    host: bool = True,
    example: str = "https://example.org/feed",
) -> SplitResult:
    if _CONTROL_OR_SPACE.search(text):
        raise ValueError("must not hold spaces, line breaks or control characters")
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  reading it raises ValueError for a port that is none
    except ValueError as error:
        raise ValueError(f"is not a URL; write it as {example}") from error
    if parts.scheme not in schemes:
        raise ValueError(f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    if host and not parts.hostname:
        raise ValueError(f"has no host; write it as {example}")
    return parts
