"""The first passage of a text, and how a credit is put into it.

Works on clean HTML only: balanced tags and double-quoted attributes, as
`edges.clean` leaves it.
"""

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser

from aggregator.core.text import fold

_ATTRIBUTES = r"(?: (?:[^<>\"]|\"[^\"]*\")*)?"
_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*){_ATTRIBUTES}>")
_BLOCK = (
    "address|article|aside|blockquote|caption|center|dd|details|div|dl|dt|figcaption|figure|"
    "footer|h[1-6]|header|hr|img|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|"
    "thead|tr|ul|video|audio|picture"
)
_BLOCK_EDGE = re.compile(rf"</?(?:{_BLOCK})\b")
_WRAPPERS = re.compile(rf"(?:\s*<(?:div|section|article){_ATTRIBUTES}>)*\s*")
_PARAGRAPH = re.compile(rf"<p{_ATTRIBUTES}>\s*")

_BLANK = r"(?:\s|&nbsp;|\u200b|<br>)"
_INLINE = rf"</?(?:a|b|em|font|i|small|span|strong|u){_ATTRIBUTES}>"
_EMPTY_START = re.compile(
    rf"(?:{_BLANK}|<(p|div|section){_ATTRIBUTES}>(?:{_BLANK}|{_INLINE})*</\1>)+"
)
_BLANKS = re.compile(rf"{_BLANK}*")
# What is nothing without anything in it; a table's cell is something.
_FRAMES = frozenset(
    re.findall(
        r"\w+",
        "p div section a b strong i em u span small li ul ol blockquote h1 h2 h3 h4 h5 h6",
    )
)
# What follows a name that stands before a text as its dateline, not in its first sentence.
# A hyphen joins: "Hetq-ի" is the name in its first sentence, declined.
_STOPS = ".:։\u2024"
_AFTER_DATELINE = re.compile(rf"(?:\s|&nbsp;)*(?:[{_STOPS}—–|](?!\w)|-(?!\w)|\Z)")
_NAME_END = re.compile(rf"(?=(?:\s|&nbsp;)*(?:[{_STOPS}—–|](?!\w)|-(?!\w)|\Z))")
_STOP = re.compile(rf"((?:</[a-z]+>)*)(?:\s|&nbsp;)*[{_STOPS}](?!\w)")
_BLANK_END = re.compile(r"(?:\s|&nbsp;)+\Z")
_DATELINE = 60
"""Characters in which a dateline ends."""
_AFTER_CLOSED = re.compile(r"\s|&nbsp;|\Z")
_OPENING_TAGS = re.compile(rf"\s*(?:<(?:a|b|em|font|i|small|span|strong|u){_ATTRIBUTES}>\s*)*")
_LINK_START = re.compile(rf"<a{_ATTRIBUTES}>")
_CLOSING_TAGS = re.compile(r"(?:</(?:b|em|font|i|small|span|strong|u)>)*</a>")
_CLOSED = (".", "!", "?", ":", "։", "。")
_VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})
_MEDIA = frozenset({"img", "picture", "source", "video", "audio", "track"})


def link_text(text: str, url: str | None) -> str:
    """A text as a hyperlink, or as plain words where there is no address."""
    words = html.escape(text, quote=False)
    return words if url is None else f'<a href="{html.escape(url)}">{words}</a>'


def open_with(credit: str, body: str, *, closed: bool, names: frozenset[str] = frozenset()) -> str:
    """The body with the credit as the first words of its first passage.

    `credit` is HTML; `closed` says that its text ends with a mark already. A
    body that opens with anything but words (an image, a table, a list) gets a
    paragraph of its own before it. A dateline that says what the credit says,
    or one of the `names` (folded) of those whom it credits, is not said twice:
    it becomes the credit.
    """
    wrappers, rest = _drop_empty_start(body)
    paragraph = _PARAGRAPH.match(rest)
    opening = wrappers + (paragraph[0] if paragraph else "")
    passage, rest = _split_passage(rest.removeprefix(paragraph[0] if paragraph else ""))
    if not _has_words(passage):
        return f"<p>{credit}</p>{opening}{passage}{rest}"
    led = _lead(credit, passage, names, closed=closed)
    if opening.strip():
        return f"{opening}{led}{rest}"
    if not _is_balanced(passage):
        return f"<p>{credit}</p>{passage}{rest}"
    return f"<p>{led.rstrip()}</p>{rest}"


def wrap_opening(body: str) -> str:
    """The body with the bare words that it opens with in a paragraph of their own."""
    passage, rest = _split_passage(body)
    if not _has_words(passage) or not _is_balanced(passage):
        return body
    return f"<p>{passage.strip()}</p>{rest}"


def _drop_empty_start(body: str) -> tuple[str, str]:
    """The wrappers that a text opens with, and what follows the blanks and empty blocks there."""
    body = _skip(_EMPTY_START, body)
    found = _WRAPPERS.match(body)
    wrappers = found[0] if found else ""
    return wrappers, _skip(_EMPTY_START, body[len(wrappers) :])


def _skip(pattern: re.Pattern[str], body: str) -> str:
    found = pattern.match(body)
    return body[found.end() :] if found else body


def _split_passage(body: str) -> tuple[str, str]:
    """The words and inline tags that come before the first edge of a block, and the rest."""
    edge = _BLOCK_EDGE.search(body)
    end = edge.start() if edge else len(body)
    return body[:end], body[end:]


def _lead(credit: str, passage: str, names: frozenset[str], *, closed: bool) -> str:
    """The passage led by the credit, or with its dateline turned into it."""
    words = read_words(credit)
    before, after = _split_opening(passage)
    if words and after.startswith(words):
        dateline = _unlink(before, after.removeprefix(words))
        ends = _AFTER_CLOSED if closed else _AFTER_DATELINE
        if dateline and ends.match(read_words(dateline[1])):
            return credit.join(dateline)
    if name := _find_name(after, names):
        dateline = _unlink(before, after.removeprefix(name))
        if dateline and _AFTER_DATELINE.match(read_words(dateline[1])):
            stop = _STOP.match(dateline[1]) if closed else None
            rest = stop[1] + dateline[1][stop.end() :] if stop else dateline[1]
            return f"{dateline[0]}{credit}{rest}"
    return f"{credit}{' ' if closed else '. '}{passage.lstrip()}"


def _split_opening(passage: str) -> tuple[str, str]:
    """The inline tags that open a passage, and what stands in them."""
    found = _OPENING_TAGS.match(passage)
    before = found[0] if found else ""
    return before, passage.removeprefix(before)


def _find_name(text: str, names: frozenset[str]) -> str:
    """The longest of the names that opens a text as its dateline does, as it is written there."""
    run = text.partition("<")[0]
    ends = (found.start() for found in _NAME_END.finditer(run, 0, _DATELINE + 1)) if names else ()
    said = (_BLANK_END.sub("", run[:end]) for end in ends if end <= _DATELINE)
    return max((one for one in said if fold(html.unescape(one)) in names), key=len, default="")


def _unlink(before: str, after: str) -> tuple[str, str] | None:
    """What stands before and after a dateline, a link round it taken off.

    None where the link goes on behind it: links do not nest.
    """
    links = len(_LINK_START.findall(before))
    if not links:
        return before.lstrip(), after
    closing = _CLOSING_TAGS.match(after)
    if links > 1 or closing is None:
        return None
    rest = closing[0].removesuffix("</a>") + after.removeprefix(closing[0])
    return _LINK_START.sub("", before).lstrip(), rest


def read_words(markup: str) -> str:
    """Clean HTML without its tags; what is escaped stays escaped."""
    return _TAG.sub("", markup)


def _has_words(passage: str) -> bool:
    return bool(html.unescape(read_words(passage)).strip(" \t\r\n\xa0\u200b\ufeff"))


def _is_balanced(passage: str) -> bool:
    """Whether every inline tag that opens in a passage ends in it: `<b><p>..</p></b>` does not."""
    open_tags: list[str] = []
    for end, name in _TAG.findall(passage):
        if name in _VOID:
            continue
        if not end:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags


def is_closed(text: str) -> bool:
    """Whether a credit ends with a mark, as the dateline "Azatutyun.am." does."""
    return text.rstrip().endswith(_CLOSED)


def write_paragraphs(text: str, note: str = "") -> str:
    """Plain text as HTML, a paragraph for each line; a note of ours ends the last in small."""
    lines = (line.strip() for line in text.splitlines())
    body = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in lines if line)
    if not note or not body:
        return body
    return f"{body.removesuffix('</p>')} <small>{html.escape(note, quote=False)}</small></p>"


def strip_media(body: str) -> str:
    """The body without images, sound, film, and the captions that belong to them.

    A figure that holds words beside its caption (WordPress puts tables, quotes
    and code into figures) stays, as a plain block.
    """
    stripper = _MediaStripper()
    stripper.feed(body)
    stripper.close()
    return _drop_empty("".join(stripper.kept))


def _drop_empty(body: str) -> str:
    """The body without elements that hold nothing (any more), from the innermost outwards."""
    kept: list[str] = []
    opened: list[tuple[str, int]] = []  # each with its place among what is kept
    solid = 0  # so many of them, from the outermost, hold something
    place = 0
    for tag in _TAG.finditer(body):
        between, whole, name = body[place : tag.start()], tag[0], tag[2]
        place = tag.end()
        kept.append(between)
        if not _BLANKS.fullmatch(between):
            solid = len(opened)
        if not tag[1] and name not in _VOID:
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
            self._depth += tag not in _VOID
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
            self._depth = max(0, self._depth - (tag not in _VOID))
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
        if self._figures and _BLOCK_EDGE.match(tag):
            self._figures[-1].caption_has_blocks |= self._figures[-1].caption is not None

    def _keep_words(self, piece: str) -> None:
        if self._depth:
            return
        self.kept.append(piece)
        if self._figures and self._figures[-1].caption is None:
            self._figures[-1].has_words |= _has_words(piece)

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
