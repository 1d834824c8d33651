"""Stories as a page: in sections, with the ways to other days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from aggregator.core.editions import name_folder
from aggregator.core.model import Edition, Shown
from aggregator.core.page.dates import localise
from aggregator.core.page.folding import LONG, count_words
from aggregator.core.page.framing import make_frame
from aggregator.core.page.items import make_item
from aggregator.core.page.month import link_day, make_calendar
from aggregator.core.page.values import Around, Item, Kind, Page, Section
from aggregator.core.settings import NewsfeedSettings


def make_page(
    kind: Kind,
    edition: Edition,
    shown: Sequence[Shown],
    newsfeed: NewsfeedSettings,
    tags: Mapping[str, str],
    around: Around,
) -> Page:
    """The page of these stories, in their order; `tags` gives each story's section, by its id.

    A day is parted by tags, everything else by days, or by tags where all is of
    one day. A page whose stories are of one tag has no sections.
    """
    items = [make_item(one, newsfeed.timezone) for one in shown]
    newest = max((item.at.date() for item in items), default=None)
    updated = localise(edition.updated, newsfeed.timezone) if items else None
    is_reserved = any(item.is_reserved for item in items)
    return Page(
        frame=make_frame(
            kind, newsfeed, around, robots=write_robots(items), is_reserved=is_reserved
        ),
        sections=tuple(_part(items, tags, around)),
        count=len(items),
        sources=len({item.source for item in items}),
        name=around.name,
        day=around.day,
        is_open=around.is_open,
        updated=updated,
        previous=link_day(around.previous, around.root),
        following=link_day(around.following, around.root),
        calendar=make_calendar(around, newest),
    )


def write_robots(items: Sequence[Item]) -> str:
    """What search engines are told: not to index texts that are another's, shown at length.

    An excerpt with its link leads readers to its source; a whole text would
    compete with it. Links are followed all the same.
    """
    is_long = any(count_words(item.lead + item.rest) > LONG for item in items)
    words = ["noindex"] if is_long else []
    words += ["noai", "noimageai"] if any(item.is_reserved for item in items) else []
    return ", ".join(words)


def _part(items: Sequence[Item], tags: Mapping[str, str], around: Around) -> Iterator[Section]:
    if not items:
        return
    days = dict.fromkeys(item.at.date() for item in items)
    if around.day is None and len(days) > 1:
        yield from (_make_day(day, items, around) for day in days)
        return
    names = {item.id: tags.get(item.id, "") for item in items}
    order = _order_tags(names.values())
    if len(order) < 2:  # noqa: PLR2004 - one tag for all says nothing
        yield Section("stories", tuple(items))
        return
    for number, name in enumerate(order, 1):
        kept = tuple(item for item in items if names[item.id] == name)
        yield Section(f"section-{number}", kept, name, link=_find_folder(name, around))


def _make_day(day: date, items: Sequence[Item], around: Around) -> Section:
    kept = tuple(item for item in items if item.at.date() == day)
    link = around.root + name_folder(day) if day in around.days else None
    return Section(f"day-{day.isoformat()}", kept, day=day, link=link)


def _order_tags(names: Iterable[str]) -> list[str]:
    """The tags by their number of stories, then by name; those without one come last."""
    counted: dict[str, int] = {}
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    return sorted(counted, key=lambda name: (not name, -counted[name], name))


def _find_folder(name: str, around: Around) -> str | None:
    """The folder of a tag, where there is one."""
    found = (p.path for p in around.places if p.kind is Kind.TAG and p.name == name)
    path = next(found, None) if around.is_open else None
    return None if path is None else around.root + path
