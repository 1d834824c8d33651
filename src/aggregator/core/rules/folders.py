"""The names of the folders that feeds of a tag or of a language stand in.

A name depends on its tag alone, never on what other tags there are: an address
that readers subscribe to must not change when somebody adds a source.
"""

import re
from hashlib import sha256

from aggregator.core.language import normalise_tag
from aggregator.core.tags import fold_tag

_PLAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_UNSAFE = re.compile(r"[^\w]+|_+")
_MOST_BYTES = 100
"""Of a name: file systems take 255, and an address writes three letters for each byte."""
_DIGITS = 8


def folder_name(tag: str) -> str:
    """The folder of a tag: the tag itself in small letters of any script, where that is safe.

    Anything but letters, digits, hyphens and underscores becomes a hyphen; what
    had to be changed or cut bears a digest of the whole, so that no two tags
    share a folder that are not one tag.
    """
    folded = fold_tag(tag)
    if _PLAIN.fullmatch(folded) and len(folded.encode()) <= _MOST_BYTES:
        return folded
    safe = _UNSAFE.sub("-", folded).encode()[: _MOST_BYTES - _DIGITS - 1].decode(errors="ignore")
    digest = sha256(folded.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]
    return "-".join(part for part in (safe.strip("-"), digest) if part)


def language_folder(tag: str | None) -> str | None:
    """The folder of a language: its code without script and region, None where it is none.

    Who reads English reads en-GB and en-US; a feed of each would split the news.
    """
    normal = normalise_tag(tag)
    return normal.partition("-")[0] if normal else None
