"""The web page of every folder: what lies round it, and the files that it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from aggregator.core.model import Edition, Output, Shown, Story
from aggregator.core.page import (
    Around,
    Kind,
    Place,
    make_archive,
    make_listing,
    make_page,
    order_languages,
)
from aggregator.core.page.framing import FOLDERS, MENU
from aggregator.core.settings import Config
from aggregator.edges.page import (
    Rendered,
    render_archive,
    render_assets,
    render_listing,
    render_page,
)


@dataclass(slots=True)
class Site:
    """What the pages of one publishing have in common, and what was wrong with its templates."""

    config: Config
    days: Sequence[date]
    places: tuple[Place, ...]
    problems: list[str] = field(default_factory=list)

    @property
    def templates(self) -> Path | None:
        """The folder of templates that stand for ours."""
        own = self.config.publish.templates
        return Path(own) if own else None

    def make(
        self,
        kind: Kind,
        edition: Edition,
        stories: Sequence[Story],
        shown: Sequence[Shown],
        *,
        name: str = "",
        day: date | None = None,
    ) -> tuple[Output, ...]:
        """The page of an edition, in each language of the interface."""
        tags = {story.id: story.lead.source.tags[0] for story in stories if story.lead.source.tags}
        around = self._look_around(edition, name, day)
        page = make_page(kind, edition, shown, self.config.newsfeed, tags, around)
        return self._take(render_page(page, self.templates))

    def make_rest(self) -> tuple[Output, ...]:
        """The list of all days, those of folders where they are many, and the fixed files."""
        newsfeed = self.config.newsfeed
        outputs = [*self._take(render_assets(self.templates))]
        archive = make_archive(newsfeed, self._describe("days/"))
        outputs += self._take(render_archive(archive, self.templates))
        for kind in dict.fromkeys(place.kind for place in self.places):
            if sum(place.kind is kind for place in self.places) > MENU:
                listing = make_listing(kind, newsfeed, self._describe(FOLDERS[kind]))
                outputs += self._take(render_listing(listing, self.templates))
        return tuple(outputs)

    def _look_around(self, edition: Edition, name: str, day: date | None) -> Around:
        """A closed day's page names nothing that comes and goes: its bytes stay."""
        if day is None:
            return self._describe(edition.folder, name)
        earlier = [one for one in self.days if one < day]
        later = [one for one in self.days if one > day]
        return Around(
            folder=edition.folder,
            day=day,
            previous=max(earlier, default=None),
            following=min(later, default=None),
            days=frozenset() if edition.is_archive else frozenset(self.days),
            is_open=not edition.is_archive,
            languages=self._languages,
            places=() if edition.is_archive else self.places,
            has_search=self.config.serve.enabled,
        )

    def _describe(self, folder: str, name: str = "") -> Around:
        return Around(
            folder=folder,
            name=name,
            days=frozenset(self.days),
            languages=self._languages,
            places=self.places,
            has_search=self.config.serve.enabled,
        )

    @property
    def _languages(self) -> tuple[str, ...]:
        return order_languages(self.config.newsfeed.language)

    def _take(self, rendered: Rendered) -> tuple[Output, ...]:
        if rendered.problem and rendered.problem not in self.problems:
            self.problems.append(rendered.problem)
        return rendered.outputs
