"""What a report said before its source edited it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Version:
    """What readers saw of a report, (`source_id`, `key`), until an edit that was seen `at`.

    `text` is only its start; `digest` and `length`, in characters, are those of
    the whole text. `updated` and `changed` are the report's until then;
    `skipped` counts the edits after it of which nothing is kept.
    """

    source_id: str
    key: str
    at: datetime
    title: str = ""
    link: str | None = None
    text: str = ""
    digest: str = ""
    length: int = 0
    published: datetime | None = None
    updated: datetime | None = None
    changed: datetime | None = None
    authors: tuple[str, ...] = ()
    skipped: int = 0

    @property
    def name(self) -> tuple[str, str]:
        """The report's identity inside."""
        return self.source_id, self.key
