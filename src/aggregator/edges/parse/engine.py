"""feedparser's two engines, strict and loose, with our ears, and the choice between them."""

import io
import re
import xml.sax
import xml.sax.handler
from dataclasses import dataclass
from typing import Any

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from aggregator.edges.parse.ears import Ears
from aggregator.edges.parse.repair import repair

_ITEMS = frozenset({"item", "entry"})
# Elements beside an item's title; none of them stands inside one.
_SIBLINGS = frozenset(
    re.findall(
        r"[\w:]+",
        "author category comments content content:encoded dc:creator dc:date description enclosure"
        " guid id link pubdate published source summary updated",
    )
)
_UNESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))

Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine heard: feedparser's dictionaries with our keys added.

    Keys of ours: `raw_id`, `permalink` (None for an atom:id), `own_base`,
    `own_language`, `text_link`, `dc_date`, `ended`, `skip_hour_list`,
    `skip_day_list`, an author's `text`, a link's `untyped`. `root` is the first
    element, "" when there is none. `error` is why the document is not
    well-formed, "" when it is; `closed` whether its root element ended.
    """

    version: str
    head: Raw
    entries: list[Raw]
    root: str
    is_feed: bool
    closed: bool
    error: str


_ENCODING = "utf8"
"""Under its usual name feedparser would "mend" each text whose characters happen to be bytes of
UTF-8, without asking whether it means itself; `core.mojibake` asks."""


class _Strict(Ears, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """The engine on expat."""


class _Loose(Ears, LooseFeedParser):  # type: ignore[misc]  # feedparser has no types
    """The engine on an SGML parser, for what is not well-formed."""

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        """Let an item that begins end the one before, and what stands beside a title end that."""
        if tag in _SIBLINGS and self.inentry and self._is_title_open():
            self.unknown_endtag("title")
        if tag in _ITEMS:
            if self.inentry:
                self._close_children()
                self._end_item()
            self.insource = 0
        super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        """Let the end of an item end all in it: an open title would swallow the next items."""
        if tag in _ITEMS and self.inentry:
            self._close_children()
        super().unknown_endtag(tag)

    def _is_title_open(self) -> bool:
        return bool(self.elementstack) and self.elementstack[-1][0] == "title"

    def _close_children(self) -> None:
        self.insource = self.inauthor = self.inimage = 0
        names = [name for name, _, _ in self.elementstack]
        for name in reversed(names[names.index("item") + 1 :] if "item" in names else ()):
            self.pop(name)
        self.incontent = 0
        self.contentparams.clear()

    def decode_entities(self, element: str, data: str) -> str:
        """Decode text that is no markup to its end: feedparser leaves `&amp;` in a guid."""
        data = super().decode_entities(element, data)
        if not self.contentparams:
            for escaped, letter in _UNESCAPED:
                data = data.replace(escaped, letter)
        return data


def listen(data: bytes, url: str) -> Heard:
    """What the document says, by the strict engine if it can be mended, else by the loose one."""
    version, data, entities = replace_doctype(data)
    parser, error = _run_strict(data, url)
    if error:
        mended = repair(data, frozenset(entities))
        again = _run_strict(mended, url) if mended != data else (parser, error)
        parser = _run_loose(mended, url, entities) if again[1] else again[0]
    return Heard(
        version=version or parser.version,
        head=parser.feeddata,
        entries=parser.entries,
        root=parser.root,
        is_feed=parser.is_feed,
        closed=parser.closed,
        error=error,
    )


def _run_strict(data: bytes, url: str) -> tuple[_Strict, str]:
    parser = _Strict(url, None, _ENCODING)
    reader = xml.sax.make_parser()  # noqa: S317  # entities are taken out before, none is fetched
    reader.setFeature(xml.sax.handler.feature_namespaces, True)  # noqa: FBT003  # the standard library's signature
    reader.setFeature(xml.sax.handler.feature_external_ges, False)  # noqa: FBT003  # as above
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    try:
        reader.parse(io.BytesIO(data))
    except xml.sax.SAXParseException as error:
        return parser, f"{error.getMessage()} at line {error.getLineNumber()}"
    return parser, ""


def _run_loose(data: bytes, url: str, entities: dict[str, str]) -> _Loose:
    parser = _Loose(url, None, _ENCODING, entities)
    parser.feed(data.decode("utf-8", "replace"))
    return parser
