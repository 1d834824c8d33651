"""The folders of feeds beside the Day newsfeed: by source, tag, language, and rule."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from aggregator.core.model import Source, Story
from aggregator.core.model.rule import Rule
from aggregator.core.page import Kind
from aggregator.core.page.framing import FOLDERS
from aggregator.core.rules import folder_name, language_folder
from aggregator.core.settings import Config
from aggregator.core.tags import fold_tag

MOST_SOURCES = 1_000
"""With more sources their folders are made when somebody asks for one."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of feeds: what it is called, where it is, and which stories stand in it.

    `sources` are the ids of those whose stories they are, None where that is
    not what they are chosen by; the same with `language`. `rule` holds besides.
    """

    kind: Kind
    name: str
    path: str
    sources: tuple[str, ...] | None = None
    language: str | None = None
    rule: Rule = Rule()

    def may_hold(self, story: Story) -> bool:
        """Whether a change of the story may be one of this folder's."""
        if self.sources is not None:
            return any(one.source.id in self.sources for one in story.members)
        if self.language is not None:
            return any(
                language_folder(one.entry.language) == self.language for one in story.members
            )
        return True


def list_folders(config: Config, languages: Iterable[str]) -> tuple[Folder, ...]:
    """Every folder that the configuration asks for; `languages` are those of stored reports."""
    also = config.publish.also
    sources = config.sources if "sources" in also and len(config.sources) <= MOST_SOURCES else ()
    return (
        *_list_feeds(config),
        *(_list_tags(config.sources) if "tags" in also else ()),
        *(_list_languages(languages) if "languages" in also else ()),
        *(make_source_folder(source) for source in sources),
    )


def make_source_folder(source: Source) -> Folder:
    """The folder of a source."""
    path = f"{FOLDERS[Kind.SOURCE]}{source.id}/"
    return Folder(Kind.SOURCE, source.name or source.id, path, sources=(source.id,))


def find_touched(folders: Sequence[Folder], stories: Collection[Story]) -> set[str]:
    """The paths of the folders that a change of these stories may be seen in."""
    return {one.path for one in folders if any(one.may_hold(story) for story in stories)}


def _list_feeds(config: Config) -> Iterator[Folder]:
    for feed in config.feeds:
        path = f"{FOLDERS[Kind.FEED]}{feed.slug}/"
        yield Folder(Kind.FEED, feed.title, path, rule=feed.rule)


def _list_tags(sources: Iterable[Source]) -> Iterator[Folder]:
    """A folder for each tag; the first way in which it is written is its name."""
    names: dict[str, str] = {}
    bearers: dict[str, list[str]] = {}
    for source in sources:
        for tag in source.tags:
            names.setdefault(fold_tag(tag), tag)
            bearers.setdefault(fold_tag(tag), []).append(source.id)
    for tag in sorted(names):
        path = f"{FOLDERS[Kind.TAG]}{folder_name(tag)}/"
        yield Folder(Kind.TAG, names[tag], path, sources=tuple(dict.fromkeys(bearers[tag])))


def _list_languages(languages: Iterable[str]) -> Iterator[Folder]:
    for code in sorted({folder for one in languages if (folder := language_folder(one))}):
        yield Folder(Kind.LANGUAGE, code, f"{FOLDERS[Kind.LANGUAGE]}{code}/", language=code)
