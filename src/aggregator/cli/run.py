"""`run`, and the commands beside a running daemon: `healthcheck`, `backup`."""

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

from aggregator.cli.once import tell_time
from aggregator.core.settings import Config
from aggregator.daemon import Setup, live
from aggregator.edges.log import make_log
from aggregator.edges.notify import open_notifier


def run_daemon(config: Config, path: Path, data: Path, *, log_format: str) -> int:
    """Live until SIGTERM or Ctrl-C; the exit code."""
    # The calendar's own words would be lines of another form.
    logging.getLogger("apscheduler").addHandler(logging.NullHandler())
    logging.getLogger("apscheduler").propagate = False
    notifier = open_notifier(os.environ)
    live(config, Setup(path, data, tell_time, make_log(log_format), _say, notifier))
    return 0


def _say(line: str) -> None:
    with suppress(OSError):  # a daemon outlives the terminal that started it
        print(line)
        sys.stdout.flush()
