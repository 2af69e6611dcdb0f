"""``glossary keys``: a key for the API, made and shown once."""

from pathlib import Path

import click

from server.operation.access import new_key


@click.command("keys")
@click.argument("name")
@click.option(
    "--file",
    required=True,
    envvar="GLOSSARY_API_KEYS",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file of keys; made when absent. [GLOSSARY_API_KEYS]",
)
def command(name: str, file: Path) -> None:
    """Make an API key for NAME, add its hash to a file, and print the key.

    It is printed this once: only its SHA-256 is kept. A service reads the file when it starts;
    to take a key back, remove its line.

    \b
    Example:
        glossary keys wiki --file api-keys.txt
    """
    click.echo(new_key(file, name))
    click.echo(f"Added {name} to {file}; a running service knows it after a restart.", err=True)
