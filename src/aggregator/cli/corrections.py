"""The verb that takes reports down: `takedown`; it imports when it runs."""

from typing import Annotated

import typer

from aggregator.cli.app import ConfigOption, DataOption, JsonOption, LogOption, app, find_place


@app.command()
def takedown(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    entry: Annotated[
        str | None,
        typer.Argument(help="A published id, an article's link, a source's own id, or its title."),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for the operators.")] = "",
    public: Annotated[
        bool, typer.Option("--public", help="Tell the reason to subscribers, too.")
    ] = False,
    story: Annotated[
        bool, typer.Option("--story", help="All reports of the story, and copies to come.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put it back.")] = False,
    list_all: Annotated[bool, typer.Option("--list", help="List what is taken down.")] = False,
    json: JsonOption = False,
    log_format: LogOption = "console",
) -> None:
    """Take a report out of all that is published.

    It does not come back by itself, and subscribers are told by a tombstone.
    A running daemon carries it out within 5 seconds. Exits with 2 when the
    words mean no report, or several.
    """
    from aggregator.cli.takedown import Wish, list_takedowns, take_down  # noqa: PLC0415 - as in run

    place = find_place(context, config, data)
    if list_all == (entry is not None):
        raise typer.BadParameter("name one ENTRY, or --list")
    if entry is None:
        raise typer.Exit(list_takedowns(place, as_json=json))
    wish = Wish(entry, reason, public=public, whole=story, undo=undo)
    raise typer.Exit(take_down(place, wish, log_format=log_format))
