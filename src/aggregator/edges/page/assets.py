"""The fixed files of the page: its stylesheet, its icon, and what a site puts beside them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from aggregator.core.model import Output
from aggregator.edges.page.opening import OURS
from aggregator.edges.page.rendering import Rendered

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""What may stand beside a page: styles, pictures, fonts; no scripts, which its policy forbids."""


def render_assets(templates: Path | None = None) -> Rendered:
    """The files of `assets/`: ours, each replaced by the site's of the same name, and the site's.

    One of the site's that cannot be read is left out, or ours stays, and it is told.
    """
    ours = {name: path.read_bytes() for name, path in _list_files(OURS)}
    found, problem = (ours, None) if templates is None else _add_own(ours, templates)
    outputs = (
        Output(name, _TYPES[Path(name).suffix.lower()], found[name]) for name in sorted(found)
    )
    return Rendered(tuple(outputs), problem)


def _add_own(ours: Mapping[str, bytes], site: Path) -> tuple[Mapping[str, bytes], str | None]:
    if not site.is_dir():
        why = "there is no such folder; make it, or take publish.templates out of the configuration"
        return ours, f"{site}: {why}"
    found, problem = dict(ours), None
    for name, path in _list_files(site):
        try:
            found[name] = path.read_bytes()
        except OSError as error:
            problem = f"{path}: cannot be read ({error.strerror}); check its rights"
    return found, problem


def _list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((folder / "assets").rglob("*")):
        if path.is_file() and path.suffix.lower() in _TYPES:
            yield path.relative_to(folder).as_posix(), path
