"""What a source's terms let us show of a story, and how its sources are credited.

Every text carries its source's name and link in its first passage, because
readers do not show Atom's `source`; mode, length, link, credit, notice, media
and times follow the source's terms, and those of the source that wrote the
report where another carried it.

`presets` names terms; `strictest` joins them; `standing` finds which hold now;
`naming` and `credit` say who is credited, `also` who else reported the event;
`showing` makes what is published.
"""

from aggregator.core.reuse.credit import Facts, fill
from aggregator.core.reuse.naming import find_homepage, name_source
from aggregator.core.reuse.pages import explain_off
from aggregator.core.reuse.presets import PRESETS
from aggregator.core.reuse.showing import (
    choose_body,
    choose_media,
    choose_title,
    explain_hold,
    is_held,
    present,
)
from aggregator.core.reuse.standing import (
    Standing,
    find_next_change,
    find_release,
    hold,
    judge,
    read_terms,
)
from aggregator.core.reuse.strictest import end, strictest

__all__ = [
    "PRESETS",
    "Facts",
    "Standing",
    "choose_body",
    "choose_media",
    "choose_title",
    "end",
    "explain_hold",
    "explain_off",
    "fill",
    "find_homepage",
    "find_next_change",
    "find_release",
    "hold",
    "is_held",
    "judge",
    "name_source",
    "present",
    "read_terms",
    "strictest",
]
