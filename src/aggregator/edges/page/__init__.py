"""Pages -> HTML, with templates that a site may replace one by one (jinja2).

What a site's template breaks costs its own look, never the page: ours is used
then, and what was wrong is told. docs/page.md says what a template may rely on.
"""

from aggregator.edges.page.assets import render_assets
from aggregator.edges.page.board import read_style, render_board
from aggregator.edges.page.rendering import (
    Rendered,
    render_archive,
    render_listing,
    render_page,
    render_results,
)

__all__ = [
    "Rendered",
    "read_style",
    "render_archive",
    "render_assets",
    "render_board",
    "render_listing",
    "render_page",
    "render_results",
]
