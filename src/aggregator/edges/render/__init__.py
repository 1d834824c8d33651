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

__all__ = ["Fragments", "Unrenderable", "render_feeds", "render_story"]
