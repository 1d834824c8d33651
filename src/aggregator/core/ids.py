"""Ids of sources that give none: made of the URL, so that they outlive every restart.

The first source with a slug gets it plain; another URL with the same slug
gets a digest of its own URL behind it, not its position, so that the order of
unlike sources does not matter. An id of one's own is still best: it survives
a change of the URL.
"""

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from hashlib import sha256
from itertools import count
from urllib.parse import urlsplit

from aggregator.core.secrets import drop_secrets

_LONGEST = 64
_DIGEST = 8
_SHORT = 40
_LEAST = 2


def derive_id(url: str, taken: Iterable[str]) -> str:
    """Return a slug of host and path (and query) that is none of those taken."""
    used = taken if isinstance(taken, AbstractSet) else set(taken)
    slug = _slug_of(url) or "source"
    if len(slug) <= _LONGEST and slug not in used:
        return slug
    return derive_marked_id(url, used)


def derive_marked_id(url: str, taken: AbstractSet[str]) -> str:
    """Return a slug with a digest of the URL behind it: no other URL changes what it is."""
    slug = _slug_of(url) or "source"
    digest = sha256(url.encode()).hexdigest()[:_DIGEST]
    marked = f"{slug[: _LONGEST - _DIGEST - 5].rstrip('-')}-{digest}"
    if marked not in taken:
        return marked
    return next(name for name in (f"{marked}-{n}" for n in count(2)) if name not in taken)


def mint_id(name: str | None, url: str, taken: AbstractSet[str]) -> str:
    """Return a short slug for a source that is written down: of its name, else of its host."""
    words = [_slug(name or ""), _slug(_ascii_host(urlsplit(url).hostname or ""))]
    short = [word[:_SHORT].rstrip("-") for word in words if len(word) >= _LEAST]
    return next((word for word in short if word not in taken), None) or derive_id(url, taken)


def _slug(text: str) -> str:
    """Return the slug of a text in ASCII; "" for one with other letters, which would be lost."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") if text.isascii() else ""


def _slug_of(url: str) -> str:
    # An id is shown everywhere: no key of the URL may become part of it.
    parts = urlsplit(drop_secrets(url))
    words = f"{_ascii_host(parts.hostname or '')} {parts.path} {parts.query}".lower()
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").removeprefix("www.")
    except UnicodeError:
        return host.removeprefix("www.")
