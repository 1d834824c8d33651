"""Taking media out of a text, and what holds nothing any more.

Works on clean HTML only, as `core.passage` does.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from aggregator.core.passage import BLANK, BLOCK_EDGE, TAG, VOID, has_words

_BLANKS = re.compile(rf"{BLANK}*")
# What is nothing without anything in it; a table's cell is something.
_FRAMES = frozenset(
    re.findall(
        r"\w+",
        "p div section a b strong i em u span small li ul ol blockquote h1 h2 h3 h4 h5 h6",
    )
)
_MEDIA = frozenset({"img", "picture", "source", "video", "audio", "track"})


def strip_media(body: str) -> str:
    """The body without images, sound, film, and the captions that belong to them.

    A figure that holds words beside its caption (WordPress puts tables, quotes
    and code into figures) stays, as a plain block.
    """
    stripper = _MediaStripper()
    stripper.feed(body)
    stripper.close()
    return drop_empty("".join(stripper.kept))


def drop_empty(body: str) -> str:
    """The body without elements that hold nothing (any more), from the innermost outwards."""
    kept: list[str] = []
    opened: list[tuple[str, int]] = []  # each with its place among what is kept
    solid = 0  # so many of them, from the outermost, hold something
    place = 0
    for tag in TAG.finditer(body):
        between, whole, name = body[place : tag.start()], tag[0], tag[2]
        place = tag.end()
        kept.append(between)
        if not _BLANKS.fullmatch(between):
            solid = len(opened)
        if not tag[1] and name not in VOID:
            opened.append((name, len(kept)))
        elif tag[1] and opened and opened[-1][0] == name:
            _, start = opened.pop()
            if solid <= len(opened) and name in _FRAMES:
                del kept[start:]
                continue
            solid = len(opened)
        elif name != "br":
            solid = len(opened)
        kept.append(whole)
    return "".join([*kept, body[place:]])


@dataclass(slots=True)
class _Figure:
    """An open figure: where it and its caption begin among the kept pieces."""

    start: int
    caption: int | None = None
    caption_has_blocks: bool = False
    has_words: bool = False


class _MediaStripper(HTMLParser):
    """Copies clean HTML, leaving media elements out with what they hold.

    A figure is copied as a block and taken back at its end if it held no words;
    each piece is taken back once at most, however figures nest.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self._depth = 0
        self._figures: list[_Figure] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _MEDIA:
            self._depth += tag not in VOID
        elif self._depth:
            return
        elif tag == "figure":
            self._figures.append(_Figure(len(self.kept)))
            self.kept.append("<div>")
        elif tag == "figcaption" and self._figures:
            self._open_caption(self._figures[-1])
        else:
            self._keep_tag(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # HTML knows no self-closing tags: "<br/>" is "<br>".
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _MEDIA:
            self._depth = max(0, self._depth - (tag not in VOID))
        elif self._depth:
            return
        elif tag == "figure":
            self._close_figure()
        elif tag == "figcaption" and self._figures:
            self._close_caption(self._figures[-1])
        else:
            self._keep_tag(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep_words(data)

    def handle_entityref(self, name: str) -> None:
        self._keep_words(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep_words(f"&#{name};")

    def close(self) -> None:
        """Read what is left, and end the figures that nothing ended."""
        super().close()
        while self._figures:
            self._close_figure()

    def _keep_tag(self, tag: str) -> None:
        self.kept.append(tag)
        if self._figures and BLOCK_EDGE.match(tag):
            self._figures[-1].caption_has_blocks |= self._figures[-1].caption is not None

    def _keep_words(self, piece: str) -> None:
        if self._depth:
            return
        self.kept.append(piece)
        if self._figures and self._figures[-1].caption is None:
            self._figures[-1].has_words |= has_words(piece)

    def _open_caption(self, figure: _Figure) -> None:
        self._close_caption(figure)
        figure.caption, figure.caption_has_blocks = len(self.kept), False
        self.kept.append("<p>")

    def _close_caption(self, figure: _Figure) -> None:
        """End a caption as a paragraph, or as a block where it holds blocks."""
        if figure.caption is None:
            return
        tag = "div" if figure.caption_has_blocks else "p"
        self.kept[figure.caption] = f"<{tag}>"
        self.kept.append(f"</{tag}>")
        figure.caption = None

    def _close_figure(self) -> None:
        if not self._figures:
            return
        figure = self._figures.pop()
        self._close_caption(figure)
        if not figure.has_words:
            del self.kept[figure.start :]
            return
        self.kept.append("</div>")
        if self._figures:
            # Words in a figure inside a caption are more than a caption.
            self._figures[-1].has_words = True
            self._figures[-1].caption_has_blocks = True
