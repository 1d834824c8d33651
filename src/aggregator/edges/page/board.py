"""The status page: for operators, in English, always with our own template and styles.

A site's templates may be what is broken, and it is here that this is told.
"""

from functools import lru_cache

from aggregator.core.board import Board
from aggregator.edges.page.opening import OURS, open_templates


def render_board(board: Board) -> bytes:
    """One part of the status page."""
    page = open_templates(None).get_template("board.html").render(board=board)
    return page.encode(errors="replace")


@lru_cache(maxsize=1)
def read_style() -> bytes:
    """The stylesheet of the status page, with the look of all pages before it.

    One file that needs nothing published: the page is wanted most when nothing is.
    """
    return (OURS / "assets" / "page.css").read_bytes() + (OURS / "board.css").read_bytes()
