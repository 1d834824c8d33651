"""The verbs and their options; each imports what it needs when it runs."""

import os
import shlex
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from aggregator.core.settings import Config

app = typer.Typer(
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
        from aggregator.configuration import load_config  # noqa: PLC0415 - pydantic costs 41 ms

        return load_config(self.config, os.environ, self.data)


def find_place(context: typer.Context, config: Path | None, data: Path | None) -> Place:
    """Return the place, from flags after the command, before it, the environment, the defaults."""
    early: tuple[Path | None, Path | None] = context.obj or (None, None)
    named = config or early[0]
    return Place(
        named or Path(os.environ.get("AGGREGATOR_CONFIG") or "config/sources.yaml"),
        _find_data(context, data) or Path("data"),
        is_named=named is not None,
    )


def _find_data(context: typer.Context, data: Path | None) -> Path | None:
    """The data folder that a flag or the environment names."""
    early: tuple[Path | None, Path | None] = context.obj or (None, None)
    named = os.environ.get("AGGREGATOR_DATA")
    return data or early[1] or (Path(named) if named else None)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        from aggregator.version import VERSION  # noqa: PLC0415 - importlib.metadata costs 20 ms

        typer.echo(f"day-newsfeed {VERSION}")
        raise typer.Exit


@app.callback()
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


@app.command()
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

    place = find_place(context, config, data)
    raise typer.Exit(
        run_once(
            place.load,
            place.data,
            force=force,
            strict=strict,
            as_json=json,
            log_format=log_format,
        )
    )


@app.command()
def run(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    log_format: LogOption = "console",
) -> None:
    """Poll, publish and serve until Ctrl-C or SIGTERM.

    A saved configuration takes effect within two seconds; a wrong one is
    named, and the last good one stays in effect. An address that is taken is
    exit code 2, before anything is asked.
    """
    from aggregator.cli.run import run_daemon  # noqa: PLC0415 - as in once

    # Until the daemon listens, this would end it.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    place = find_place(context, config, data)
    raise typer.Exit(run_daemon(place.load(), place.config, place.data, log_format=log_format))


@app.command()
def build(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Make the files of days that have closed anew, too.")
    ] = False,
    log_format: LogOption = "console",
) -> None:
    """Publish again from what is stored.

    No source is asked.
    """
    from aggregator.cli.once import run_build  # noqa: PLC0415 - as in once

    place = find_place(context, config, data)
    raise typer.Exit(
        run_build(place.load(), place.data, everything=everything, log_format=log_format)
    )


@app.command()
def check(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Also ask every source, and say what it is.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check the configuration, offline.

    Every mistake is named with its line, all at once; then the exit code is 2.
    With --fetch every source is asked once, and nothing is saved; the exit
    code is 1 when nothing at all could be fetched.
    """
    from aggregator.cli.show import print_check  # noqa: PLC0415 - as in once

    place = find_place(context, config, data)
    found = place.load()
    if not (fetch and json):
        print_check(found, as_json=json)
    if not json:
        from aggregator.cli.moves import print_moves  # noqa: PLC0415 - as in once

        print_moves(found, place.data)
    if fetch:
        from aggregator.cli.ask import check_sources  # noqa: PLC0415 - as in once

        raise typer.Exit(check_sources(found, as_json=json))


@app.command(name="apply-moves")
def apply_moves(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Write moved sources' new addresses into the YAML.

    Only those that answered as the same feed at their new address five times
    over three days. Every other byte of the file stays as it is. Exits with 1
    when an address must be written in by hand.
    """
    from aggregator.cli.moves import apply_moves as apply  # noqa: PLC0415 - as in once

    raise typer.Exit(apply(find_place(context, config, data), as_json=json))


@app.command()
def init(context: typer.Context, config: ConfigOption = None, data: DataOption = None) -> None:
    """Write a commented configuration where none is.

    A file that is there is never overwritten.
    """
    from aggregator.edges.config import write_starter  # noqa: PLC0415 - as in Place.load

    place = find_place(context, config, data)
    write_starter(place.config)
    # Named by a flag, it must be named again; the environment and the default stay.
    flag = f" -c {shlex.quote(str(place.config))}" if place.is_named else ""
    typer.echo(f"{place.config} written; name your sources in it, then run: aggregator{flag} once")


@app.command(name="list")
def list_sources(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """List the sources and the terms under which they are shown."""
    from aggregator.cli.show import print_sources  # noqa: PLC0415 - as in once

    print_sources(find_place(context, config, data).load(), as_json=json)


@app.command()
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

    place = find_place(context, config, data)
    print_status(place.load(), place.data, as_json=json)


@app.command()
def healthcheck(
    context: typer.Context, config: ConfigOption = None, data: DataOption = None
) -> None:
    """Ask the running daemon whether it is ready.

    Exits with 1 when it is not, or when none answers.
    """
    from aggregator.cli.care import check_health  # noqa: PLC0415 - as in once

    place = find_place(context, config, data)
    raise typer.Exit(check_health(place.load, place.data))


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    config: ConfigOption = None,
    data: DataOption = None,
) -> None:
    """Copy the store to a file, also while the daemon runs."""
    from aggregator.cli.care import back_up  # noqa: PLC0415 - as in once

    raise typer.Exit(back_up(find_place(context, config, data).data, file))


@app.command()
def demo(
    context: typer.Context,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="A new folder for what is stored and published; by default $AGGREGATOR_DATA,"
            " else a temporary one that is removed at the end.",
        ),
    ] = None,
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="Where to serve; 0 takes a free one.")
    ] = 8080,
    once: Annotated[bool, typer.Option("--once", help="End after publishing.")] = False,
    log_format: Annotated[
        LogFormat | None,
        typer.Option("--log-format", help="How log lines are written; by default none are."),
    ] = None,
) -> None:
    """Play an authored news day, with no internet.

    Its feeds are polled over loopback with the clock of that day, published,
    and served until Ctrl-C. Configuration and data of yours are not touched.
    """
    from aggregator.cli.demo import run_demo  # noqa: PLC0415 - as in once

    folder = _find_data(context, data)
    raise typer.Exit(run_demo(folder, port=port, once=once, log_format=log_format))
