"""Rules: which reports are taken, which stories stand in a feed, how folders of feeds are named.

`keys` compares a report key by key, `judging` joins keys to a verdict,
`filtering` applies the filters, `barring` finds the sources of which they take
nothing, `feeds` is about stories, `folders` about names;
`wording` looks for words, `core.patterns` for regular expressions.
"""

from aggregator.core.rules.barring import list_barred
from aggregator.core.rules.feeds import (
    find_expiry,
    judge_story,
    list_feeds,
    list_stories,
    matches_story,
)
from aggregator.core.rules.filtering import Filtered, filter_reports, find_left_out
from aggregator.core.rules.folders import folder_name, language_folder
from aggregator.core.rules.judging import Verdict, explain, judge, takes
from aggregator.core.rules.keys import speaks

__all__ = [
    "Filtered",
    "Verdict",
    "explain",
    "filter_reports",
    "find_expiry",
    "find_left_out",
    "folder_name",
    "judge",
    "judge_story",
    "language_folder",
    "list_barred",
    "list_feeds",
    "list_stories",
    "matches_story",
    "speaks",
    "takes",
]
