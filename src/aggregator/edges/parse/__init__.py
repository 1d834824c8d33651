"""Bytes of an RSS, RDF or Atom document -> `ParsedFeed`, in a process that can be killed.

feedparser never leaves this room, and nothing is judged here: dates stay the
strings they were, HTML is not cleaned, identity and policy are the core's.
`ParsePool.parse` is for the daemon; `read_feed` is the same reading in-process.
"""

from aggregator.edges.parse.pool import ParsePool
from aggregator.edges.parse.read import parser_version, read_feed

__all__ = ["ParsePool", "parser_version", "read_feed"]
