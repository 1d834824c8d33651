"""Whether a report is in the live feed, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from aggregator.core.model import Author, Held, Order, Story


class Place(StrEnum):
    """Where a report stands; the closed set."""

    SHOWN = "in the live feed"
    TAKEN_DOWN = "taken down"
    NOT_CONFIGURED = "source not configured"
    LEFT_OUT = "left out by filters"
    HELD = "held back"
    PASSED_OVER = "passed over"
    OLDER = "older than the live feed"


@dataclass(frozen=True, slots=True)
class Page:
    """What a publishing now would make: the stories shown, held back, passed over for their source.

    `items` is how many stories the live feed takes, `most` how many of one source.
    """

    shown: tuple[Story, ...] = ()
    held: tuple[Held, ...] = ()
    passed_over: tuple[Story, ...] = ()
    items: int = 0
    most: int = 0


def find_place(
    story: Story | None, orders: Sequence[Order], page: Page, left_out: str, *, is_known: bool
) -> tuple[Place, str]:
    """Where a report stands, and why; `is_known` says that its source is configured.

    `left_out` says what of it the filters do not take, "" where they take it.
    """
    if orders:
        return Place.TAKEN_DOWN, "; ".join(_say_order(order) for order in orders)
    if not is_known:
        return Place.NOT_CONFIGURED, "nobody states its source's terms any more"
    if left_out:
        return Place.LEFT_OUT, left_out
    return _find_of_story(story, page) if story else (Place.OLDER, _say_older(page))


_BY = {
    Author.OPERATOR: "by an operator",
    Author.SOURCE: "withdrawn by its source",
    Author.PAGE: "its page answers that it is removed",
}


def _say_order(order: Order) -> str:
    reason = f": {order.reason}" if order.reason else ""
    return f"{_BY[order.by]}, since {order.at.isoformat(timespec='minutes')}{reason}"


def _find_of_story(story: Story, page: Page) -> tuple[Place, str]:
    ids = [one.id for one in page.shown]
    if story.id in ids:
        return Place.SHOWN, f"story {ids.index(story.id) + 1} of {len(ids)}"
    lead = story.lead.entry
    for held in page.held:
        if (held.source_id, held.key) == lead.name:
            return Place.HELD, held.why
    if any(one.id == story.id for one in page.passed_over):
        why = f"{lead.source_id} has its {page.most} of {page.items} stories (newsfeed.max_share)"
        return Place.PASSED_OVER, f"{why}, and others have stories for the rest"
    return Place.OLDER, _say_older(page)


def _say_older(page: Page) -> str:
    return f"not among the newest {page.items} stories (newsfeed.items)"
