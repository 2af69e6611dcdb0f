"""``glossary rollback``: the snapshot that was live before goes live again."""

from pathlib import Path

import click

from indexer.commands.options import built_index, index_option, show_switch
from indexer.snapshot import roll_back


@click.command("rollback")
@index_option
def command(index: Path | None) -> None:
    """Go back to the snapshot that was live before the current one.

    The one gone back from stays in the folder, until builds push it out. A running service
    follows by itself. Again goes back further.

    \b
    Example:
        glossary rollback --index terms-index
    """
    show_switch(roll_back(built_index(index)))
