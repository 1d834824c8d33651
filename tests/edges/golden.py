"""Golden outputs: what is expected of `tests/corpus/golden/NAME/input.json` stands beside it.

    .venv/bin/python -m tests.edges.golden --update

writes the expected documents anew from what is rendered now; read the difference
(`git diff tests/corpus/golden`) before it is committed. Adding a folder with an
`input.json` and updating is adding a test.
"""

import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aggregator.core.model import Also, Edition, Enclosure, Output, Person, Shown, SourceRef
from aggregator.edges.render import render_feeds
from tests.edges.make import render_well

FOLDER = Path(__file__).parents[1] / "corpus" / "golden"


def list_golden() -> list[Path]:
    """Each folder of a golden edition."""
    return sorted(path.parent for path in FOLDER.glob("*/input.json"))


def render_golden(folder: Path) -> tuple[Output, ...]:
    """What is rendered now of the edition in this folder."""
    given = json.loads((folder / "input.json").read_text("utf-8"))
    edition = Edition(**{**given["edition"], "updated": _read_time(given["edition"]["updated"])})
    return render_feeds(edition, [render_well(read_shown(one)) for one in given["stories"]])


def read_shown(given: dict[str, Any]) -> Shown:
    """A story written as JSON under the names of the model."""
    readers: dict[str, Callable[[Any], Any]] = {
        "published": _read_time,
        "updated": _read_time,
        "source": lambda value: SourceRef(**value),
        "authors": lambda value: tuple(Person(**one) for one in value),
        "categories": tuple,
        "enclosures": lambda value: tuple(Enclosure(**one) for one in value),
        "carriers": lambda value: tuple(map(tuple, value)),
        "also": lambda value: tuple(
            Also(**{**one, "published": _read_time(one["published"])}) for one in value
        ),
        "via": tuple,
    }
    fields: dict[str, Any] = {
        name: readers[name](value) if name in readers else value for name, value in given.items()
    }
    return Shown(**fields)


def _read_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def main() -> None:
    """Write every expected document anew."""
    if sys.argv[1:] != ["--update"]:
        raise SystemExit(__doc__)
    for folder in list_golden():
        for output in render_golden(folder):
            (folder / output.path).write_bytes(output.body)


if __name__ == "__main__":
    main()
