"""Stories and editions as Atom, RSS and JSON Feed: feedgen, and lxml for what it cannot say.

One story at a time goes through feedgen; a document is a head, the finished
fragments, a tail. So a bad story costs itself, never the file.
"""

from aggregator.edges.render.documents import (
    Fragments,
    Unrenderable,
    render_feeds,
    render_story,
)
from aggregator.edges.render.found import MEDIA_TYPE as FOUND
from aggregator.edges.render.found import render_found, render_problem

__all__ = [
    "FOUND",
    "Fragments",
    "Unrenderable",
    "render_feeds",
    "render_found",
    "render_problem",
    "render_story",
]
