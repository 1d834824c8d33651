"""The verbs that judge and explain what is published: `validate`, `audit`, `explain`.

Each imports when it runs.
"""

from typing import Annotated

import typer

from aggregator.cli.app import ConfigOption, DataOption, JsonOption, app, find_place


@app.command()
def validate(
    context: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(metavar="[FILE or URL]", help="A feed; by default all that is published."),
    ] = None,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when there are warnings, too.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Judge feeds by the rules of their formats.

    Atom, RSS, JSON Feed and OPML. An address is asked for once, within the
    limits of the configuration, where there is one. Exits with 1 when errors
    were found or an address gave no answer, with 2 when a file cannot be read.
    """
    from aggregator.cli.validate import validate_feeds  # noqa: PLC0415 - as in once

    place = find_place(context, config, data)
    raise typer.Exit(validate_feeds(place, what, strict=strict, as_json=json))


@app.command()
def audit(
    context: typer.Context,
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Prove that what is published obeys every source's terms.

    The published files are read back and each entry is judged by the terms
    that hold for it now. It needs no lock. Exits with 1 when a term is broken,
    or an entry is published for which no configured source stands.
    """
    from aggregator.cli.audit import audit_feeds  # noqa: PLC0415 - as in once

    raise typer.Exit(audit_feeds(find_place(context, config, data), as_json=json))


@app.command()
def explain(
    context: typer.Context,
    entry: Annotated[
        str,
        typer.Argument(help="A published id, an article's link, a source's own id, or its title."),
    ],
    config: ConfigOption = None,
    data: DataOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Say how a report came, and why it stands where it does.

    When and whence it came, the terms it is under, its story with the evidence,
    what it was compared with, and whether it is in the live feed. It reads
    only, and needs no lock. Exits with 2 when the words mean no report, or
    several.
    """
    from aggregator.cli.explain import explain_entry  # noqa: PLC0415 - as in once

    raise typer.Exit(explain_entry(find_place(context, config, data), entry, as_json=json))
