"""Escaped HTML in feeds: is it HTML, is it safe, does it lead anywhere else.

It reads tags as a tokenizer would and matches their ends; it builds no tree:
a publishing judges hundreds of texts.
"""

import html
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from aggregator.core.lint import vocabulary
from aggregator.core.lint.addresses import find_scheme
from aggregator.core.lint.findings import quote

_TOKEN = re.compile(
    r"<!--(?:>|->|.*?(?:-->|\Z))|<[!?][^>]*(?:>|\Z)"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][^\s<>/]*)"
    r"(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*+)>"
    r"|<(?=[A-Za-z/])",
    re.DOTALL,
)
"""No part can begin a second time what it failed to end: the time grows with the length alone."""
_ATTRIBUTE = re.compile(
    r"(?P<name>[^\s/>=\"']+)(?:\s*=\s*(?:\"(?P<two>[^\"]*)\"|'(?P<one>[^']*)'|(?P<bare>[^\s>]*)))?"
)
_RULE = re.compile(r"\s*([-\w]+)\s*:([^;]*)(?:;|\Z)")
_STYLE_VALUE = re.compile(r"[\w\s.,%#!'\"()+-]*", re.ASCII)
_LOADING = re.compile(r"url|expression|import|javascript|behaviou?r|binding|\\", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]+|#x[0-9a-f]+);", re.IGNORECASE)
_FREE = ("data-", "aria-", "xml:", "xmlns")
_HANDLER = re.compile(r"on[a-z]+", re.ASCII)
_KNOWN = vocabulary.ATTRIBUTES | vocabulary.OTHER_ATTRIBUTES
_DEEPEST = 500
"""Tags open inside each other: browsers and XML readers stop at about as many."""
_BLANKS = re.compile(r"[\x00-\x20]")


@lru_cache(maxsize=8)
def check_html(text: str) -> tuple[tuple[str, str], ...]:
    """Class and words for what is wrong with a text of HTML, each once.

    The same text stands in every format of a publishing: the last few are remembered.
    """
    return tuple(dict.fromkeys(_check(text)))


def find_markup(text: str) -> str:
    """The first HTML tag or entity that a plain text holds, "" for none."""
    for found in _TOKEN.finditer(text) if "<" in text else ():
        if (found["name"] or "").lower() in vocabulary.ELEMENTS:
            return found.group()
    entity = _ENTITY.search(text) if "&" in text else None
    return entity.group() if entity else ""


def find_tag(text: str) -> str:
    """The first HTML tag that a plain text holds, "" for none."""
    found = find_markup(text) if "<" in text else ""
    return found if found.startswith("<") else ""


def _check(text: str) -> Iterator[tuple[str, str]]:
    if "<" not in text:
        return
    open_tags: list[str] = []
    for found in _TOKEN.finditer(text):
        tag = (found["name"] or "").lower()
        if not tag:
            yield from _check_other(found.group())
        elif found["end"]:
            yield from _close(open_tags, tag)
        else:
            yield from _check_tag(tag, found["rest"])
            if tag not in vocabulary.VOID:
                open_tags.append(tag)
        if len(open_tags) > _DEEPEST:
            words = f"more than {_DEEPEST} tags are open inside each other; the rest was not judged"
            yield "NotHtml", f"{words}; close them"
            return
    left = [tag for tag in open_tags if tag not in vocabulary.SELF_CLOSING]
    if left:
        yield "NotHtml", f"<{left[-1]}> is not closed, so it runs on behind the text; close it"


def _check_other(token: str) -> Iterator[tuple[str, str]]:
    """What is no tag: a comment is fine, all else is not HTML."""
    if token.startswith("<!--"):
        return
    if token[:8].lower() == "<?import":
        yield "SecurityRisk", "it holds <?import>, which loads a program; remove it"
    else:
        yield "NotHtml", f"{quote(token)} is no HTML; escape or remove it"


def _close(open_tags: list[str], tag: str) -> Iterator[tuple[str, str]]:
    """Close the tag; those inside whose end may be left out are closed with it."""
    if tag in {"br", "p"} and tag not in open_tags:
        return  # readers make an element of such an end (HTML, 13.2.6.4.7)
    if tag not in open_tags:
        yield "NotHtml", f"</{tag}> closes nothing; remove it"
        return
    while (last := open_tags.pop()) != tag:
        if last not in vocabulary.SELF_CLOSING:
            yield "NotHtml", f"</{tag}> stands where </{last}> is due; close them in turn"


def check_element(tag: str, attributes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Class and words for what is wrong with an element of XHTML."""
    yield from _check_name(tag)
    for name, value in attributes.items():
        if ":" not in name:
            yield from _check_attribute(tag, name.lower(), value)


def _check_tag(tag: str, rest: str) -> Iterator[tuple[str, str]]:
    yield from _check_name(tag)
    for found in _ATTRIBUTE.finditer(rest):
        value = found["two"] or found["one"] or found["bare"] or ""
        yield from _check_attribute(tag, found["name"].lower(), html.unescape(value))


def _check_name(tag: str) -> Iterator[tuple[str, str]]:
    if tag not in vocabulary.ELEMENTS:
        yield "NotHtml", f"<{tag}> is no element of HTML; remove it"
    elif tag in vocabulary.RISKY or tag in vocabulary.FOREIGN:
        words = f"<{tag}> may run or load something; readers remove it or are harmed; remove it"
        yield "SecurityRisk", words


def _check_attribute(tag: str, name: str, value: str) -> Iterator[tuple[str, str]]:
    if name == "style":
        yield from _check_style(value)
    elif name in vocabulary.ADDRESSES:
        yield from _check_address(name, value)
    elif name == "srcset":
        for place in value.split(","):
            yield from _check_address(name, "".join(place.split()[:1]))
    elif _is_handler(name):
        yield "SecurityRiskAttr", f"{name} of <{tag}> may run a program, as all on… do; remove it"
    elif name.startswith("xlink:") or name in vocabulary.RISKY_ATTRIBUTES:
        yield "SecurityRiskAttr", f"{name} of <{tag}> may run or load something; remove it"
    elif name not in _KNOWN and not name.startswith(_FREE):
        yield "NotHtml", f"{name} is no attribute of HTML, readers remove it; remove it"


def _is_handler(name: str) -> bool:
    """Tell whether a browser may run its value: `on` and letters, whatever browsers add."""
    return _HANDLER.fullmatch(name) is not None and name not in vocabulary.ON_WORDS


def _check_address(name: str, value: str) -> Iterator[tuple[str, str]]:
    plain = _BLANKS.sub("", value)  # as browsers read it: "java\tscript:" runs
    scheme = find_scheme(plain)
    if scheme in vocabulary.CODE_SCHEMES and not plain.lower().startswith("data:image/"):
        yield "SecurityRiskAttr", f"{name} holds {quote(value)}, which runs or opens; remove it"
    elif not scheme and not plain.startswith("#"):
        words = (
            f"{name} holds the relative address {quote(value)}, which leads elsewhere or nowhere"
        )
        yield "ContainsRelRef", f"{words} in a reader; write it absolute"


def _check_style(style: str) -> Iterator[tuple[str, str]]:
    at = 0
    while found := _RULE.match(style, at):
        name, value = found[1].lower(), found[2]
        is_safe = _STYLE_VALUE.fullmatch(value) and not _LOADING.search(value)
        if name not in vocabulary.STYLES or not is_safe:
            words = f"the style {quote(found.group().strip())} may load, move or hide something"
            yield "DangerousStyleAttr", f"{words}; remove it"
        at = found.end()
    if style[at:].strip():
        yield "DangerousStyleAttr", f"the style {quote(style[at:].strip())} is no CSS; remove it"
