"""The verbs that find and keep sources: `add`, `import`, `export`; each imports when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from aggregator.cli.app import ConfigOption, DataOption, JsonOption, app, find_place

TagOption = Annotated[
    list[str] | None, typer.Option("--tag", help="A tag for what is added; may be given again.")
]


@app.command()
def add(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of a feed, or of a page that has one.")],
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    pick: Annotated[
        int | None, typer.Option("--pick", min=1, help="Which feed, where several are found.")
    ] = None,
    source_id: Annotated[
        str | None, typer.Option("--id", help="Its id for life; by default made of its name.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="What it is called; by default the feed's title.")
    ] = None,
    tag: TagOption = None,
    json: JsonOption = False,
) -> None:
    """Find the feed behind an address and write it into the YAML.

    Comments and formatting stay. Where several feeds are found, they are
    shown and one must be picked. Exits with 1 when no feed is found, with 2
    when it is there already or none was picked. A running daemon takes it up.
    """
    from aggregator.cli.add import Wish, add_feed  # noqa: PLC0415 - brings the whole pipeline

    wish = Wish(url, pick, source_id, name, tuple(tag or ()))
    raise typer.Exit(add_feed(find_place(context, config, data), wish, as_json=json))


@app.command(name="import")
def import_list(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A list of feeds in OPML.")],
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    to: Annotated[
        Path | None, typer.Option("--to", help="A new file for `include`, instead of the YAML.")
    ] = None,
    tag: TagOption = None,
    json: JsonOption = False,
) -> None:
    """Write the feeds of an OPML list into the YAML.

    Folders become tags; feeds that are there already are skipped. A broken
    list is mended, and what was lost is said.
    """
    from aggregator.cli.exchange import import_opml  # noqa: PLC0415 - as in add

    place = find_place(context, config, data)
    raise typer.Exit(import_opml(place, file, to, tuple(tag or ()), as_json=json))


@app.command()
def export(context: typer.Context, config: ConfigOption = None, data: DataOption = None) -> None:
    """Print the sources as an OPML list.

    What lets one in at their addresses is left out.
    """
    from aggregator.cli.exchange import export_opml  # noqa: PLC0415 - as in add

    raise typer.Exit(export_opml(find_place(context, config, data).load()))
