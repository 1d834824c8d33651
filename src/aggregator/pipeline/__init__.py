"""The conductor: straight lines from source to store and from store to file.

It joins the edges and the core and has no rules of its own. `poll` and
`publish` do it once; `Rounds` and `Press` go on for as long as a daemon lives.
"""

from aggregator.pipeline.poll import find_due, poll
from aggregator.pipeline.press import Press, Pressed
from aggregator.pipeline.publish import Published, publish, publish_all
from aggregator.pipeline.rounds import Rounds
from aggregator.pipeline.tools import Fetches, PageTools, Polled, Reads, Tools

__all__ = [
    "Fetches",
    "PageTools",
    "Polled",
    "Press",
    "Pressed",
    "Published",
    "Reads",
    "Rounds",
    "Tools",
    "find_due",
    "poll",
    "publish",
    "publish_all",
]
