"""Full texts from article pages: which pages are asked for, what of them is believed and shown.

`wanting` chooses the pages, `outcomes` names what came of each, `believing`
judges what one held, `crediting` finds whom it credits, `unfolding` puts it in the
summary's place, `telling` says how it stands in words. Asking is the pipeline's work.
"""

from aggregator.core.fulltext.believing import believe, give_up
from aggregator.core.fulltext.outcomes import ends_round, name_outcome, refuse_body
from aggregator.core.fulltext.telling import MISSING, say_pages
from aggregator.core.fulltext.unfolding import stands, unfold
from aggregator.core.fulltext.wanting import (
    MOST_LOOKED_AT,
    MOST_PAGES,
    choose_entries,
    is_summary,
    refuse_place,
)

__all__ = [
    "MISSING",
    "MOST_LOOKED_AT",
    "MOST_PAGES",
    "believe",
    "choose_entries",
    "ends_round",
    "give_up",
    "is_summary",
    "name_outcome",
    "refuse_body",
    "refuse_place",
    "say_pages",
    "stands",
    "unfold",
]
