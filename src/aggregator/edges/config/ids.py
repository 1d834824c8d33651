"""Ids of sources that give none: made of the URL, so that they outlive every restart.

The first source with a slug gets it plain; another URL with the same slug
gets a digest of its own URL behind it, not its position, so that the order of
unlike sources does not matter. An id of one's own is still best: it survives
a change of the URL.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import count
from urllib.parse import urlsplit

from aggregator.core.secrets import drop_secrets

_LONGEST = 64
_DIGEST = 8


def derive_id(url: str, taken: Iterable[str]) -> str:
    """Return a slug of host and path (and query) that is none of those taken."""
    used = set(taken)
    slug = _slug_of(url) or "source"
    digest = sha256(url.encode()).hexdigest()[:_DIGEST]
    marked = f"{slug[: _LONGEST - _DIGEST - 5].rstrip('-')}-{digest}"
    if len(slug) <= _LONGEST and slug not in used:
        return slug
    if marked not in used:
        return marked
    return next(name for name in (f"{marked}-{n}" for n in count(2)) if name not in used)


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
