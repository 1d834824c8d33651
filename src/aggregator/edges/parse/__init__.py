"""Bytes of an RSS, RDF or Atom document -> `ParsedFeed`, in a process that can be killed.

feedparser never leaves this room, and nothing is judged here: dates stay the
strings they were, HTML is not cleaned, identity and policy are the core's.
`ParsePool` has bodies read in processes that run `run_worker`; `read_feed` is
the reading itself.
"""

from aggregator.edges.parse.frames import PageTask, RobotsTask, Task, Work
from aggregator.edges.parse.pool import ParsePool
from aggregator.edges.parse.read import parser_version, read_feed
from aggregator.edges.parse.worker import run_worker

__all__ = [
    "PageTask",
    "ParsePool",
    "RobotsTask",
    "Task",
    "Work",
    "parser_version",
    "read_feed",
    "run_worker",
]
