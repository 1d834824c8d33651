"""Readers of published documents: bytes as trees with positions, for the core to judge.

XML is read with the standard library's expat, which is strict (XML 1.0,
namespaces), gives lines and columns, and asks nobody for anything.
"""

from aggregator.edges.published.documents import (
    read_document,
    read_entry,
    read_whole,
    skim_document,
)
from aggregator.edges.published.folder import list_feeds, read_file

__all__ = ["list_feeds", "read_document", "read_entry", "read_file", "read_whole", "skim_document"]
