"""Namespaces by the prefix that everybody gives them."""

from functools import lru_cache

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
XHTML = "http://www.w3.org/1999/xhtml"

PREFIXES = {
    ATOM: "atom",
    XML: "xml",
    XHTML: "xhtml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/atompub/tombstones/1.0": "at",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html": "creativeCommons",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "https://rslstandard.org/rsl": "rsl",
}

WRONG = {
    "http://purl.org/atom/ns#": f"Atom 0.3 ended in 2005; use {ATOM}",
    "http://www.w3.org/2005/atom": f"namespaces tell case apart; use {ATOM}",
    "https://www.w3.org/2005/Atom": f"a namespace is a name, not an address; use {ATOM}",
    f"{ATOM}/": f"it ends with a slash too many; use {ATOM}",
    "http://search.yahoo.com/mrss": "its last slash is missing; use http://search.yahoo.com/mrss/",
    "http://backend.userland.com/rss2": "RSS 2.0 has no namespace; remove it",
    "http://blogs.law.harvard.edu/tech/rss": "RSS 2.0 has no namespace; remove it",
}
"""Namespaces that readers do not know although their elements look right, and what to use."""


@lru_cache(maxsize=1024)
def name_element(expanded: str) -> str:
    """The name with its usual prefix, of a name as expat gives it: `uri local` or `local`."""
    uri, _, local = expanded.rpartition(" ")
    if not uri:
        return local
    prefix = PREFIXES.get(uri)
    return f"{prefix}:{local}" if prefix else f"{{{uri}}}{local}"
