"""Stories, the edition that orders them, and the files made of it."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.core.model.entry import Entry, Person, SourceRef
from aggregator.core.model.feed import Enclosure, FeedHead
from aggregator.core.model.order import Grave
from aggregator.core.model.source import Source


@dataclass(frozen=True, slots=True)
class Report:
    """A report with the source it came from, as the configuration and the feed name it."""

    entry: Entry
    source: Source
    head: FeedHead = FeedHead()


@dataclass(frozen=True, slots=True)
class Story:
    """One piece of news: the lead report, those that carried it, and why they are one.

    `others` carry the lead report itself. `also` are other reports of the same
    event, each with those that carry it behind it. `reasons` and `also_reasons`
    hold one line for each, in their order.
    """

    id: str
    lead: Report
    others: tuple[Report, ...] = ()
    reasons: tuple[str, ...] = ()
    floor: datetime | None = None
    also: tuple[tuple[Report, ...], ...] = ()
    also_reasons: tuple[str, ...] = ()

    @property
    def members(self) -> tuple[Report, ...]:
        """All of its reports, the lead first."""
        return self.lead, *self.others, *(report for group in self.also for report in group)

    @property
    def updated(self) -> datetime:
        """When a reader would notice the last change of the lead; never before its date.

        Nor before `floor`, the time under which the story was published with
        another lead: readers take an entry whose time runs backwards for old.
        """
        own = max(self.lead.entry.changed, self.lead.entry.sort_at)
        return own if self.floor is None else max(own, self.floor)

    @property
    def sort_at(self) -> datetime:
        """The time that orders the story: that of its lead report."""
        return self.lead.entry.sort_at


@dataclass(frozen=True, slots=True)
class Also:
    """Another report of a story's event: who wrote it, its headline and link, none of its text.

    `title` is "" where it has none; `via` is who carries it, where `source`
    wrote it. `credit` names both in the words of the story's language.
    """

    source: str
    credit: str
    title: str
    link: str
    published: datetime
    language: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A story as its sources' terms let us show it: what every renderer gets.

    `link` is the article, or the source's homepage where the terms allow that.
    `html` is clean, absolute and carries the credit in its first passage.
    `source` names the feed the lead report comes from and `feed_url` its
    address; `via` is the source we have it from, as (name, link), where that is
    not the feed that wrote it; `carriers` are who carried it too, likewise, and
    `also` other reports of the event. `ai` is False where its terms reserve its
    use by language models.
    """

    id: str
    title: str
    link: str
    html: str
    published: datetime
    updated: datetime
    source: SourceRef
    feed_url: str
    authors: tuple[Person, ...] = ()
    categories: tuple[str, ...] = ()
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    thumbnail: str | None = None
    comments_url: str | None = None
    comments_count: int | None = None
    rights: str | None = None
    license: str | None = None
    carriers: tuple[tuple[str, str], ...] = ()
    also: tuple[Also, ...] = ()
    via: tuple[str, str] | None = None
    ai: bool = True


@dataclass(frozen=True, slots=True)
class Edition:
    """A list of stories to be published; `updated` is the newest story's, never the clock.

    `graves` are the ids that left it; the newest of these counts for `updated` too.
    `folder` is where its files stand below `home`. `before` and `behind` are the
    folders of the archives beside it in the chain (RFC 5005), `current` that of
    the live feed, where it is not that itself.
    `hub` is the address where its documents can be subscribed to (WebSub).
    """

    id: str
    title: str
    language: str
    home: str
    updated: datetime
    stories: tuple[Story, ...] = ()
    graves: tuple[Grave, ...] = ()
    folder: str = ""
    before: str | None = None
    behind: str | None = None
    current: str | None = None
    is_archive: bool = False
    hub: str | None = None

    @property
    def place(self) -> str:
        """The address of its folder."""
        return f"{self.home}{self.folder}"


@dataclass(frozen=True, slots=True)
class Output:
    """One file to publish: `path` is relative to the published folder, with `/`."""

    path: str
    media_type: str
    body: bytes
