"""Three reports of a landslide: two are sure of each other, the third one words leave unsure."""

import random
from array import array

from aggregator.core.model import Report
from tests.core.make import NOW, make_entry, make_report, make_source

SIZE = 24
CROWD = 40


def make_vector(seed: int) -> bytes:
    """A vector in no particular direction, but for what all of a model have in common."""
    drawn = random.Random(seed)  # noqa: S311 - the same at every run
    return bytes(array("b", [90, *(drawn.randint(-30, 30) for _ in range(SIZE - 1))]))


def _make(name: str, title: str, text: str) -> Report:
    entry = make_entry("1", name, title=title, text=text, language="en", published=NOW)
    return make_report(entry, make_source(name))


STORY = (
    _make(
        "aa",
        "Landslide blocks road to Tatev",
        "A landslide closed the only road to Tatev on Monday, and rocks still fall.",
    ),
    _make(
        "bb",
        "Road to Tatev closed by landslide",
        "Tatev's road is closed after a landslide, the ministry said on Monday.",
    ),
)
LATE = _make(
    "cc",
    "Villagers wait for bulldozers",
    "Many families near Tatev have no road out since Monday because of a landslide.",
)


def make_others() -> list[Report]:
    """Reports that share nothing with them, nor with each other."""
    source = make_source("crowd")
    return [
        make_report(
            make_entry(
                f"n{n}", "crowd", title=f"Word{n} thing{n} of{n}", language="en", text=f"Text{n}."
            ),
            source,
        )
        for n in range(CROWD)
    ]
