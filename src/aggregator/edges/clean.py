"""HTML of strangers -> HTML that is safe to publish, with absolute URLs (nh3).

Everything not on the lists below is removed: tags keep their text, the
contents of scripts, styles and foreign markup go. What comes out is balanced,
has double-quoted attributes, and comes out the same when it goes in again.
Images stay where they are, to be loaded late and without telling from where;
those that nobody is meant to see go, and are counted.
"""

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import nh3

from aggregator.core import limits
from aggregator.core.beacons import is_beacon, is_hidden, is_pixel
from aggregator.core.model import Markup, ParsedFeed, Problem, RawItem
from aggregator.core.secrets import hide_secrets
from aggregator.core.text import clean_blocks, clean_chars, cut, paragraphs, to_text
from aggregator.core.urls import publishable, resolve_any

_CUT_MARK = " […]"
_LONGEST_NAME = 400
_LONGEST_PLAIN = 300_000
"""Characters of a text kept as plain: escaped it is up to five times as long."""
_DEEPEST = 200
"""Tags open inside each other that are published: browsers and XML readers stop at about 500."""
_DEEPEST_READ = 2_000
_MOST_ENTITIES = 100_000
_MOST_MARKS_IN_TAG = 20_000
"""Spaces, quotes, slashes and equals signs in one tag: what can part its attributes."""
_MOST_COPIES = 2_000_000
"""Squares of open formatting tags, added up over all tags of a text."""
_ROUNDS = 6

_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd"
        " del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img"
        " ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub summary sup"
        " table tbody td tfoot th thead time tr u ul var wbr",
    )
)
_SILENCED = frozenset(
    re.findall(
        r"\w+",
        "script style svg math iframe object embed applet noscript noembed noframes template"
        " textarea select option button title xmp plaintext head audio video canvas",
    )
)
_ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "time": {"datetime"},
    # `style` and `hidden` only tell what nobody is meant to see: they never come out.
    "img": {"src", "alt", "width", "height", "style", "hidden"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
}
_LINKS = frozenset({"href"})
_RESOURCES = frozenset({"src", "cite"})

_NOSCRIPT_TAG = re.compile(r"</?noscript\b[^<>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"<img(?:\s[^<>]*)?>")
_SRC = re.compile(r'\ssrc="([^"]*)"')
_SIZE = re.compile(r'\s(?:width|height)="([^"]*)"')
_HIDDEN = re.compile(r'\s(?:style|hidden)="')
_IMAGE_END = ' loading="lazy" referrerpolicy="no-referrer">'
_EMPTY_LINK = re.compile(r"<a(?:\s[^<>]*)?>(\s*)</a>")
# An attribute's value may end with " href=": only whole attributes may stand before the real one.
_HREF = re.compile(r'<a(?:\s[\w-]+="[^"]*")*?\shref="')
_LINK_EDGE = re.compile(r"<a(?:\s[^<>]*)?>|</a>")
_LEADING_BREAKS = re.compile(r"(<pre(?:\s[^<>]*)?>)\n+")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_TAG_START = re.compile("<(?=[A-Za-z])")
_MARK = re.compile(r"[\s\"'/=]")
# Void tags, and those that the next of their kind closes: they do not nest by themselves.
_NEVER_NESTED = frozenset(
    {"br", "col", "dd", "dt", "hr", "img", "li", "p", "td", "th", "tr", "wbr"}
)
_FORMATTING = frozenset(
    {
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    }
)


def clean_feed(feed: ParsedFeed) -> ParsedFeed:
    """Return the feed with the HTML of every item made safe; plain texts become HTML.

    What goes wrong with one item costs that item, and is a Problem; so is the
    number of images that were there to count readers.
    """
    items: list[RawItem] = []
    problems = []
    unseen = 0
    for item in feed.items:
        try:
            cleaned, found, pixels = _clean_item(item)
            unseen += pixels
        except Exception as error:  # noqa: BLE001 - one bad item never costs the feed; it is recorded
            found = (f"dropped: its text could not be cleaned ({type(error).__name__})",)
        else:
            items.append(cleaned)
        problems += [Problem(_name(item), what) for what in found]
    counted = _count_pixels(unseen) if unseen else ()
    return replace(feed, items=tuple(items), problems=(*feed.problems, *counted, *problems))


def _count_pixels(number: int) -> tuple[Problem, ...]:
    noun = "tracking pixel" if number == 1 else "tracking pixels"
    return (Problem("", f"{number} {noun} removed from its texts"),)


def keep_words(feed: ParsedFeed) -> ParsedFeed:
    """Return the feed with the words of its texts alone, and a Problem that says so."""
    words = [
        replace(item, summary=_keep_words(item.summary), content=_keep_words(item.content))
        for item in feed.items
    ]
    what = "its texts could not be cleaned in time; their words are kept without markup"
    return replace(feed, items=tuple(words), problems=(*feed.problems, Problem("", what)))


def _keep_words(markup: Markup | None) -> Markup | None:
    if markup is None:
        return None
    words = to_text(markup.value[: limits.TEXT]) if markup.html else markup.value[:_LONGEST_PLAIN]
    return replace(markup, value=paragraphs(words[:_LONGEST_PLAIN]), html=True)


def clean_markup(markup: Markup) -> Markup:
    """Return a text as safe HTML with absolute URLs; without a base, relative ones are removed."""
    return _clean(markup)[0]


def _clean_item(item: RawItem) -> tuple[RawItem, tuple[str, ...], int]:
    problems: list[str] = []
    unseen = 0
    cleaned: dict[str, Markup | None] = {"summary": item.summary, "content": item.content}
    for name, text in cleaned.items():
        if text is not None:
            cleaned[name], found, pixels = _clean(text)
            unseen += pixels
            problems += [f"the {name} {what}" for what in found]
    item = replace(item, summary=cleaned["summary"], content=cleaned["content"])
    return item, tuple(problems), unseen


def _clean(markup: Markup) -> tuple[Markup, tuple[str, ...], int]:
    """Return the safe text, what had to be done to it beyond cleaning, and the pixels in it."""
    value, problems = markup.value, []
    if len(value) > limits.TEXT:
        value = value[: limits.TEXT - len(_CUT_MARK)] + _CUT_MARK
        problems.append(f"was cut at {limits.TEXT:,} characters")
    # Plain text takes the same way, so that cleaning twice is cleaning once.
    html = clean_chars(value) if markup.html else paragraphs(value)
    tangled = _is_tangled(html, _DEEPEST_READ)
    safe, unseen = (None, 0) if tangled else _settle(html, _make_cleaner(markup.base))
    if safe is None or len(safe) > limits.TEXT or _is_tangled(safe, _DEEPEST):
        safe = paragraphs(to_text(html)[:_LONGEST_PLAIN])
        problems.append("has markup too tangled to keep; its words are kept")
    return replace(markup, value=safe, html=True), tuple(problems), unseen


def _name(item: RawItem) -> str:
    name = item.raw_id or item.link or item.title.value
    return cut(hide_secrets(clean_chars(name[:_LONGEST_NAME])), 100)


def _is_tangled(html: str, deepest: int) -> bool:
    """Tell whether nh3 would take seconds: its time grows with the square of these figures.

    Measured: 200,000 ampersands 0.7 s, 20,000 open tags inside each other 1.5 s,
    200,000 attributes of one tag 8 s. What is not foreseen here meets the
    deadline of the process that cleans.
    """
    return (
        html.count("&") > _MOST_ENTITIES
        or _count_most_marks(html) > _MOST_MARKS_IN_TAG
        or _is_deep(html, deepest)
    )


def _count_most_marks(html: str) -> int:
    """Count what may part attributes in the tag that has most of it.

    A tag ends with a ">" outside of quotes, which only a reader of HTML can
    tell; the last one before the next tag is as late as it can be. A "<" in
    front of no letter begins no tag, and without a ">" none has ended.
    """
    if len(html) <= _MOST_MARKS_IN_TAG:
        return 0
    most = here = 0
    for piece in _TAG_START.split(html)[1:]:
        tag, end, _ = piece.rpartition(">")
        here += len(_MARK.findall(tag if end else piece))
        most = max(most, here)
        here = 0 if end else here
    return most


def _is_deep(html: str, deepest: int) -> bool:
    """Tell whether too many tags are open at once; ends without a beginning do not count.

    Formatting that is left open is opened anew in every block that follows
    (HTML, 13.2.4.3): its cost is its square for each. Measured: 500 of them
    before 500 paragraphs 4 s, before 8,000 gigabytes.
    """
    open_tags: Counter[str] = Counter()
    depth = formatting = copies = 0
    for found in _TAG.finditer(html):
        end, name = found.group(1), found.group(2).lower()
        copies += formatting * formatting
        if copies > _MOST_COPIES:
            return True
        if name in _NEVER_NESTED or (end and not open_tags[name]):
            continue
        step = -1 if end else 1
        open_tags[name] += step
        depth += step
        formatting += step * (name in _FORMATTING)
        if depth > deepest:
            return True
    return False


def _settle(html: str, cleaner: nh3.Cleaner) -> tuple[str | None, int]:
    """Clean until nothing changes any more, None when that does not come; count the pixels.

    Unwrapping one tag can let the next reading nest the rest differently.
    """
    # Lazy-loading pages keep the real image in noscript; its tags go, what is inside is cleaned.
    html = _NOSCRIPT_TAG.sub("", html)
    unseen = 0
    for _ in range(_ROUNDS):
        again, pixels = _tidy(cleaner.clean(html))
        unseen += pixels
        if again == html:
            return html, unseen
        html = again
    return None, unseen


@lru_cache(maxsize=64)
def _make_cleaner(base: str) -> nh3.Cleaner:
    """Make the one policy for texts of one base; feeds have one or two bases."""

    def filter_attribute(_tag: str, name: str, value: str) -> str | None:
        if name in _LINKS:
            return resolve_any(base, value)
        if name in _RESOURCES:
            return publishable(base, value)
        if name == "style":
            return "" if is_hidden(value) else None
        return clean_chars(value)

    return nh3.Cleaner(
        tags=set(_TAGS),
        clean_content_tags=set(_SILENCED),
        attributes=_ATTRIBUTES,
        attribute_filter=filter_attribute,
        link_rel=None,
        url_schemes={"http", "https", "mailto"},
        # The filter has resolved them before; what is still relative has no place to lead to.
        url_relative=_refuse,
    )


def _refuse(_url: str) -> None:
    return None


def _tidy(html: str) -> tuple[str, int]:
    """Drop what nh3 cannot see: characters from entities, pixels, images and links of nothing."""
    unseen = 0

    def keep_image(found: re.Match[str]) -> str:
        nonlocal unseen
        tag = found.group()
        if not (address := _SRC.search(tag)):
            return ""
        if _is_unseen(tag, address[1]):
            unseen += 1
            return ""
        return tag[:-1] + _IMAGE_END

    html = clean_blocks(html)
    html = _IMAGE.sub(keep_image, html) if "<img" in html else html
    html = _unwrap_links(_EMPTY_LINK.sub(r"\1", html)) if "<a" in html else html
    # A break right after <pre> is not read back (HTML, 13.1.2.5): it would vanish next time.
    return _LEADING_BREAKS.sub(r"\1", html), unseen


def _is_unseen(tag: str, address: str) -> bool:
    return (
        _HIDDEN.search(tag) is not None
        or any(is_pixel(size) for size in _SIZE.findall(tag))
        or is_beacon(address.replace("&amp;", "&"))
    )


def _unwrap_links(html: str) -> str:
    """Drop the tags of links that lead nowhere; a table cell inside a link can hold another."""
    kept: list[bool] = []

    def keep(found: re.Match[str]) -> str:
        if found.group() != "</a>":
            kept.append(_HREF.match(found.group()) is not None)
            return found.group() if kept[-1] else ""
        return found.group() if not kept or kept.pop() else ""

    return _LINK_EDGE.sub(keep, html)
