"""The fixed files of the page: its stylesheet, its icon, and what a site puts beside them."""

from pathlib import Path

from aggregator.core.model import Output
from aggregator.edges.page.opening import OURS

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


def render_assets(templates: Path | None) -> tuple[Output, ...]:
    """The files of `assets/`: ours, each replaced by the site's of the same name, and the site's.

    Raises OSError when one cannot be read.
    """
    found: dict[str, Path] = {}
    for folder in (OURS, templates):
        if folder is not None:
            found |= _list_files(folder)
    return tuple(
        Output(name, _TYPES[path.suffix.lower()], path.read_bytes())
        for name, path in sorted(found.items())
    )


def _list_files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in (folder / "assets").rglob("*")
        if path.is_file() and path.suffix.lower() in _TYPES
    }
