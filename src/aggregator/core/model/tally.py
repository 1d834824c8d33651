"""What the polls of a source came to within a few hours."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """Polls of a source counted from `at` on: with a body read, unchanged, failed; new reports."""

    source_id: str
    at: datetime
    ok: int = 0
    same: int = 0
    failed: int = 0
    new: int = 0
