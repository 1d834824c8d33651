"""The authored day as its stories are shown, and a published folder of pages made of it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from aggregator.core.edition import make_live
from aggregator.core.model import Edition, Shown, Story
from aggregator.core.page import (
    Around,
    Hit,
    Kind,
    Place,
    Question,
    make_archive,
    make_page,
    make_results,
)
from aggregator.core.reuse import present
from aggregator.core.settings import NewsfeedSettings
from aggregator.edges.files import write_output
from aggregator.edges.page import (
    Rendered,
    render_archive,
    render_assets,
    render_page,
    render_results,
)
from aggregator.pipeline.publish import remember_prefix
from aggregator.pipeline.selecting import select
from tests.day import POLLS, load_day
from tests.edges.loopback import serve
from tests.newsroom import Newsroom, open_newsroom

DAY = date(2023, 9, 21)
NEWSFEED = NewsfeedSettings(base_url="https://news.example.org/", timezone="Asia/Yerevan")
DAYS = frozenset(DAY - timedelta(days=number) for number in (0, 1, 2, 5, 9, 30))
PLACES = (
    Place(Kind.SOURCE, "Azatutyun", "sources/azatutyun-en/"),
    Place(Kind.SOURCE, "Aravot", "sources/aravot-hy/"),
    Place(Kind.TAG, "Armenia", "tags/armenia/"),
    Place(Kind.LANGUAGE, "hy", "languages/hy/"),
)
_SECTIONS = {
    "Armenia": ("azatutyun", "aravot", "yerevan", "ararat"),
    "South Caucasus": ("caucasus", "kavkaz", "eurasia"),
    "World": ("world",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The stories of the day as they are shown, newest first, and their edition."""

    edition: Edition
    shown: tuple[Shown, ...]
    tags: Mapping[str, str]


@cache
def tell_day() -> Told:
    """The authored day after its last poll, by the real pipeline; polled once in a process."""
    played = load_day()
    with (
        TemporaryDirectory() as folder,
        serve(played.serve) as home,
        open_newsroom(Path(folder), played.name_sources(home)) as room,
    ):
        for name in POLLS:
            played.poll = name
            room.now = played.tell_time()
            room.poll(force=True)
            room.publish()
        return _tell(room)


def _tell(room: Newsroom) -> Told:
    prefix = remember_prefix(room.store, room.config, room.now)
    chosen = select(room.config, room.store, prefix, room.now)
    zone = NEWSFEED.timezone
    shown = [present(story, zone, room.now, "en", chosen.known) for story in chosen.stories]
    edition = make_live(chosen.stories, NEWSFEED, "tag:news.example.org,2023:day", room.now)
    kept = tuple(one for one in shown if isinstance(one, Shown))
    return Told(edition, kept, {story.id: _choose_section(story) for story in chosen.stories})


def _choose_section(story: Story) -> str:
    """A section by the source: the day's own tags are one for all."""
    name = story.lead.source.id.partition("-")[0]
    return next((section for section, names in _SECTIONS.items() if name in names), "")


def render_day(told: Told, shown: tuple[Shown, ...] | None = None) -> Rendered:
    """The page of the day's edition."""
    around = Around(
        "2023/09/21/", day=DAY, previous=DAY - timedelta(days=1), days=DAYS, has_search=True
    )
    stories = told.shown if shown is None else shown
    return render_page(make_page(Kind.DAY, told.edition, stories, NEWSFEED, told.tags, around))


def repeat(shown: Sequence[Shown], count: int) -> tuple[Shown, ...]:
    """As many stories as asked for, each with an id of its own."""
    given = islice(cycle(shown), count)
    return tuple(replace(one, id=f"{one.id}#{number}") for number, one in enumerate(given))


def write_pages(folder: Path) -> None:
    """A published folder: the live page, two days, a tag's, the archive, what a search found."""
    told = tell_day()
    root = Around(days=DAYS, places=PLACES, has_search=True)
    before = Around(
        "2023/09/20/", day=DAY - timedelta(days=1), following=DAY, days=DAYS, is_open=False
    )
    tag = replace(root, folder="tags/armenia/", name="Armenia")
    of_tag = [one for one in told.shown if told.tags[one.id] == "Armenia"]
    made = [
        render_page(make_page(Kind.LIVE, told.edition, told.shown, NEWSFEED, told.tags, root)),
        render_day(told),
        render_page(make_page(Kind.DAY, told.edition, (), NEWSFEED, told.tags, before)),
        render_page(make_page(Kind.TAG, told.edition, of_tag, NEWSFEED, told.tags, tag)),
        render_archive(make_archive(NEWSFEED, replace(root, folder="days/"))),
    ]
    for rendered in made:
        assert rendered.problem is None
        for output in rendered.outputs:
            write_output(folder, output)
    for output in render_assets().outputs:
        write_output(folder, output)


def render_search(told: Told, query: str, language: str = "en", number: int = 1) -> bytes:
    """What a search for these words would answer."""
    hits = [
        Hit(one.id, one.title, one.link, one.published, one.source.title, one.html, one.language)
        for one in told.shown[:5]
    ]
    around = Around(days=DAYS, has_search=True)
    found = make_results(Question(query, 45, number), hits, NEWSFEED, around)
    return render_results(found, language).outputs[0].body


@contextmanager
def open_pages() -> Iterator[Path]:
    """The folder while the block runs."""
    with TemporaryDirectory() as name:
        write_pages(Path(name))
        yield Path(name)
