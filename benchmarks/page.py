"""What a page of 200 stories costs and weighs, and its pictures for the docs.

    .venv/bin/python benchmarks/page.py [--stories 200] [--rounds 9] [--pictures DIR]

The stories are those of the authored day, again and again, each with its own
id; an excerpt is made of other words each time, so that gzip has its work.
Printed are milliseconds of CPU for making the page of values and for all
languages of its HTML, the first time (templates are read) and later, the
weight of each file, and in a Chromium, where there is one, the first paint.
"""

import argparse
import gzip
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.pages import Told, open_pages, render_day, repeat, tell_day

from aggregator.core.model import Output, Shown
from aggregator.edges.files import write_output
from aggregator.edges.page import render_assets

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_LETTERS = "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ"
_PICTURES = (
    ("day-desk", "2023/09/21/index.html", 1280, 1000, "light"),
    ("day-dark", "2023/09/21/index.ru.html", 1280, 1000, "dark"),
    ("day-phone", "2023/09/21/index.hy.html", 390, 844, "light"),
    ("archive-phone", "days/index.html", 390, 844, "dark"),
)


def shorten(shown: Shown, dice: random.Random) -> Shown:
    """The story as an excerpt of forty words."""
    words = " ".join("".join(dice.choices(_LETTERS, k=dice.randint(2, 11))) for _ in range(40))
    return replace(shown, html=f'<p><a href="{shown.link}">Source</a>. {words}</p>', also=())


def measure(told: Told, stories: tuple[Shown, ...], rounds: int) -> tuple[Output, ...]:
    """Print what a page costs; its files."""
    costs = []
    for _ in range(rounds):
        begun = time.process_time()
        outputs = render_day(told, stories).outputs
        costs.append(1000 * (time.process_time() - begun))
    first, later = costs[0], statistics.median(costs[1:] or costs)
    print(
        f"{len(stories)} stories, all languages: first {first:.0f} ms, later {later:.0f} ms of CPU"
    )
    for output in outputs:
        packed = len(gzip.compress(output.body))
        print(f"  {output.path}: {len(output.body):,} bytes, {packed:,} as transferred")
    return outputs


def time_paint(browser: "Browser", outputs: tuple[Output, ...]) -> None:
    """Print when the first words of the page are painted, from a disk."""
    with tempfile.TemporaryDirectory() as name:
        for output in (*outputs, *render_assets().outputs):
            write_output(Path(name), output)
        page = browser.new_page()
        page.goto((Path(name) / outputs[0].path).as_uri())
        paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
        painted = page.wait_for_function(paint).json_value()
        print(f"first paint: {painted:.0f} ms")


def take_pictures(browser: "Browser", folder: Path) -> None:
    """Write the pictures of the docs."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_pages() as pages:
        for name, path, width, height, scheme in _PICTURES:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            page.goto((pages / path).as_uri())
            page.screenshot(path=folder / f"{name}.png")
            context.close()


@contextmanager
def open_browser() -> Iterator["Browser | None"]:
    """The Chromium of this machine, None where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        print("no Chromium here: apt install chromium")
        yield None
        return
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of the dev group

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def main() -> None:
    """Measure, and take the pictures where a folder is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stories", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    told, dice = tell_day(), random.Random(1)  # noqa: S311 - no secret
    stories = tuple(shorten(one, dice) for one in repeat(told.shown, given.stories))
    outputs = measure(told, stories, given.rounds)
    with open_browser() as browser:
        if browser is not None:
            time_paint(browser, outputs)
            if given.pictures:
                take_pictures(browser, given.pictures)


if __name__ == "__main__":
    main()
