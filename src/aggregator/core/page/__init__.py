"""The web page as values: what stands on it, in which order, with which links; no HTML of ours.

`edges.page` makes the bytes. Links are relative, so that the published folder
can be served from any path, and name `index.html`, so that it also works from
a disk and from storage that knows no folders.
"""

from aggregator.core.page.archive import make_archive, make_listing
from aggregator.core.page.dates import LANGUAGES, order_languages
from aggregator.core.page.making import make_page
from aggregator.core.page.results import Hit, Question, make_results
from aggregator.core.page.values import (
    Archive,
    Around,
    Calendar,
    Cell,
    Feed,
    Frame,
    Item,
    Kind,
    Link,
    Listing,
    Medium,
    Menu,
    Page,
    Place,
    Results,
    Section,
    Year,
)

__all__ = [
    "LANGUAGES",
    "Archive",
    "Around",
    "Calendar",
    "Cell",
    "Feed",
    "Frame",
    "Hit",
    "Item",
    "Kind",
    "Link",
    "Listing",
    "Medium",
    "Menu",
    "Page",
    "Place",
    "Question",
    "Results",
    "Section",
    "Year",
    "make_archive",
    "make_listing",
    "make_page",
    "make_results",
    "order_languages",
]
