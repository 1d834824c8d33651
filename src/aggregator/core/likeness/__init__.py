"""How alike two different reports are, and which of many are worth comparing.

`traits` says what of a report is compared (`proper` the names, `tolls` the numbers
that may grow), `rarity` and `common` what each piece says, `weighing` what all of
it makes, `contrast` what speaks against it, `window` finds the candidates, `telling` says
why it does not count, `meaning` what sentence vectors add where there are some, `doubts`
which reports want one.
"""

from aggregator.core.likeness.doubts import DOUBT, list_doubtful
from aggregator.core.likeness.meaning import Key, name_wording, read_wording
from aggregator.core.likeness.telling import Compared
from aggregator.core.likeness.traits import Traits, read_traits
from aggregator.core.likeness.weighing import ENOUGH, Likeness, weigh
from aggregator.core.likeness.window import DAYS, MOST, Window

__all__ = [
    "DAYS",
    "DOUBT",
    "ENOUGH",
    "MOST",
    "Compared",
    "Key",
    "Likeness",
    "Traits",
    "Window",
    "list_doubtful",
    "name_wording",
    "read_traits",
    "read_wording",
    "weigh",
]
