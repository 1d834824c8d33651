"""Where something stands in the file, and what is wrong there."""

from dataclasses import dataclass

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands; both count from 1. `file` is "" for the main file."""

    line: int = 1
    column: int = 1
    file: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong at a place, and what to do."""

    place: Place
    text: str


class Unreadable(Exception):  # noqa: N818  never leaves the package
    """The text is no YAML at all: holds the one mistake."""

    def __init__(self, place: Place, text: str) -> None:
        """Keep the mistake."""
        super().__init__(text)
        self.mistake = Mistake(place, text)
