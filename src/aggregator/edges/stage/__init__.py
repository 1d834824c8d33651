"""The authored news day, played over loopback: the product without an internet.

The day stands in a folder of its own: feeds and their answers poll by poll in
`manifest.json`, the newsroom that asks them in `sources.yaml`. Every report is
written for it, none is a recording. This room serves the day and asks nobody.
"""

from aggregator.edges.stage.day import FOLDER, SOURCES, Answer, Day, Feed, load_day
from aggregator.edges.stage.paths import real_url, stage_url
from aggregator.edges.stage.server import Stage, perform

__all__ = [
    "FOLDER",
    "SOURCES",
    "Answer",
    "Day",
    "Feed",
    "Stage",
    "load_day",
    "perform",
    "real_url",
    "stage_url",
]
