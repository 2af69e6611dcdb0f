"""``glossary index``: glossary files in, a published snapshot out."""

from pathlib import Path

import click

from indexer.build import BuildReport, build
from indexer.bundled import bundled_index, read_bundled
from indexer.commands.progress import TerminalStages
from indexer.commands.sources import Told, source_options, tell_reading
from indexer.formats import FORMATS
from indexer.modelfiles import DEFAULT_MODEL

_SHOWN_NOTES = 20


@click.command("index")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The index folder; made when absent. Needed with SOURCE.",
)
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help=f"The files' format: {', '.join(FORMATS)}. [default: by suffix and content]",
)
@source_options
@click.option(
    "--model",
    default=DEFAULT_MODEL,
    show_default=True,
    metavar="NAME_OR_PATH",
    help="A sentence-transformers model, by its name on the hub or its folder.",
)
@click.option(
    "--keep",
    default=3,
    show_default=True,
    type=click.IntRange(1),
    help="How many snapshots stay in the folder.",
)
@click.option(
    "--no-publish",
    "unpublished",
    is_flag=True,
    help="Build beside the live snapshot; `glossary publish` makes it live.",
)
@click.option("--dry-run", is_flag=True, help="Read and tell all there is to say; build nothing.")
def command(
    sources: tuple[Path, ...],
    output: Path | None,
    format_name: str | None,
    told: Told,
    model: str,
    keep: int,
    unpublished: bool,
    dry_run: bool,
) -> None:
    """Build a snapshot of one or more glossary files and make it live.

    Rows without an id that repeat a term become further definitions of one entry; with --merge,
    entries with ids join those of earlier files that have the same term, too. Unchanged
    definitions keep their vectors from the snapshot before. Without SOURCE, the bundled glossary
    is built.

    \b
    Example:
        glossary index terms.csv --output terms-index --map Headword=term --ignore Notes
    """
    if sources:
        reading = told.read(sources, format_name)
    else:
        reading = read_bundled()
        output = output or bundled_index()
    # A dry run is for seeing what a build would do: all of it.
    tell_reading(reading, notes=None if dry_run else _SHOWN_NOTES)
    if dry_run:
        return
    if output is None:
        raise click.UsageError("Name the index folder with --output DIR.")
    with TerminalStages() as stages:
        report = build(
            reading.glossary,
            output,
            model=model,
            sources=reading.files,
            keep=keep,
            live=not unpublished,
            stages=stages,
        )
    _tell_build(report, output, live=not unpublished)


def _tell_build(report: BuildReport, index: Path, *, live: bool) -> None:
    click.echo(
        f"Entries encoded: {report.encoded:,}; with the vectors they had: {report.reused:,}."
    )
    if live:
        click.echo(f"Published {report.snapshot} in {index}.")
    else:
        click.echo(
            f"Built {report.snapshot} in {index}; "
            f"`glossary publish {report.snapshot} --index {index}` makes it live."
        )
