"""OPML <-> the feeds it names (lxml): broken documents are mended, and what was lost is said.

Lists are exported by many programs and mended by hand: a bare `&`, an entity
of HTML, a wrong encoding or an outline that nobody closed must not cost the
other feeds. It decides nothing about sources.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from html.entities import html5
from typing import Any

from lxml import etree

from aggregator.core.listing import tidy_outline
from aggregator.core.model.outline import Outline, OutlineList
from aggregator.core.model.source import Source
from aggregator.core.secrets import drop_secrets

_MOST_BYTES = 50_000_000
_MOST_PROBLEMS = 20
_OUTLINE_MARK = re.compile(rb"<\s*outline\b", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
Element = Any
"""An lxml element: lxml ships no types, and its elements never leave this room."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read_opml(body: bytes) -> OutlineList:
    """Return the feeds that a document names, with its folders and categories as their tags."""
    if len(body) > _MOST_BYTES:
        return OutlineList(problems=("the list is larger than 50 MB; split it",), whole=False)
    # A DOCTYPE may declare entities that grow without bound; no list needs one.
    lines_kept = _DOCTYPE.sub(lambda found: b"\n" * found[0].count(b"\n"), body, count=1)
    return _read(
        lines_kept.lstrip(b"\xef\xbb\xbf \t\r\n") if _is_padded(lines_kept) else lines_kept
    )


def write_opml(sources: Sequence[Source], title: str) -> bytes:
    """Return the sources as OPML 2.0; what lets one in at their addresses is left out."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    for source in sources:
        name = source.name or source.id
        given = {
            "type": "rss",
            "text": name,
            "title": name,
            "xmlUrl": drop_secrets(source.url),
            "htmlUrl": drop_secrets(source.homepage or ""),
            "language": source.language or "",
            "category": ",".join(source.tags),
        }
        found = {key: _clean(value) for key, value in given.items() if value}
        etree.SubElement(body, "outline", found)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def write_feeds(
    outlines: Sequence[Outline], title: str, name_group: Callable[[Outline], str]
) -> bytes:
    """Return feeds as OPML 2.0, those of one group in an outline of its name."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    groups: dict[str, Element] = {"": body}
    for one in outlines:
        group = name_group(one)
        if group not in groups:
            groups[group] = etree.SubElement(body, "outline", text=group, title=group)
        given = {
            "type": "rss",
            "text": one.name or one.url,
            "title": one.name or one.url,
            "xmlUrl": one.url,
            "htmlUrl": one.homepage or "",
            "language": one.language or "",
        }
        found = {key: _clean(value) for key, value in given.items() if value}
        etree.SubElement(groups[group], "outline", found)
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _is_padded(body: bytes) -> bool:
    """Tell whether white space stands before the XML declaration, where none may stand."""
    return body[:1].isspace() and body.lstrip().startswith(b"<?xml")


def _clean(text: str) -> str:
    return _CONTROL.sub("", text)


def _parse(body: bytes, *, recover: bool) -> tuple[Element, Any]:
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(body, parser)
    return root, parser.error_log


def _read(body: bytes) -> OutlineList:
    try:
        root, _ = _parse(body, recover=False)
        problems: list[str] = []
    except etree.XMLSyntaxError:
        root, problems = _recover(body)
    if root is None:
        return OutlineList(problems=tuple(problems), whole=False)
    outlines, unfit = _sort_out(root)
    lost = len(_OUTLINE_MARK.findall(body)) - sum(bool(one.attrib) for one in _iterate(root))
    if lost > 0 and problems:
        problems.append(f"{lost} outlines could not be recovered")
    title = next((one.text or "" for one in root.iter("{*}title")), "")
    return OutlineList(outlines, (*problems, *unfit), not problems, title.strip())


def _recover(body: bytes) -> tuple[Element, list[str]]:
    """The tree of a broken document, and which lines were mended."""
    mended, notes = _mend(body)
    try:
        root, errors = _parse(mended, recover=True)
    except (etree.XMLSyntaxError, LookupError):
        return None, ["the document is no XML at all"]
    if root is None:
        return None, ["the document is no XML at all"]
    seen = {f"line {error.line}: {error.message}": None for error in errors}
    told = [*notes, *seen]
    more = len(told) - _MOST_PROBLEMS
    return root, [*told[:_MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]


_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(\w{2,31};)?")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_OPEN_FEED = re.compile(r"<outline\b(?=[^<>]*xmlUrl)([^<>]*)(?<!/)>", re.IGNORECASE)
_LONE_FEED = re.compile(_OPEN_FEED.pattern + r"(?!\s*</outline)", re.IGNORECASE)


def _mend(body: bytes) -> tuple[bytes, list[str]]:
    """The document as UTF-8: a bare `&` written as one, letters of HTML, feeds closed."""
    text, notes = _decode(body)
    if _CONTROL.search(text):
        notes.append("characters that have no place in XML were removed")
        text = _CONTROL.sub("", text)
    text = _DECLARATION.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        lines[at] = _AMPERSAND.sub(_write_entity, line)
        if lines[at] != line:
            notes.append(f"line {at + 1}: a bare & or an entity that XML does not know")
    text = "\n".join(lines)
    text, starts = _close_feeds(text)
    notes += [
        f"line {text.count(chr(10), 0, start) + 1}: an outline that is not closed"
        for start in starts[:_MOST_PROBLEMS]
    ]
    return text.encode(), notes


def _close_feeds(text: str) -> tuple[str, list[int]]:
    """The text with the feeds closed that nobody closed, and where those begin.

    What is closed behind its beginning stays, unless as many closings are
    missing as there are feeds left open: then those close folders.
    """
    surplus = _count_surplus(text)
    for pattern in (_OPEN_FEED, _LONE_FEED):
        starts = [found.start() for found in pattern.finditer(text)]
        if 0 < len(starts) <= surplus:
            # Each closing makes the text one character longer.
            return pattern.sub(r"<outline\1/>", text), [
                start + number for number, start in enumerate(starts)
            ]
    return text, []


def _count_surplus(text: str) -> int:
    """How many outlines are opened and never closed."""
    opened = len(re.findall(r"<outline\b[^<>]*(?<!/)>", text, re.IGNORECASE))
    return opened - len(re.findall(r"</outline\s*>", text, re.IGNORECASE))


def _write_entity(found: re.Match[str]) -> str:
    """An entity of HTML as its letter, any other `&` as one."""
    letter = html5.get(found[1] or "")
    return letter if letter and letter not in "<>&" else f"&amp;{found[1] or ''}"


def _decode(body: bytes) -> tuple[str, list[str]]:
    declared = _DECLARED.match(body[:200])
    names = [declared[1].decode("ascii")] if declared else []
    for name in [*names, "utf-8", "utf-16" if b"\0" in body[:4] else "cp1252"]:
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return text.removeprefix("\ufeff"), [] if [name] == names[:1] or not names else [
            f"line 1: the encoding is not {names[0]}; read as {name}"
        ]
    return body.decode("utf-8", "replace"), [
        "line 1: some letters are in no known encoding, and were replaced"
    ]


def _iterate(root: Element) -> Iterator[Element]:
    for one in root.iter(etree.Element):
        if etree.QName(one).localname.lower() == "outline":
            yield one


def _sort_out(root: Element) -> tuple[tuple[Outline, ...], list[str]]:
    """The feeds of a tree, and what is none."""
    outlines: list[Outline] = []
    unfit: list[str] = []
    for one in _iterate(root):
        found = {key.lower(): str(value) for key, value in one.attrib.items()}
        url = found.get("xmlurl", "") or _url_of_rss(found)
        if not url:
            continue  # a folder, or a note
        tidy = tidy_outline(_make(one, found, url))
        if tidy is None:
            unfit.append(f"line {one.sourceline}: its xmlUrl is no http or https address")
        else:
            outlines.append(tidy)
    more = len(unfit) - _MOST_PROBLEMS
    return tuple(outlines), [*unfit[:_MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])]


def _url_of_rss(found: dict[str, str]) -> str:
    """Some programs write `url` where the standard wants `xmlUrl`."""
    return found.get("url", "") if found.get("type", "").lower() in {"rss", "atom"} else ""


def _make(one: Element, found: dict[str, str], url: str) -> Outline:
    return Outline(
        url,
        found.get("title") or found.get("text"),
        found.get("htmlurl"),
        found.get("language"),
        (*_folders(one), *_categories(found.get("category", ""))),
        one.sourceline or 1,
    )


def _folders(one: Element) -> Iterator[str]:
    """The names of the outlines around it, the outermost first; a feed is no folder.

    An outline that nobody closed holds all that follow: it was a feed, so it names none.
    """
    around = [
        {key.lower(): str(value) for key, value in other.attrib.items()}
        for other in one.iterancestors()
        if etree.QName(other).localname.lower() == "outline"
    ]
    for found in reversed(around):
        if not (found.get("xmlurl") or _url_of_rss(found)):
            yield found.get("title") or found.get("text") or ""


def _categories(text: str) -> Iterator[str]:
    """OPML 2.0: comma-separated, each a word or a path such as /Boston/Weather."""
    for part in text.split(","):
        yield part.strip().strip("/")
