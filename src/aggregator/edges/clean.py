"""HTML of strangers -> HTML that is safe to publish, with absolute URLs (nh3).

Everything not on the lists below is removed: tags keep their text, the
contents of scripts, styles and foreign markup go. What comes out is balanced,
has double-quoted attributes, and comes out the same when it goes in again.
What its source hides goes with its words. Images stay where they are, to be
loaded late and without telling from where; those that nobody is meant to see
go, and are counted.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import nh3

from aggregator.core import hiding, limits
from aggregator.core.beacons import is_beacon, is_hidden, is_pixel
from aggregator.core.model import Markup, ParsedFeed, Problem, RawItem
from aggregator.core.secrets import hide_secrets
from aggregator.core.tangles import is_tangled
from aggregator.core.text import clean_blocks, clean_chars, cut, paragraphs, to_text
from aggregator.core.urls import publishable, resolve_any

_CUT_MARK = " […]"
_LONGEST_NAME = 400
_LONGEST_PLAIN = 300_000
"""Characters of a text kept as plain: escaped it is up to five times as long."""
_DEEPEST = 200
"""Tags open inside each other that are published: browsers and XML readers stop at about 500."""
_DEEPEST_READ = 2_000
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

# Told of every tag, so that what is hidden can be dropped: they never come out either.
_TELLING = {**_ATTRIBUTES, "*": {*_ATTRIBUTES["*"], "style", "hidden"}}
_NOSCRIPT_TAG = re.compile(r"(</?noscript\b[^<>]*>)", re.IGNORECASE)
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
    tangled = is_tangled(html, _DEEPEST_READ)
    safe, unseen = (None, 0) if tangled else _settle(html, markup.base)
    if safe is None or len(safe) > limits.TEXT or is_tangled(safe, _DEEPEST):
        safe = paragraphs(to_text(html)[:_LONGEST_PLAIN])
        problems.append("has markup too tangled to keep; its words are kept")
    return replace(markup, value=safe, html=True), tuple(problems), unseen


def _name(item: RawItem) -> str:
    name = item.raw_id or item.link or item.title.value
    return cut(hide_secrets(clean_chars(name[:_LONGEST_NAME])), 100)


def _settle(html: str, base: str) -> tuple[str | None, int]:
    """Clean until nothing changes any more, None when that does not come; count the pixels.

    Unwrapping one tag can let the next reading nest the rest differently.
    """
    html, unseen = _drop_hidden(_read_noscript(html, base), base)
    cleaner = _make_cleaner(base)
    for _ in range(_ROUNDS):
        again, pixels = _tidy(cleaner.clean(html))
        unseen += pixels
        if again == html:
            return html, unseen
        html = again
    return None, unseen


def _read_noscript(html: str, base: str) -> str:
    """The text with nothing of each noscript but its images: lazy pages keep the real one there.

    Its words say that something is missing. One that nothing ends is no reason
    to lose what follows.
    """
    first, *others = _NOSCRIPT_TAG.split(html)
    kept, is_open = [first], False
    for tag, piece in zip(others[::2], others[1::2], strict=True):
        ends = tag.startswith("</")
        if ends and is_open:
            kept.append("".join(_IMAGE.findall(_make_image_cleaner(base).clean(kept.pop()))))
        kept.append(piece)
        is_open = not ends
    return "".join(kept)


def _drop_hidden(html: str, base: str) -> tuple[str, int]:
    """The text without what its source hides, and how many images that were.

    Every tag is let through for this, since those that go later hide things too.
    """
    if not hiding.may_hide(html):
        return html, 0
    names = _TAGS | (hiding.list_tags(html) - _SILENCED)
    marked = _make(names, _TELLING, _filter_telling(base)).clean(html)
    seen = hiding.drop_hidden(marked)
    return seen, marked.count("<img") - seen.count("<img")


_Filter = Callable[[str, str, str], str | None]


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

    return _make(_TAGS, _ATTRIBUTES, filter_attribute)


@lru_cache(maxsize=64)
def _make_image_cleaner(base: str) -> nh3.Cleaner:
    return _make(frozenset({"img"}), _ATTRIBUTES, _filter_telling(base))


def _filter_telling(base: str) -> _Filter:
    """Styles as what they do to words; those of images stay to be judged with them."""

    def filter_attribute(tag: str, name: str, value: str) -> str | None:
        if name in _LINKS:
            return resolve_any(base, value)
        if name in _RESOURCES:
            return publishable(base, value)
        if name == "style" and tag != "img":
            return hiding.judge_style(value)
        return value

    return filter_attribute


def _make(tags: frozenset[str], attributes: dict[str, set[str]], keep: _Filter) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(tags),
        clean_content_tags=set(_SILENCED),
        attributes=attributes,
        attribute_filter=keep,
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
