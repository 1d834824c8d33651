"""The values that flow through a poll and a publishing, all frozen.

`Source + FetchState -> FetchResult -> ParsedFeed -> Entry* -> Decision`, then
`Entry* -> Story* -> Edition -> Output`. Times are aware and in UTC.
"""

from aggregator.core.model.article import Article, ArticlePage, Line, Outcome, Permission
from aggregator.core.model.day import Day
from aggregator.core.model.entry import Entry, Person, SourceRef
from aggregator.core.model.feed import (
    Enclosure,
    FeedHead,
    Markup,
    ParsedFeed,
    ParseFailed,
    ParseResult,
    PollHints,
    Problem,
    RawItem,
)
from aggregator.core.model.fetch import (
    Failed,
    Failure,
    Fetched,
    FetchResult,
    FetchState,
    Hop,
    Move,
    NotModified,
    Rhythm,
)
from aggregator.core.model.look import Answer, Look, Page
from aggregator.core.model.order import Act, Author, Grave, Match, Order, Withdrawn
from aggregator.core.model.poll import Change, Changes, Decision, Held, Ledger, Stale
from aggregator.core.model.rule import Condition, Rule
from aggregator.core.model.source import LinkPlace, Mode, Reuse, Source
from aggregator.core.model.story import Also, Edition, Output, Report, Shown, Story
from aggregator.core.model.tally import Tally
from aggregator.core.model.version import Version

__all__ = [
    "Act",
    "Also",
    "Answer",
    "Article",
    "ArticlePage",
    "Author",
    "Change",
    "Changes",
    "Condition",
    "Day",
    "Decision",
    "Edition",
    "Enclosure",
    "Entry",
    "Failed",
    "Failure",
    "FeedHead",
    "FetchResult",
    "FetchState",
    "Fetched",
    "Grave",
    "Held",
    "Hop",
    "Ledger",
    "Line",
    "LinkPlace",
    "Look",
    "Markup",
    "Match",
    "Mode",
    "Move",
    "NotModified",
    "Order",
    "Outcome",
    "Output",
    "Page",
    "ParseFailed",
    "ParseResult",
    "ParsedFeed",
    "Permission",
    "Person",
    "PollHints",
    "Problem",
    "RawItem",
    "Report",
    "Reuse",
    "Rhythm",
    "Rule",
    "Shown",
    "Source",
    "SourceRef",
    "Stale",
    "Story",
    "Tally",
    "Version",
    "Withdrawn",
]
