"""Titles in RSS, where readers disagree whether a title is text or HTML.

What each of ten readers shows is in docs/decisions/0015-titles-in-rss.md.
"""

import html
import re

_LIKE_A_TAG = re.compile(r"<(?:\S|[^>]*>|\Z)")
"""What some reader would take out as a tag. HTML itself asks for a letter behind
the `<`; PHP's strip_tags, which readers use, only for no space; it also
takes out one at the very end."""

_TITLE = re.compile(rb"<title>[^<]*</title>")
_HEX = ((b"&amp;", b"&#x26;"), (b"&lt;", b"&#x3C;"), (b"&gt;", b"&#x3E;"))


def escape_title(title: str) -> str:
    """A title that readers of both habits can show, to be escaped by XML once more.

    One that HTML reads as the same letters stays as it is: it is right for all.
    In any other a literal `<` or `&` is escaped as HTML: those who decode show
    it right, the others show `&lt;`, and nobody loses a word.
    """
    return html.escape(title, quote=False) if _is_misread(title) else title


def _is_misread(title: str) -> bool:
    """Whether a reader that takes the title for HTML would show something else."""
    return bool(_LIKE_A_TAG.search(title)) or html.unescape(title) != title


def write_in_hex(document: bytes) -> bytes:
    """The document with the first title's references in hexadecimal, which is the same XML.

    RSS Board profile, "character data": that form is understood most widely.
    """
    return _TITLE.sub(_write_title, document, count=1)


def _write_title(found: re.Match[bytes]) -> bytes:
    title = found.group()
    for name, number in _HEX:
        title = title.replace(name, number)
    return title
