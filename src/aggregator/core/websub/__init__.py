"""WebSub (W3C Recommendation of 23 January 2018): what a hub decides, as values.

`naming` says which hub the feeds name.
It asks nobody and stores nothing: `edges/hub` speaks HTTP, `pipeline/hubbing` joins.
"""

from aggregator.core.websub.naming import BUILTIN, find_hub, find_links, is_topic_path, write_links

__all__ = ["BUILTIN", "find_hub", "find_links", "is_topic_path", "write_links"]
