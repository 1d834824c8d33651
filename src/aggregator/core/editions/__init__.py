"""Day editions: which day a story stands in, when a day closes, what is made anew.

A story stands in the edition of the local day of its date, while that is open;
else of the day it was first seen, else of today. Editions are chained in the
order in which they were first published, and close in that order: each then
knows the one before it and the one behind it, and its bytes stay as they are.
See docs/decisions/0026-editions.md.
"""

from aggregator.core.editions.closing import CLOSED, close_days, find_next_close
from aggregator.core.editions.days import find_day, find_end, name_folder
from aggregator.core.editions.placing import Almanac, place
from aggregator.core.editions.terms import digest_terms, find_changed

__all__ = [
    "CLOSED",
    "Almanac",
    "close_days",
    "digest_terms",
    "find_changed",
    "find_day",
    "find_end",
    "find_next_close",
    "name_folder",
    "place",
]
