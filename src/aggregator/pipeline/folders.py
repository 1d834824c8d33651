"""Feeds beside the Day newsfeed: those of sources, tags and languages, and those by rule."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from aggregator.core import reuse
from aggregator.core.edition import make_folder
from aggregator.core.folders import Folder, find_touched, list_folders
from aggregator.core.model import Order, Output, Story
from aggregator.core.model.outline import Outline
from aggregator.core.page import Place
from aggregator.core.page.framing import FOLDERS
from aggregator.core.rules import find_expiry, list_stories
from aggregator.core.settings import NewsfeedSettings
from aggregator.core.stories import lead_from, lead_in
from aggregator.core.websub import find_hub
from aggregator.edges.files import remove_folder
from aggregator.edges.opml import write_feeds
from aggregator.edges.render import render_feeds
from aggregator.pipeline.choosing import Made, Maker
from aggregator.pipeline.editions import Desk, retell
from aggregator.pipeline.news import News
from aggregator.pipeline.paging import Site
from aggregator.pipeline.writing import Sheets

_MOST = 20
"""Folders made in one publishing; what is left is made by the next one."""
_MOST_LOOKED_AT = 10
"""Times its stories: so many of the newest are looked at when a feed by rule is first made."""


@dataclass(slots=True)
class Shelves:
    """The folders of one publishing: those to be made, those to leave, when one changes by time."""

    folders: tuple[Folder, ...]
    due: list[str]
    gone: tuple[str, ...] = ()
    expires: list[datetime] = field(default_factory=list)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where they are, for menus."""
        return tuple(Place(one.kind, one.name, one.path) for one in self.folders)


def open_shelves(desk: Desk, some: Sequence[Story], orders: Sequence[Order], news: News) -> Shelves:
    """The folders, those to be made anew for these stories and orders, and those left over."""
    folders = list_folders(desk.config, desk.store.days.list_languages())
    known = set(json.loads(desk.store.days.read_note("folders") or "[]"))
    now = {one.path for one in folders}
    fresh = [one for one in some if any(each.entry.name in news.names for each in one.members)]
    touched = find_touched(folders, fresh)
    if news.is_reset or news.terms or orders:
        touched = now
    waiting = set(json.loads(desk.store.days.read_note("folders due") or "[]"))
    ends = _read_ends(desk)
    touched |= {path for path, at in ends.items() if at <= desk.now}
    due = (touched | waiting | (now - known)) & now
    order = {one.path: number for number, one in enumerate(folders)}
    return Shelves(folders, sorted(due, key=order.__getitem__), tuple(sorted(known - now)))


def note_due(shelves: Shelves) -> tuple[tuple[str, str], ...]:
    """What the ledger notes of folders before any is made."""
    every = {*(one.path for one in shelves.folders), *shelves.gone}
    return ("folders", json.dumps(sorted(every))), ("folders due", json.dumps(shelves.due))


def print_folders(desk: Desk, shelves: Shelves, sheets: Sheets, site: Site) -> bool:
    """Make the files of the folders that are due; whether some are left.

    Those of folders that the configuration no longer asks for are removed.
    """
    for path in shelves.gone:
        remove_folder(sheets.folder, path)
    by_path = {one.path: one for one in shelves.folders}
    now, later = shelves.due[:_MOST], shelves.due[_MOST:]
    ends = {path: at for path, at in _read_ends(desk).items() if path not in now}
    found = {path: _find_stories(desk, by_path[path]) for path in now}
    told = retell(desk, {one for ids in found.values() for one in ids})
    led = Maker(desk.config.newsfeed, desk.now, desk.known)
    left = set(now)
    for path in now:
        stories = [told[one] for one in found[path] if one in told]
        with sheets.going_on():
            end = _print(desk, by_path[path], stories, led, sheets, site)
            ends |= {path: end} if end else {}
            left.discard(path)
    notes = {
        "folders": json.dumps(sorted(by_path)),
        "folders due": json.dumps([*later, *sorted(left)]),
        "folders end": json.dumps({path: at.isoformat() for path, at in sorted(ends.items())}),
    }
    desk.store.days.note_made((), tuple(notes.items()))
    shelves.expires.extend(ends.values())
    return bool(later)


def _read_ends(desk: Desk) -> Mapping[str, datetime]:
    """When a story becomes too old for a feed, by its path."""
    known = json.loads(desk.store.days.read_note("folders end") or "{}")
    return {path: datetime.fromisoformat(at) for path, at in known.items()}


def _find_stories(desk: Desk, folder: Folder) -> list[str]:
    """The ids of the stories that may stand in a folder, the newest first."""
    items = desk.config.newsfeed.items
    if folder.sources is None and folder.language is None:
        items = _MOST_LOOKED_AT * (folder.rule.items or items)
    return desk.store.days.list_newest(items, folder.sources, folder.language)


def _print(
    desk: Desk,
    folder: Folder,
    told: Iterable[Story],
    led: Maker,
    sheets: Sheets,
    site: Site,
) -> datetime | None:
    """Make a folder's files; when the next of its stories becomes too old for it."""
    newsfeed = desk.config.newsfeed
    ordered = sorted(told, key=lambda story: (story.sort_at, story.id), reverse=True)
    wanted = list_stories(folder.rule, ordered, desk.now)
    pairs = list(_make(desk, folder, wanted, led))[: folder.rule.items or newsfeed.items]
    stories, made = [story for story, _ in pairs], [made for _, made in pairs]
    edition = make_folder(folder.path, folder.name, stories, newsfeed, desk.feed_id, desk.born)
    edition = replace(edition, hub=find_hub(desk.config))
    outputs = render_feeds(edition, [one.fragments for one in made])
    pages = site.make(folder.kind, edition, stories, [one.shown for one in made], name=folder.name)
    name = folder.path.strip("/").replace("/", ".")
    sheets.print(edition, outputs, [one.owed for one in made], name, pages)
    return find_expiry(folder.rule, stories, desk.now)


def _make(
    desk: Desk, folder: Folder, stories: Iterable[Story], led: Maker
) -> Iterator[tuple[Story, Made]]:
    """Each story that may be shown, led by a report of the folder's own language or source."""
    is_held = partial(reuse.is_held, known=desk.known, now=desk.now)
    for story in stories:
        wanted = story
        if folder.language is not None:
            wanted = lead_in(story, folder.language, is_held)
        elif folder.sources is not None and len(folder.sources) == 1:
            wanted = lead_from(story, folder.sources[0], is_held)
        shown = None if wanted is story else led.make(wanted)
        if shown is not None:
            yield shown, led.made[shown.id]
        elif shown := desk.chosen.maker.make(story):
            yield shown, desk.chosen.maker.made[shown.id]


def find_expiries(shelves: Shelves, now: datetime) -> Collection[datetime]:
    """When folders change by time alone."""
    return [at for at in shelves.expires if at > now]


def list_all_feeds(newsfeed: NewsfeedSettings, shelves: Shelves) -> Output:
    """OPML of everything there is to subscribe to."""
    base = newsfeed.base_url
    whole = Outline(f"{base}atom.xml", newsfeed.title, base, newsfeed.language)
    rest = (
        Outline(f"{base}{one.path}atom.xml", one.name, f"{base}{one.path}", one.language)
        for one in shelves.folders
    )
    kinds = {f"{base}{one.path}atom.xml": FOLDERS[one.kind].rstrip("/") for one in shelves.folders}
    body = write_feeds([whole, *rest], newsfeed.title, lambda one: kinds.get(one.url, ""))
    return Output("opml.xml", "text/x-opml+xml", body)
