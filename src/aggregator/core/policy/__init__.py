"""When a source is asked next, and what one exchange with it means.

Pure: `(state, result, now) -> state`. Every rule of timing lives here; the
conductor only asks who is due. `judging` reads an answer, `bodies` says what of
it is remembered; `schedule` finds the next time from `rhythm` (what the source
is used to), `floors` (what its publisher asks for) and the back-off.
Figures: `docs/decisions/0004-polling.md` and `0011-when.md`.
"""

from aggregator.core.policy.bodies import (
    MACHINE_FAILURES,
    asks_conditionally,
    digest_body,
    is_same_body,
    is_whole,
    name_reading,
)
from aggregator.core.policy.floors import HINT_LIMIT, RETRY_AFTER_LIMIT
from aggregator.core.policy.judging import (
    adopt_address,
    claim,
    is_due,
    judge,
    learn_from,
    start_state,
)
from aggregator.core.policy.moves import follow_move, is_confirmed, is_same_feed, locate
from aggregator.core.policy.penalty import find_rest, find_rests, postpone
from aggregator.core.policy.rhythm import guess_interval, learn, measure_window
from aggregator.core.policy.schedule import JITTER, find_latest, schedule
from aggregator.core.policy.spans import say_span
from aggregator.core.policy.turns import (
    NEW_HOSTS_A_SECOND,
    count_a_minute,
    find_spacing,
    take_hosts,
    take_turns,
)

__all__ = [
    "HINT_LIMIT",
    "JITTER",
    "MACHINE_FAILURES",
    "NEW_HOSTS_A_SECOND",
    "RETRY_AFTER_LIMIT",
    "adopt_address",
    "asks_conditionally",
    "claim",
    "count_a_minute",
    "digest_body",
    "find_latest",
    "find_rest",
    "find_rests",
    "find_spacing",
    "follow_move",
    "guess_interval",
    "is_confirmed",
    "is_due",
    "is_same_body",
    "is_same_feed",
    "is_whole",
    "judge",
    "learn",
    "learn_from",
    "locate",
    "measure_window",
    "name_reading",
    "postpone",
    "say_span",
    "schedule",
    "start_state",
    "take_hosts",
    "take_turns",
]
