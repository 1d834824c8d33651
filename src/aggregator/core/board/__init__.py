"""What an operator is shown of a daemon: sources, timetable, what was held back, editions.

Words and shapes only; `edges/page` makes a page of them. What fails comes first.
"""

from aggregator.core.board.charting import draw_chart
from aggregator.core.board.making import PAGE, make_board, pick_part
from aggregator.core.board.standing import list_editions
from aggregator.core.board.values import (
    Board,
    Chart,
    Due,
    Facts,
    Figures,
    Line,
    Part,
    Pressing,
    Row,
)

__all__ = [
    "PAGE",
    "Board",
    "Chart",
    "Due",
    "Facts",
    "Figures",
    "Line",
    "Part",
    "Pressing",
    "Row",
    "draw_chart",
    "list_editions",
    "make_board",
    "pick_part",
]
