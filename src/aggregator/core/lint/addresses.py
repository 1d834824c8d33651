"""What an address, an id, a language tag, a media type, an e-mail address look like."""

import re
from collections.abc import Iterator
from functools import lru_cache

from aggregator.core import urls
from aggregator.core.lint.findings import quote

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_BAD_CHAR = re.compile(r'[\x00-\x20\x7f-\xa0<>"{}|\\^`\u2028\u2029\ufffd]|%(?![0-9A-Fa-f]{2})')
_TAG = re.compile(r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z0-9]{1,8})*")
_ODD_TAG = re.compile(r"(?:[xX]|[iI])(?:-[A-Za-z0-9]{1,8})+")
_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA = re.compile(rf'{_WORD}/{_WORD}(?:\s*;\s*{_WORD}=(?:{_WORD}|"[^"]*"))*')
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\"]+")
_WEB = frozenset({"http", "https"})


def find_scheme(value: str) -> str:
    """The scheme of an address in lower case, "" for a relative one."""
    found = _SCHEME.match(value)
    return found.group()[:-1].lower() if found else ""


@lru_cache(maxsize=4096)
def check_iri(value: str) -> tuple[tuple[str, str], ...]:
    """Class and words for what is wrong with an id or an address that must be absolute.

    Each stands several times in a document, and in each format.
    """
    return tuple(_check_iri(value))


def _check_iri(value: str) -> Iterator[tuple[str, str]]:
    if not value:
        yield "InvalidFullLink", "it is empty; write an absolute address"
    elif found := _BAD_CHAR.search(value):
        yield _say_bad_char(value, found.group())
    elif not find_scheme(value):
        yield "InvalidFullLink", f"{quote(value)} is relative; write it with its scheme and host"
    elif not _is_whole(value):
        yield "InvalidIRI", f"{quote(value)} is no address (RFC 3987); mend or remove it"


def check_reference(value: str) -> Iterator[tuple[str, str]]:
    """Class and words for what is wrong with an address that may be relative."""
    if value and (found := _BAD_CHAR.search(value)):
        yield _say_bad_char(value, found.group())
    elif find_scheme(value):
        yield from check_iri(value)
    else:
        words = f"{quote(value)} is relative, and readers resolve that each in their own way"
        yield "ContainsRelRef", f"{words}; write it with its scheme and host"


def check_web(value: str) -> Iterator[tuple[str, str]]:
    """Class and words for what is wrong with an address that must be http or https."""
    wrong = check_iri(value)
    if not wrong and find_scheme(value) not in _WEB:
        yield "InvalidFullLink", f"{quote(value)} is no web address; write one of http or https"
    yield from wrong


def _say_bad_char(value: str, char: str) -> tuple[str, str]:
    shown = "a space" if char == " " else f"U+{ord(char):04X}" if char != "%" else "a bare %"
    return "InvalidUriChar", f"{quote(value)} holds {shown}; write it percent-encoded"


def _is_whole(value: str) -> bool:
    """Tell whether it has a host where its scheme needs one, and the shape of its scheme."""
    scheme = find_scheme(value)
    if scheme in _WEB or scheme in {"tag", "urn"}:
        return urls.is_iri(value) or (scheme in _WEB and "@" in value and bool(urls.host(value)))
    return len(value) > len(scheme) + 1


def is_language(value: str) -> bool:
    """Tell whether it is shaped as a language tag (RFC 5646)."""
    return _TAG.fullmatch(value) is not None or _ODD_TAG.fullmatch(value) is not None


def is_media_type(value: str) -> bool:
    """Tell whether it is shaped as a media type (RFC 9110 section 8.3.1)."""
    return _MEDIA.fullmatch(value) is not None


def has_email(value: str) -> bool:
    """Tell whether an e-mail address begins it, as RSS writes people."""
    return _EMAIL.match(value.strip()) is not None
