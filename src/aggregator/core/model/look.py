"""What the page of a published report answered when it was asked whether it is still there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Answer(StrEnum):
    """The closed set of what a page's answer means, in the words `status` shows."""

    PRESENT = "present"
    GONE = "gone"
    BARRED = "barred"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Look:
    """The last look at a report's page.

    `since` is the first of the removals in a row (gone or barred); answers that
    say nothing do not break the row. None where the page is not removed.
    """

    at: datetime
    answer: Answer
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a report in the live feed; `look` is None where it was never asked."""

    key: str
    link: str
    title: str
    first_seen: datetime
    look: Look | None = None
