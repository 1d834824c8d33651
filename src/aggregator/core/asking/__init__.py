"""Questions to the archive: what a reader's words ask for, and by what a story is found.

Pure: the index is looked into by `edges.store`. `spelling` makes alike what is
spelt differently, for stories and questions in the same way; `cards` are what
the index holds of a story; `reading` takes a reader's words for a question;
`parameters` those of an address; `excerpts` are the few words shown of a find.
"""

from aggregator.core.asking.cards import EVERY, Card, make_card, name_facet
from aggregator.core.asking.excerpts import make_excerpt
from aggregator.core.asking.parameters import (
    MOST,
    SIZE,
    Asked,
    Refusal,
    read_listing,
    read_search,
    write_next,
)
from aggregator.core.asking.reading import Facet, Query, Term, read_query
from aggregator.core.asking.spelling import VERSION

__all__ = [
    "EVERY",
    "MOST",
    "SIZE",
    "VERSION",
    "Asked",
    "Card",
    "Facet",
    "Query",
    "Refusal",
    "Term",
    "make_card",
    "make_excerpt",
    "name_facet",
    "read_listing",
    "read_query",
    "read_search",
    "write_next",
]
