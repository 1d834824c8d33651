"""Documents of an edition into the published folder: judged, whole or not at all, proven."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from aggregator.core.audit import Due
from aggregator.core.model import Edition, Output
from aggregator.edges.files import pack, write_output
from aggregator.errors import PublishError
from aggregator.pipeline.inspecting import refuse_invalid
from aggregator.pipeline.proving import keep_proof

_WHOLE = ("atom.xml", "rss.xml", "feed.json")
_WORDY = ("text/", "application/", "image/svg")
"""What a compressed form is made of: pictures are compressed already."""


@dataclass(slots=True)
class Sheets:
    """The files of one publishing: those looked at, and those whose bytes are new."""

    data: Path
    folder: Path
    now: datetime
    files: list[Path] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    failures: list[PublishError] = field(default_factory=list)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Remember a PublishError and go on: one bad day costs no other."""
        try:
            yield
        except PublishError as error:
            self.failures.append(error)

    def raise_first(self) -> None:
        """Raise the first PublishError that was remembered."""
        if self.failures:
            raise self.failures[0]

    def print(
        self,
        edition: Edition,
        outputs: Sequence[Output],
        owed: Sequence[Due],
        name: str,
        pages: Sequence[Output],
    ) -> None:
        """Write the documents of an edition, and keep with the data what was proven of it.

        `owed` is what each of its stories owes, in their order; `name` that of
        the proof; `pages` are files for people. Raises PublishError when a
        document would be invalid, or a file cannot be written; the old files
        are untouched then.
        """
        refuse_invalid(outputs, edition.home, self.now)
        self.write((*outputs, *pages))
        keep_proof(self.data, edition, outputs, owed, name)

    def write(self, outputs: Iterable[Output]) -> None:
        """Write files, each with its compressed form beside it."""
        for output in outputs:
            path = self.folder / output.path
            self.files.append(path)
            if write_output(self.folder, output):
                self.written.append(path)
            if output.media_type.startswith(_WORDY):
                write_output(self.folder, pack(output))

    def split(self, paths: Iterable[Path]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
        """The feeds of all stories, and all other files."""
        every = tuple(paths)
        whole = {self.folder / name for name in _WHOLE}
        own = tuple(path for path in every if path in whole)
        return own, tuple(path for path in every if path not in whole)
