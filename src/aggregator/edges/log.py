"""One line for each poll and each publishing, by structlog, to standard error."""

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

import structlog

Log = Callable[..., None]
"""`log(event, **fields)`: the event is a constant name, the fields are its facts."""

# Controls, line and paragraph separators, bidi controls, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


class _Lines:
    """Writes finished lines; one that cannot be written is lost, and nothing else with it.

    The one method is what structlog calls for an event of level "info".
    """

    def __init__(self, stream: TextIO) -> None:
        self._logger = structlog.WriteLogger(stream)

    def info(self, line: str) -> None:
        """Write one line, unless the disk is full, the reader gone or the stream closed."""
        with suppress(OSError, ValueError):  # ValueError is what a closed stream raises
            self._logger.msg(line)


def make_log(style: str, stream: TextIO | None = None) -> Log:
    """A log that writes key=value lines (`console`) or JSON lines (`json`)."""
    target = stream or sys.stderr
    steps: list[Any] = [structlog.processors.TimeStamper(fmt="iso", utc=True)]
    if style == "json":
        steps.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        order = ["timestamp", "event"]
        steps.append(
            structlog.processors.LogfmtRenderer(
                key_order=order, drop_missing=True, bool_as_flag=False
            )
        )
    steps.append(_keep_in_line)
    logger = structlog.wrap_logger(_Lines(target), processors=steps)

    def log(event: str, **facts: object) -> None:
        logger.info(event, **{name: fact for name, fact in facts.items() if fact is not None})

    return log


def _keep_in_line(_: object, __: str, line: str) -> str:
    r"""The line with `\uXXXX` for what would break it, or what a terminal would obey.

    Words in it come from feeds: a value must never look like a line of its
    own. Both renderers let some of these through; in JSON, where they stand
    only inside strings, the result means the same.
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", line)
