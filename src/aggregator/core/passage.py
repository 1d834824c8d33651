"""The first passage of a text, and how a credit is put into it.

Works on clean HTML only: balanced tags and double-quoted attributes, as
`edges.clean` leaves it.
"""

import html
import re

from aggregator.core.text import UNSEEN, fold

_ATTRIBUTES = r"(?: (?:[^<>\"]|\"[^\"]*\")*)?"
TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*){_ATTRIBUTES}>")
_BLOCK = (
    "address|article|aside|blockquote|caption|center|dd|details|div|dl|dt|figcaption|figure|"
    "footer|h[1-6]|header|hr|img|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|"
    "thead|tr|ul|video|audio|picture"
)
BLOCK_EDGE = re.compile(rf"</?(?:{_BLOCK})\b")
_WRAPPERS = re.compile(rf"(?:\s*<(?:div|section|article){_ATTRIBUTES}>)*\s*")
_BOXES = re.compile(rf"(?:\s*<(?:div|section|article|header|blockquote|h[1-6]){_ATTRIBUTES}>)*\s*")
_PARAGRAPH = re.compile(rf"<p{_ATTRIBUTES}>\s*")

BLANK = r"(?:\s|&nbsp;|\u200b|<br>)"
# Alone in a block these say nothing; before words some turn them the right way round.
# (No character in two of the choices: those that match twice are tried in every combination.)
_UNSEEN = rf"(?:{BLANK}|[{UNSEEN.replace(chr(0x200B), '')}])"
_INLINE = rf"</?(?:a|b|em|font|i|small|span|strong|u){_ATTRIBUTES}>"
_EMPTY_START = re.compile(
    rf"(?:{BLANK}|<(p|div|section){_ATTRIBUTES}>(?:{_UNSEEN}|{_INLINE})*</\1>)+"
)
# What follows a name that stands before a text as its dateline, not in its first sentence.
# A hyphen joins: "Hetq-ի" is the name in its first sentence, declined.
_STOPS = ".:։\u2024"
_DATELINE_END = rf"(?:\s|&nbsp;)*(?:[{_STOPS}—–|](?!\w)|-(?!\w)|。|\Z)"
_AFTER_DATELINE = re.compile(_DATELINE_END)
_NAME_END = re.compile(f"(?={_DATELINE_END})")
# The end of a line ends a dateline, whatever the next line begins with.
_BEFORE_BREAK = re.compile(rf"(?:\s|&nbsp;|</[a-z]+>|[{_STOPS}—–|-])*<br>")
_STOP = re.compile(rf"((?:</[a-z]+>)*)(?:\s|&nbsp;)*(?:[{_STOPS}](?!\w)|。)")
_BLANK_END = re.compile(r"(?:\s|&nbsp;)+\Z")
_LINKED_MARK = re.compile(rf"(?:\s|&nbsp;)*(?:[{_STOPS}—–|-](?!\w)|。)(?:\s|&nbsp;)*(?=[^<\s])")
_DATELINE = 60
"""Characters in which a dateline ends."""
_IN_BRACKETS = re.compile(r"(?:\([^<>()]{1,58}\)|\[[^<>\[\]]{1,58}\])(?=\s|&nbsp;|\Z)")
_AFTER_CLOSED = re.compile(r"\s|&nbsp;|\Z")
_OPENING_TAGS = re.compile(rf"\s*(?:<(?:a|b|em|font|i|small|span|strong|u){_ATTRIBUTES}>\s*)*")
_LINK_START = re.compile(rf"<a{_ATTRIBUTES}>")
_CLOSING_TAGS = re.compile(r"(?:</(?:b|em|font|i|small|span|strong|u)>)*</a>")
_CLOSED = (".", "!", "?", ":", "։", "。")
VOID = frozenset({"br", "col", "hr", "img", "source", "track", "wbr"})


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
    opening, passage, rest = split_start(body)
    if not has_words(passage):
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
    if not has_words(passage) or not _is_balanced(passage):
        return body
    return f"<p>{passage.strip()}</p>{rest}"


def split_start(body: str, *, boxed: bool = False) -> tuple[str, str, str]:
    """The tags that a text opens with, the words of its first passage, and the rest.

    `boxed` looks for it in headings and quotes, too.
    """
    wrappers, rest = _drop_empty_start(body, _BOXES if boxed else _WRAPPERS)
    paragraph = _PARAGRAPH.match(rest)
    tag = paragraph[0] if paragraph else ""
    return wrappers + tag, *_split_passage(rest.removeprefix(tag))


def _drop_empty_start(body: str, boxes: re.Pattern[str]) -> tuple[str, str]:
    """The wrappers that a text opens with, and what follows the blanks and empty blocks there."""
    body = _skip(_EMPTY_START, body)
    found = boxes.match(body)
    wrappers = found[0] if found else ""
    return wrappers, _skip(_EMPTY_START, body[len(wrappers) :])


def _skip(pattern: re.Pattern[str], body: str) -> str:
    found = pattern.match(body)
    return body[found.end() :] if found else body


def _split_passage(body: str) -> tuple[str, str]:
    """The words and inline tags that come before the first edge of a block, and the rest."""
    edge = BLOCK_EDGE.search(body)
    end = edge.start() if edge else len(body)
    return body[:end], body[end:]


def _lead(credit: str, passage: str, names: frozenset[str], *, closed: bool) -> str:
    """The passage led by the credit, or with its dateline turned into it."""
    words = read_words(credit)
    before, after = _split_opening(passage)
    if words and after.startswith(words):
        dateline = _unlink(before, after.removeprefix(words))
        if dateline and _ends_here(dateline[1], _AFTER_CLOSED if closed else _AFTER_DATELINE):
            return credit.join(dateline)
    if found := find_dateline(passage, names):
        stop = _STOP.match(found[1]) if closed else None
        rest = stop[1] + found[1][stop.end() :] if stop else found[1]
        # What stood in brackets had no other mark behind it.
        mark = "" if closed or _ends_here(rest, _AFTER_DATELINE) else "."
        return f"{found[0]}{credit}{mark}{rest}"
    return f"{credit}{' ' if closed else '. '}{drop_linked(passage, names).lstrip()}"


def drop_linked(passage: str, names: frozenset[str]) -> str:
    """The passage without a dateline and its mark in front of more words of the same link."""
    before, after = _split_opening(passage)
    name = _find_name(after, names)
    mark = _LINKED_MARK.match(after, len(name)) if name and _LINK_START.search(before) else None
    return before + after[mark.end() :] if mark else passage


def find_dateline(passage: str, names: frozenset[str]) -> tuple[str, str] | None:
    """What stands before and after one of the names as a passage's dateline, None without one."""
    before, after = _split_opening(passage)
    name = _find_name(after, names)
    found = _unlink(before, after.removeprefix(name)) if name else None
    if found and (_IN_BRACKETS.fullmatch(name) or _ends_here(found[1], _AFTER_DATELINE)):
        return found
    return None


def _ends_here(after: str, ends: re.Pattern[str]) -> bool:
    """Whether what stands behind a name parts it from the text."""
    return bool(ends.match(read_words(after)) or _BEFORE_BREAK.match(after))


def _split_opening(passage: str) -> tuple[str, str]:
    """The inline tags that open a passage, and what stands in them."""
    found = _OPENING_TAGS.match(passage)
    before = found[0] if found else ""
    return before, passage.removeprefix(before)


def _find_name(text: str, names: frozenset[str]) -> str:
    """The longest of the names that opens a text as its dateline does, as it is written there."""
    run = text.partition("<")[0]
    ends = (found.start() for found in _NAME_END.finditer(run, 0, _DATELINE + 1)) if names else ()
    said = [_BLANK_END.sub("", run[:end]) for end in ends if end <= _DATELINE]
    if bracketed := _IN_BRACKETS.match(run):
        said.append(bracketed[0])
    named = [(name, one) for one in said if (name := fold(html.unescape(one))) in names]
    # The longest name, without the mark that parts it from the text: "Paper", not "Paper.".
    return max(named, key=lambda found: (len(found[0]), -len(found[1])), default=("", ""))[1]


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
    return TAG.sub("", markup)


def has_words(passage: str) -> bool:
    """Whether clean HTML shows any words."""
    return bool(html.unescape(read_words(passage)).strip(f" \t\r\n\xa0{UNSEEN}"))


def _is_balanced(passage: str) -> bool:
    """Whether every inline tag that opens in a passage ends in it: `<b><p>..</p></b>` does not."""
    open_tags: list[str] = []
    for end, name in TAG.findall(passage):
        if name in VOID:
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
