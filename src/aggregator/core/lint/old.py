"""RSS 1.0 and 0.90, which are RDF: they are known, and nothing of them is judged."""

from aggregator.core.lint.findings import of_whole
from aggregator.core.lint.values import Finding, Node

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
_VERSIONS = {
    "{http://purl.org/rss/1.0/}": "1.0",
    "{http://my.netscape.com/rdf/simple/0.9/}": "0.90",
}


def check_rdf(root: Node) -> Finding | None:
    """The finding that a document is an RSS of RDF; None for others."""
    if root.name != _RDF:
        return None
    names = [child.name.rpartition("}") for child in root.children]
    found = [_VERSIONS[uri + "}"] for uri, _, _ in names if f"{uri}}}" in _VERSIONS]
    if not found:
        return None
    words = f"it is RSS {found[0]}, which readers know and this command does not judge"
    return of_whole("OtherFormat", f"{words}; nothing was judged; write RSS 2.0 or Atom", "RDF")
