"""WebSub (W3C Recommendation of 23 January 2018): what a hub decides, as values.

`naming` says which hub the feeds name; `wishing` reads a request, `limits` says
how many are taken, `verifying` is the question to a callback, `delivering` who
is sent what and when again. It asks nobody and stores nothing: `edges/hub`
takes requests, `edges/fetch` asks callbacks, `pipeline/hubbing` joins.
"""

from aggregator.core.websub.delivering import is_due, judge, make_fields, sign
from aggregator.core.websub.limits import Limits, Questions, refuse_more, refuse_question
from aggregator.core.websub.naming import BUILTIN, find_hub, find_links, is_topic_path, write_links
from aggregator.core.websub.values import (
    Ended,
    Mode,
    Name,
    Ping,
    Refusal,
    Reply,
    Subscription,
    Wish,
)
from aggregator.core.websub.verifying import is_confirmed, make_denial, make_question
from aggregator.core.websub.wishing import find_topic_path, read_wish

__all__ = [
    "BUILTIN",
    "Ended",
    "Limits",
    "Mode",
    "Name",
    "Ping",
    "Questions",
    "Refusal",
    "Reply",
    "Subscription",
    "Wish",
    "find_hub",
    "find_links",
    "find_topic_path",
    "is_confirmed",
    "is_due",
    "is_topic_path",
    "judge",
    "make_denial",
    "make_fields",
    "make_question",
    "read_wish",
    "refuse_more",
    "refuse_question",
    "sign",
    "write_links",
]
