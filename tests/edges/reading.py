"""Reads rendered documents as strict and as lenient readers do."""

import html
from io import BytesIO
from typing import Any

import feedparser
from lxml import etree

from aggregator.core.model import Output
from tests.edges.make import make_shown, render_both

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read_strictly(output: Output) -> Any:  # noqa: ANN401 - lxml ships no types
    """The document's root, by a parser that forgives nothing and resolves nothing."""
    return etree.fromstring(output.body, etree.XMLParser(recover=False, resolve_entities=False))


def read_leniently(output: Output) -> Any:  # noqa: ANN401 - feedparser ships no types
    """The document as a reader sees it; it must not be complained of."""
    read = feedparser.parse(BytesIO(output.body), response_headers={
        "content-type": f"{output.media_type}; charset=utf-8"
    })  # fmt: skip
    assert not read.bozo, read.bozo_exception
    return read


def read_title(item: Any) -> str:  # noqa: ANN401 - feedparser's
    """A title as a reader shows it: HTML is decoded where the format says it is HTML."""
    is_html = item.title_detail.type == "text/html"
    return html.unescape(item.title) if is_html else str(item.title)


def read_entry(**fields: Any) -> Any:  # noqa: ANN401 - a Shown's, lxml's
    """The one Atom entry of a story."""
    return read_strictly(render_both(make_shown(**fields))[0]).find(f"{ATOM}entry")


def read_item(**fields: Any) -> Any:  # noqa: ANN401 - as above
    """The one RSS item of a story."""
    return read_strictly(render_both(make_shown(**fields))[1]).find("channel/item")


def list_links(entry: Any, rel: str) -> list[dict[str, str]]:  # noqa: ANN401 - lxml's
    """The attributes, without `rel`, of an element's links of one relation."""
    found = [dict(link.attrib) for link in entry.findall(f"{ATOM}link")]
    return [link for link in found if link.pop("rel") == rel]
