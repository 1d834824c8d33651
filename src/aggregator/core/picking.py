"""Which report an operator means by an id, a link or some words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.core import urls
from aggregator.core.model import Match
from aggregator.core.text import fold


@dataclass(frozen=True, slots=True)
class Choice:
    """The reports that are meant, none where that is not clear.

    `others` are then what may be meant, else the reports by which the story goes on.
    """

    meant: tuple[Match, ...]
    others: tuple[Match, ...] = ()


def find_by_title(found: Iterable[Match], words: str) -> list[Match]:
    """The reports of this title, else those in whose titles the words stand, in any case."""
    wanted = fold(words)
    named = [one for one in found if wanted and wanted in fold(one.title)]
    return [one for one in named if fold(one.title) == wanted] or named


def find_story(found: Sequence[Match]) -> str | None:
    """The one published story that all these reports are of, None where there is no such one."""
    stories = {one.story_id for one in found}
    return stories.pop() if len(stories) == 1 else None


def choose(found: Sequence[Match], story: Sequence[Match], *, whole: bool) -> Choice:
    """Which of the found reports is meant, or with `whole` all those of their `story`.

    Several reports of one published story are one entry of the newsfeed: then
    the one that its id was given to is meant, as rule 3 of the design has it.
    """
    if len(found) > 1 and not story:
        return Choice((), tuple(found))
    if whole:
        return Choice(tuple(story or found))
    owners = tuple(one for one in found if one.owner)
    meant = tuple(found) if len(found) == 1 else owners
    beside = story if meant else found
    return Choice(meant, tuple(one for one in beside if one not in meant))


def choose_told(found: Sequence[Match], hosts: Mapping[str, Collection[str]]) -> Match | None:
    """Of several reports of one story the one to tell of; None where they are of several.

    That its id was given to; else the first whose link leads to its own source's
    site (`hosts` by source id), since carriers link to the original too.
    """
    if len(found) == 1:
        return found[0]
    if find_story(found) is None:
        return None

    def rank(one: Match) -> tuple[bool, bool, datetime, str]:
        at_home = urls.host(one.link or "") in hosts.get(one.source_id, ())
        return not one.owner, not at_home, one.at, one.source_id

    return min(found, key=rank)
