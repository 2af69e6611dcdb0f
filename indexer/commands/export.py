"""``glossary export``: a glossary as a file for others to use."""

from pathlib import Path

import click

from indexer.commands.options import (
    chosen_index,
    index_option,
    output_option,
    refuse_typed,
    related_option,
)
from indexer.commands.sources import SOURCE_OPTIONS, Told, source_options, tell_reading
from indexer.formats import FORMATS, Relation, WriteOptions, write_glossary
from indexer.formats.registry import format_of
from indexer.glossary import Glossary
from indexer.snapshot import Snapshot, open_current
from indexer.strength import strength

_WRITTEN = ", ".join(name for name, known in FORMATS.items() if known.write)


@click.command("export")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@output_option("-o", "--output", metavar="FILE")
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help=f"What to write: {_WRITTEN}. [default: by suffix]",
)
@source_options("--source-format")
@index_option
@related_option(fewest=0, note=", from a snapshot")
@click.option(
    "--base",
    metavar="ADDRESS",
    help="What the addresses of terms begin with, in SKOS and JSON-LD. [default: a urn]",
)
def command(
    sources: tuple[Path, ...],
    output: Path,
    format_name: str | None,
    told: Told,
    index: Path | None,
    limit: int,
    base: str | None,
) -> None:
    """Write a glossary as JSON Lines, CSV, SKOS Turtle or schema.org JSON-LD.

    From the live snapshot of --index, with its related lists and their strength in the formats
    that have a place for them; or, with SOURCE, from glossary files as they are. A folder of pages
    with a search is what `glossary export site` writes.

    \b
    Examples:
        glossary export --output psychology.ttl --base https://terms.example.org/terms/
        glossary export terms.csv --output terms.jsonld
    """
    known = format_of(output, format_name, writing=True)
    if base is not None and not known.has_links:
        raise click.UsageError("--base is for SKOS and JSON-LD; the other formats link by id.")
    if sources:
        refuse_typed(("index", "limit"), "a SOURCE is written as it is")
        reading = told.read(sources)
        tell_reading(reading)
        glossary, options = reading.glossary, WriteOptions(base=base)
    else:
        refuse_typed(SOURCE_OPTIONS, "it is for SOURCE")
        snapshot = open_current(chosen_index(index))
        glossary = _glossary(snapshot)
        related = _related(snapshot, limit) if known.has_links else {}
        options = WriteOptions(related=related, base=base)
        if not known.has_links:
            click.echo(
                "Note: this format has no place for related lists; `glossary relate` writes them.",
                err=True,
            )
    write_glossary(glossary, output, format_name=format_name, options=options)
    click.echo(f"Wrote {len(glossary.entries):,} entries to {output}.")


def _glossary(snapshot: Snapshot) -> Glossary:
    manifest = snapshot.manifest
    return Glossary(
        tuple(snapshot.entries),
        title=manifest.title,
        language=manifest.language,
        licence=manifest.licence,
    )


def _related(snapshot: Snapshot, limit: int) -> dict[str, list[Relation]]:
    """Look up the related list of every entry, strongest first."""
    ids = [entry.id for entry in snapshot.entries]
    chance, lists = snapshot.manifest.calibration.related, snapshot.related
    return {
        entry_id: [
            Relation(ids[other], strength(float(score), chance))
            for other, score in zip(numbers[:limit], scores[:limit], strict=True)
            if other >= 0
        ]
        for entry_id, numbers, scores in zip(ids, lists.numbers, lists.scores, strict=True)
    }
