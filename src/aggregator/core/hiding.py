"""Words that their source lets nobody see: told by attribute and style, taken out of a text.

`aria-hidden` is no sign: it speaks to those who listen, and what bears it is seen.
Nor is `opacity:0`, with which pages begin to fade things in.
"""

import re

_HINTS = ("hidden", "display", "visibility", "font-size")
_MAY_HIDE = re.compile(
    r"[\s\"'/]hidden|display\s*:\s*none|visibility\s*:|font-size\s*:\s*0|overflow\s*:\s*hidden"
)
_NAME = re.compile(r"<([A-Za-z][A-Za-z0-9:_.-]*)")
_MOST_NAMES = 200
_TAG = re.compile(r"<(/?)([a-z][^\s<>/]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r'\s([^\s"=<>]+)="([^"]*)"')
_VOID = frozenset(
    re.findall(r"\w+", "area base br col embed hr img input link meta param source track wbr")
)
_GONE, _SMALL, _SEEN = "gone", "small", "seen"
_NOTHING = re.compile(r"0+(?:\.0*)?(?:px|pt|em|rem|%)?")
_OF_ITS_BOX = re.compile(r"[\d.]+(?:em|%)|inherit|smaller|larger")
"""Sizes that are nothing inside of nothing."""
_LONGEST_STYLE = 2_000


def may_hide(markup: str) -> bool:
    """Whether it is worth a closer look; answers in linear time for whatever it is given."""
    lowered = markup.lower()
    # Looking for these words takes a hundredth of the time of the expression.
    return any(word in lowered for word in _HINTS) and _MAY_HIDE.search(lowered) is not None


def list_tags(markup: str) -> frozenset[str]:
    """The names of the tags in it that have an end, the first of them at least."""
    names: set[str] = set()
    for found in _NAME.finditer(markup):
        names.add(found[1].lower())
        if len(names) >= _MOST_NAMES:
            break
    return frozenset(names - _VOID)


def judge_style(style: str) -> str | None:
    """What a style does to the words in it, as `drop_hidden` reads it; None if nothing."""
    said = dict(_read_style(style[:_LONGEST_STYLE]))
    size = said.get("font-size", "")
    if said.get("display") == "none" or said.get("visibility") in {"hidden", "collapse"}:
        return _GONE
    boxes = (said.get(name, "") for name in ("height", "max-height", "width", "max-width"))
    if said.get("overflow") == "hidden" and any(map(_NOTHING.fullmatch, boxes)):
        return _GONE
    if _NOTHING.fullmatch(size):
        return _SMALL
    return _SEEN if size and not _OF_ITS_BOX.fullmatch(size) else None


def _read_style(style: str) -> list[tuple[str, str]]:
    """Its properties and their values; what is said last holds."""
    parts = (part.partition(":") for part in style.lower().split(";"))
    return [(name.strip(), value.replace("!important", "").strip()) for name, _, value in parts]


def drop_hidden(markup: str) -> str:
    """Balanced HTML with double-quoted attributes without the elements that nobody sees.

    An attribute `hidden`, or a `style` as `judge_style` gives it, says so. Letters
    of no size hide the words only, until something in it gives them a size again:
    letters are made that small to close gaps between boxes, too.
    """
    kept: list[str] = []
    opened: list[str] = []  # what becomes of the words, for each open tag
    place = 0
    for tag in _TAG.finditer(markup):
        end, name, attributes = tag.groups()
        fate = opened[-1] if opened else _SEEN
        if fate == _SEEN:
            kept.append(markup[place : tag.start()])
        place = tag.end()
        if end:
            fate = opened.pop() if opened else _SEEN
        elif name not in _VOID:
            fate = _judge(attributes, fate)
            opened.append(fate)
        if fate != _GONE:
            kept.append(tag[0])
    return "".join([*kept, markup[place:]])


def _judge(attributes: str, fate: str) -> str:
    """What becomes of the words of an element, from what becomes of those around it."""
    said = dict(_ATTRIBUTE.findall(attributes))
    if fate == _GONE or "hidden" in said or said.get("style") == _GONE:
        return _GONE
    return said.get("style") or fate
