"""Bytes of any format -> a document; what they are is told by how they begin."""

from aggregator.core.bodies import find_start, name_stranger
from aggregator.core.lint import Breach, Document, Member, Node
from aggregator.edges.published.json import keep_ids, read_json, read_json_quickly
from aggregator.edges.published.xml import read_fragment, read_xml


def read_document(body: bytes, charset: str = "") -> Document:
    """The document; one that cannot be read has the reason in the place of its root.

    `charset` is what the server calls it, which goes before what an XML
    document says itself (RFC 7303 section 3).
    """
    if words := name_stranger(body):
        return Document(Breach("NotAFeed", words, 1, 1), len(body))
    return read_json(body) if _is_json(body) else read_xml(body, charset)


def read_whole(body: bytes) -> Document:
    """The document, whatever its size, without places in JSON."""
    return read_json_quickly(body, lambda value: value) if _is_json(body) else read_xml(body)


def skim_document(body: bytes) -> Document:
    """The document, whatever its size, of whose entries little is kept: they were judged before."""
    if words := name_stranger(body):
        return Document(Breach("NotAFeed", words, 1, 1), len(body))
    if _is_json(body):
        return read_json_quickly(body, keep_ids)
    return read_xml(body, entries=False)


def _is_json(body: bytes) -> bool:
    return find_start(body) in {b"{", b"["}


def read_entry(body: bytes, form: str) -> Node | Member | Breach:
    """One entry that is to stand in a document of a form, `atom`, `rss` or `json`."""
    if form == "json":
        return read_json_quickly(body, lambda value: value).root
    return read_fragment(body, form)
