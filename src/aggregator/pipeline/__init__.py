"""The conductor: straight lines from source to store and from store to file.

It joins the edges and the core and has no rules of its own.
"""

from aggregator.pipeline.poll import Polled, Tools, find_due, poll
from aggregator.pipeline.publish import Published, publish

__all__ = ["Polled", "Published", "Tools", "find_due", "poll", "publish"]
