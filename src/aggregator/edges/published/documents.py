"""Bytes of any format -> a document; what they are is told by how they begin."""

from aggregator.core.lint import Breach, Document, Member, Node
from aggregator.edges.published.json import keep_ids, read_json, read_json_quickly
from aggregator.edges.published.xml import read_fragment, read_xml

LARGEST = 5_000_000
"""Bytes that are read: the W3C's validator refuses more."""


def read_document(body: bytes) -> Document:
    """The document; one that cannot be read has the reason in the place of its root."""
    if len(body) > LARGEST:
        words = (
            f"it has {len(body):,} bytes, more than the {LARGEST:,} that validators"
            " and some readers take; publish fewer or shorter entries"
        )
        return Document(Breach("ValidatorLimit", words, 1, 1), len(body))
    return read_json(body) if _is_json(body) else read_xml(body)


def skim_document(body: bytes) -> Document:
    """The document, whatever its size, of whose entries little is kept: they were judged before."""
    if _is_json(body):
        return read_json_quickly(body, keep_ids)
    return read_xml(body, entries=False)


def _is_json(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def read_entry(body: bytes, form: str) -> Node | Member | Breach:
    """One entry that is to stand in a document of a form, `atom`, `rss` or `json`."""
    if form == "json":
        return read_json_quickly(body, lambda value: value).root
    return read_fragment(body, form)
