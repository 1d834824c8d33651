"""Golden outputs: the bytes of each format for editions of every shape."""

import json
from pathlib import Path

import pytest

from tests.edges.golden import FOLDER, list_golden, render_golden
from tests.edges.make import run_python
from tests.edges.reading import read_leniently, read_strictly

DIGESTS = """
import hashlib, locale
from tests.edges.golden import list_golden, render_golden
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
for folder in list_golden():
    for output in render_golden(folder):
        print(folder.name, output.path, hashlib.sha256(output.body).hexdigest())
"""


@pytest.mark.parametrize("folder", list_golden(), ids=lambda folder: folder.name)
def test_the_bytes_are_as_they_were(folder: Path) -> None:
    """A change of the output is meant, and seen in the review: see `tests/edges/golden.py`."""
    for output in render_golden(folder):
        assert output.body == (folder / output.path).read_bytes(), output.path


@pytest.mark.parametrize("folder", list_golden(), ids=lambda folder: folder.name)
def test_golden_documents_hold_what_their_input_says(folder: Path) -> None:
    """The same ids in each format, to readers that complain of nothing."""
    given = json.loads((folder / "input.json").read_text("utf-8"))["stories"]
    ids = [one["id"] for one in given]
    *documents, feed = render_golden(folder)
    for output in documents:
        read_strictly(output)
        assert [entry.id for entry in read_leniently(output).entries] == ids
    assert [item["id"] for item in json.loads(feed.body)["items"]] == ids


def test_there_are_many_shapes() -> None:
    """Every folder of the corpus is complete."""
    assert len(list_golden()) >= 12
    assert {path.name for path in FOLDER.glob("*/*")} == {
        "input.json", "atom.xml", "rss.xml", "feed.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "zone", "language"),
    [
        ("0", "UTC", "C"),
        ("1", "Asia/Yerevan", "C.UTF-8"),
        ("77", "America/St_Johns", "hy_AM.UTF-8"),
        ("random", "Pacific/Kiritimati", "de_DE.UTF-8"),
        ("4294967295", "Etc/GMT+12", "tr_TR.UTF-8"),
    ],
)
def test_the_bytes_are_the_same_on_every_machine(seed: str, zone: str, language: str) -> None:
    """Neither hash seed nor zone nor locale changes a byte of any shape."""
    settings = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language, "LANG": language}
    assert run_python(DIGESTS, **settings) == run_python(DIGESTS)
