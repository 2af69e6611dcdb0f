"""``glossary relate``: the related articles of every term, as data."""

import json
from collections.abc import Iterator
from pathlib import Path

import click

from indexer.bodies import related_body
from indexer.commands.options import chosen_index, index_option, output_option
from indexer.commands.progress import TerminalStages
from indexer.formats.files import write_lines
from indexer.lexical import Words
from indexer.lookup import Related
from indexer.related import MOST_RELATED
from indexer.snapshot import open_current


@click.command("relate")
@index_option
@output_option("--output", metavar="FILE.jsonl")
@click.option(
    "--limit",
    default=10,
    show_default=True,
    help=f"How many items an entry, at most {MOST_RELATED}.",
)
def command(index: Path | None, output: Path, limit: int) -> None:
    """Write the related articles of every entry, one JSON body a line.

    \b
    Example:
        glossary relate --output related.jsonl --limit 20
    """
    snapshot = open_current(chosen_index(index))
    related = Related(snapshot, Words(snapshot.manifest.language))
    with TerminalStages() as stages:
        count = stages.stage("Writing", len(snapshot.entries))

        def lines() -> Iterator[str]:
            for number, entry in enumerate(snapshot.entries):
                body = related_body(entry, related.of(number, limit=limit))
                yield json.dumps(body, ensure_ascii=False)
                count(1)

        write_lines(output, lines())
    click.echo(f"Wrote the related articles of {len(snapshot.entries):,} entries to {output}.")
