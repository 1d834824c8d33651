"""Bytes of any format -> a document; what they are is told by how they begin."""

from aggregator.core.lint import Breach, Document, Member, Node
from aggregator.edges.published.json import read_json
from aggregator.edges.published.xml import read_fragment, read_xml

LARGEST = 5_000_000
"""Bytes that are read: the W3C's validator refuses more."""


def read_document(body: bytes, largest: int | None = LARGEST) -> Document:
    """The document; one that cannot be read has the reason in the place of its root."""
    if largest is not None and len(body) > largest:
        words = (
            f"it has {len(body):,} bytes, more than the {largest:,} that validators"
            " and some readers take; publish fewer or shorter entries"
        )
        return Document(Breach("ValidatorLimit", words, 1, 1), len(body))
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return read_json(body) if start in {b"{", b"["} else read_xml(body)


def read_entry(body: bytes, form: str) -> Node | Member | Breach:
    """One entry that is to stand in a document of a form, `atom`, `rss` or `json`."""
    return read_json(body).root if form == "json" else read_fragment(body, form)
