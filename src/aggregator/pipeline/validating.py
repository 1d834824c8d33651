"""Judges feeds that stand somewhere: in the published folder, in a file, on the web."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aggregator.core.lint import Circumstances, Finding, Severity, find_charset, lint
from aggregator.core.model import Fetched, Source
from aggregator.core.secrets import drop_secrets
from aggregator.core.settings import Config
from aggregator.edges.published import list_feeds, read_document, read_file
from aggregator.edges.serve.media import find_media_type
from aggregator.pipeline.asking import open_asker


@dataclass(frozen=True, slots=True)
class Judged:
    """A feed by its place and what was found; `trouble` says why nothing could be judged."""

    name: str
    findings: tuple[Finding, ...] = ()
    trouble: str = ""

    @property
    def errors(self) -> int:
        """How many of the findings are errors."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


def judge_published(config: Config, data: Path, now: datetime) -> list[Judged]:
    """Every feed of the published folder, as it is served from there; raises OSError."""
    folder = data / config.publish.directory
    judged = []
    for path in list_feeds(folder):
        place = f"{config.newsfeed.base_url}{path.relative_to(folder).as_posix()}"
        around = Circumstances((place,), find_media_type(path.name), now)
        judged.append(Judged(str(path), lint(read_document(read_file(path)), around)))
    return judged


def judge_file(path: Path, now: datetime) -> Judged:
    """The feed in a file; raises OSError when it cannot be read."""
    around = Circumstances(now=now)
    return Judged(str(path), lint(read_document(read_file(path)), around))


async def judge_address(config: Config, url: str, clock: Callable[[], datetime]) -> Judged:
    """The feed at an address, as it is served there."""
    source = Source("validated", url)
    async with open_asker(config, clock) as asker:
        answer = await asker.get(source)
    if not isinstance(answer, Fetched):
        return Judged(url, trouble=f"{answer.kind}: {answer.detail}")
    places = tuple(dict.fromkeys((drop_secrets(url), drop_secrets(answer.url))))
    around = Circumstances(places, answer.content_type, clock())
    document = read_document(answer.body, find_charset(answer.content_type))
    return Judged(url, lint(document, around))
