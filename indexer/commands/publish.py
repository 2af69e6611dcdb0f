"""``glossary publish``: another snapshot of the folder goes live."""

from pathlib import Path

import click

from indexer.commands.options import built_index, index_option, show_switch
from indexer.snapshot import switch, switch_to_latest


@click.command("publish")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--latest", is_flag=True, help="The one that was built last.")
@index_option
def command(name: str | None, latest: bool, index: Path | None) -> None:
    """Make a snapshot of an index folder the live one, after checking that it opens.

    A running service picks it up by itself. `glossary snapshots` lists the names.

    \b
    Examples:
        glossary publish 20261123T114000Z-1f3a9c --index terms-index
        glossary publish --latest --index terms-index
    """
    if (name is None) != latest:
        raise click.UsageError("Give either NAME or --latest.")
    folder = built_index(index)
    done = switch_to_latest(folder) if name is None else switch(folder, name)
    show_switch(done)
