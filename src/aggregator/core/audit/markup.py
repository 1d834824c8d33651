"""The HTML of an entry as a reader shows it: blocks of words with their links, and its media.

It is read by the standard library's parser, and shares nothing with
`core.passage`, whose work it is there to judge.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd details dialog dir div dl dt"
        " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend"
        " li main menu nav ol p pre search section summary table tbody td tfoot th thead tr ul"
        " audio canvas embed iframe img object picture svg video",
    )
)
_MEDIA = frozenset(
    re.findall(r"\w+", "audio canvas embed iframe img object picture source svg track video")
)
_MEDIA_ATTRIBUTES = frozenset({"background", "poster", "src", "srcset"})
_ADDRESSES = (
    *("href", "xlink:href", "action", "formaction", "ping"),
    *("background", "data", "poster", "src", "srcset"),
)
"""Attributes that lead somewhere, or load something from there."""
_UNSEEN = {0x200B: " ", 0xFEFF: None}
"""A space without width parts words, a byte order mark inside a text says nothing."""
_VOID = frozenset(
    re.findall(r"\w+", "area base br col embed hr img input link meta source track wbr")
)
_HIDING = re.compile(r"(display:none|visibility:hidden|font-size:0(?![.\d])|opacity:0(?![.\d]))")
"""Styles, without white space, that let nobody see the words."""
_FRAMES = frozenset({"audio", "figure", "picture", "video"})


@dataclass(frozen=True, slots=True)
class Block:
    """Words that no edge of a block parts, with their links as (address, words).

    One that is `framed` stands in a figure or a medium, as captions do.
    """

    words: str
    links: tuple[tuple[str, str], ...] = ()
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """All blocks that show any words, in their order, and the media among them.

    `addresses` are all that it leads to or loads, seen or unseen.
    """

    blocks: tuple[Block, ...] = ()
    media: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@lru_cache(maxsize=4)
def read_page(markup: str) -> Page:
    """What a reader shows of HTML; the same text stands in three formats, and is read once."""
    reader = _Reader()
    try:
        reader.feed(markup)
        reader.close()
    except AssertionError:
        # The parser's way to refuse "<![x": nobody can say what a reader shows of it.
        return Page((Block(squeeze(markup)),))
    return Page(tuple(reader.blocks), tuple(reader.media), tuple(reader.addresses))


def squeeze(text: str) -> str:
    """The text in one line, each run of white space one space; what takes no room is none."""
    return " ".join(text.translate(_UNSEEN).split())


@dataclass(slots=True)
class _Link:
    href: str
    pieces: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Ends a block at each edge of one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.media: list[str] = []
        self.addresses: list[str] = []
        self._pieces: list[str] = []
        self._links: list[_Link] = []
        self._open: _Link | None = None
        self._frames = 0
        self._hidden: list[str] = []  # open tags from one that nobody sees

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_block()
        self._note_media(tag, dict(attrs))
        if tag not in _VOID and (self._hidden or _is_hidden(dict(attrs))):
            self._hidden.append(tag)
        elif tag == "br":
            self._pieces.append(" ")
        elif tag == "a":
            self._open = _Link(dict(attrs).get("href") or "")
            self._links.append(self._open)
        elif tag in _FRAMES:
            self._frames += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag == "a":
            self._open = None
        elif tag in _FRAMES:
            self._frames = max(0, self._frames - 1)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self._pieces.append(data)
        if self._open:
            self._open.pieces.append(data)

    def close(self) -> None:
        super().close()
        self._end_block()

    def _note_media(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.addresses += filter(None, map(attributes.get, _ADDRESSES))
        loads = sorted(_MEDIA_ATTRIBUTES & attributes.keys())
        if tag in _MEDIA:
            self.media.append(f"<{tag}>")
        elif loads:
            self.media.append(f"<{tag} {loads[0]}>")
        elif "url(" in (attributes.get("style") or "").casefold():
            self.media.append(f"<{tag} style>")

    def _end_block(self) -> None:
        words = squeeze("".join(self._pieces))
        links = tuple((link.href, squeeze("".join(link.pieces))) for link in self._links)
        if _is_visible(words):
            self.blocks.append(Block(words, links, self._frames > 0))
        self._pieces.clear()
        # A link goes on in the next block, where HTML allows it to.
        self._open = _Link(self._open.href) if self._open else None
        self._links = [self._open] if self._open else []


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = "".join((attributes.get("style") or "").casefold().split())
    return "hidden" in attributes or bool(_HIDING.search(style))


def _is_visible(words: str) -> bool:
    return any(char.isprintable() and not char.isspace() for char in words)
