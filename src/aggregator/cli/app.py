"""The verbs and their options; each imports what it needs when it runs."""

import contextlib
import errno
import io
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from aggregator.errors import AggregatorError, ConfigError

if TYPE_CHECKING:
    from aggregator.core.settings import Config

FAILED = 1
WRONG_CALL = 2

_app = typer.Typer(
    name="aggregator",
    help="Polls the news sources a YAML file names and publishes one Day newsfeed.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "-c",
        "--config",
        help="The YAML file; by default $AGGREGATOR_CONFIG, else config/sources.yaml.",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="The data folder; by default $AGGREGATOR_DATA, else data."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
LogFormat = Literal["console", "json"]
LogOption = Annotated[LogFormat, typer.Option("--log-format", help="How log lines are written.")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the configuration and the data are: flag, then environment, then default."""

    config: Path
    data: Path
    is_named: bool
    """Whether a flag named the configuration."""

    def load(self) -> "Config":
        """Read the configuration; ConfigError names every mistake."""
        from aggregator.edges.config import load  # noqa: PLC0415 - pydantic costs 41 ms

        return load(self.config, os.environ)


def _find_place(context: typer.Context, config: Path | None, data: Path | None) -> Place:
    """The place, from flags after the command, before it, the environment, the defaults."""
    early: tuple[Path | None, Path | None] = context.obj or (None, None)
    named, folder = config or early[0], data or early[1]
    return Place(
        named or Path(os.environ.get("AGGREGATOR_CONFIG") or "config/sources.yaml"),
        folder or Path(os.environ.get("AGGREGATOR_DATA") or "data"),
        is_named=named is not None,
    )


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from aggregator.version import VERSION  # noqa: PLC0415 - importlib.metadata costs 20 ms

        typer.echo(f"day-newsfeed {VERSION}")
        raise typer.Exit


@_app.callback()
def start(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    version: Annotated[  # noqa: FBT002 - typer's way to say a flag
        bool,
        typer.Option(
            "--version",
            callback=lambda wanted: _print_version(wanted=wanted),
            is_eager=True,
            help="Print the version and exit.",
        ),
    ] = False,
) -> None:
    """Take the options that stand before the command."""
    del version
    context.obj = (config, data)


@_app.command()
def once(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Ask every source, due or not.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when any source failed.")
    ] = False,
    json: JsonOption = False,
    log_format: LogOption = "console",
) -> None:
    """Poll what is due, publish, end.

    Exits with 1 when nothing at all could be fetched, or when saving or
    publishing failed. Times are those of newsfeed.timezone.
    """
    from aggregator.cli.once import run_once  # noqa: PLC0415 - brings the whole pipeline

    place = _find_place(context, config, data)
    raise typer.Exit(
        run_once(
            place.load(),
            place.data,
            force=force,
            strict=strict,
            as_json=json,
            log_format=log_format,
        )
    )


@_app.command()
def build(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    log_format: LogOption = "console",
) -> None:
    """Publish again from what is stored.

    No source is asked.
    """
    from aggregator.cli.once import run_build  # noqa: PLC0415 - as in once

    place = _find_place(context, config, data)
    raise typer.Exit(run_build(place.load(), place.data, log_format=log_format))


@_app.command()
def check(context: typer.Context, config: ConfigOption = None, data: DataOption = None) -> None:
    """Check the configuration, offline.

    Every mistake is named with its line, all at once; then the exit code is 2.
    """
    from aggregator.cli.show import print_check  # noqa: PLC0415 - as in once

    print_check(_find_place(context, config, data).load())


@_app.command()
def init(context: typer.Context, config: ConfigOption = None, data: DataOption = None) -> None:
    """Write a commented configuration where none is.

    A file that is there is never overwritten.
    """
    from aggregator.edges.config import write_starter  # noqa: PLC0415 - as in Place.load

    place = _find_place(context, config, data)
    write_starter(place.config)
    # Named by a flag, it must be named again; the environment and the default stay.
    flag = f" -c {shlex.quote(str(place.config))}" if place.is_named else ""
    typer.echo(f"{place.config} written; name your sources in it, then run: aggregator{flag} once")


@_app.command(name="list")
def list_sources(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """List the sources and the terms under which they are shown."""
    from aggregator.cli.show import print_sources  # noqa: PLC0415 - as in once

    print_sources(_find_place(context, config, data).load(), as_json=json)


@_app.command()
def status(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Show each source's health.

    That is its last and next poll, and why then; below it what was odd about
    its feed, and which reports were held back. Times are those of
    newsfeed.timezone.
    """
    from aggregator.cli.status import print_status  # noqa: PLC0415 - as in once

    place = _find_place(context, config, data)
    print_status(place.load(), place.data, as_json=json)


def main() -> None:
    """Run the command line; a mistake of the user's is a message and an exit code."""
    _prepare_output()
    try:
        _run()
    except ConfigError as error:
        _complain(str(error), WRONG_CALL)  # lines that begin with the place, as compilers do
    except AggregatorError as error:
        _complain(f"aggregator: {error}", FAILED)
    except OSError as error:
        if error.errno not in _OUTPUT_ERRORS:
            raise
        _drop_output()
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
        _app()
    finally:
        sys.stdout.flush()  # here, where the failure of it can still be handled


def _drop_output() -> None:
    """Send to nowhere what is left in the buffer: the interpreter would complain at its end."""
    descriptor = os.open(os.devnull, os.O_WRONLY)
    os.dup2(descriptor, sys.stdout.fileno())
    os.close(descriptor)


def _complain(message: str, code: int) -> NoReturn:
    with contextlib.suppress(OSError):  # the exit code must do where errors cannot be written
        print(message, file=sys.stderr)
    sys.exit(code)
