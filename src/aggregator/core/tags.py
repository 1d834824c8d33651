"""Tags of sources, for comparing: "Armenia" and "armenia" are one."""

from functools import lru_cache
from unicodedata import normalize


@lru_cache(maxsize=4_096)
def fold_tag(tag: str) -> str:
    """The tag in small letters, composed."""
    return normalize("NFC", normalize("NFC", tag).casefold())


@lru_cache(maxsize=4_096)
def fold_tags(tags: tuple[str, ...]) -> frozenset[str]:
    """Each of the tags so."""
    return frozenset(fold_tag(tag) for tag in tags)
