"""The program's shell: streams that take every letter, errors as messages and exit codes."""

import contextlib
import errno
import io
import os
import sys
from pathlib import Path
from typing import NoReturn, TextIO

from aggregator.cli import corrections, proofs, sources
from aggregator.cli.app import app
from aggregator.errors import AggregatorError, ConfigError, ServeError

_ = corrections, proofs, sources  # importing them adds their verbs to the app

FAILED = 1
WRONG_CALL = 2


def main() -> None:
    """Run the command line; a mistake of the user's is a message and an exit code."""
    _prepare_output()
    try:
        _judge()
    finally:
        # What was logged into a pipe that nobody reads would be exit code 120.
        try:
            sys.stderr.flush()
        except OSError:
            _drop(sys.stderr)


def _judge() -> None:
    """Run, and turn what is raised into a message and an exit code."""
    try:
        _run()
    except ConfigError as error:
        _complain(str(error), WRONG_CALL)  # lines that begin with the place, as compilers do
    except ServeError as error:
        _complain(f"aggregator: {error}", WRONG_CALL)
    except AggregatorError as error:
        _complain(f"aggregator: {error}", FAILED)
    except OSError as error:
        if error.errno not in _OUTPUT_ERRORS:
            raise
        _drop(sys.stdout)
        if error.errno != errno.EPIPE:  # a reader that left knows it
            _complain(f"aggregator: the output cannot be written ({error.strerror})", FAILED)
        sys.exit(FAILED)


_OUTPUT_ERRORS = frozenset({errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What writing to a pipe or a redirected output meets; edges translate their own errors."""


def _prepare_output() -> None:
    """Give the program streams that take every letter."""
    if sys.stdout is None:  # closed by the caller: `>&-`
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    if sys.stderr is None:
        sys.stderr = sys.stdout
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that is not UTF-8 gets \u0565, not a traceback.
        sys.stdout.reconfigure(errors="backslashreplace")


def _run() -> None:
    try:
        app()
    finally:
        sys.stdout.flush()  # here, where the failure of it can still be handled


def _drop(stream: TextIO) -> None:
    """Send to nowhere what is left in the buffer: the interpreter would complain at its end."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, stream.fileno())
    os.close(descriptor)


def _complain(message: str, code: int) -> NoReturn:
    with contextlib.suppress(OSError):  # the exit code must do where errors cannot be written
        print(message, file=sys.stderr)
    sys.exit(code)
