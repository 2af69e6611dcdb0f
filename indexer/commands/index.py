"""``glossary index``: glossary files in, a published snapshot out."""

from pathlib import Path

import click

from indexer.build import BuildReport, build
from indexer.bundled import bundled_index, read_bundled
from indexer.commands.progress import TerminalStages
from indexer.formats import FORMATS, Columns, Reading, read_glossary
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
    help=f"The files' format: {', '.join(FORMATS)}. [default: by suffix]",
)
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Read a column, or a JSON key, as this field. Repeatable.",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="COLUMN",
    help="Leave out a column, or a JSON key. Repeatable.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    help="The files' encoding, cp1252 say. [default: UTF-8, or what an XML file declares]",
)
@click.option(
    "--merge",
    is_flag=True,
    help="Join entries of several files by term, those with ids too; --dry-run shows which.",
)
@click.option(
    "--title", help="The glossary's title. [default: what the first file says, or its name]"
)
@click.option(
    "--language",
    default="en",
    show_default=True,
    help="Its language, a BCP 47 tag; of files in several languages, only this one is read.",
)
@click.option("--licence", help="Its licence. [default: what the first file says]")
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
@click.option("--dry-run", is_flag=True, help="Read and report; build nothing.")
def command(
    sources: tuple[Path, ...],
    output: Path | None,
    format_name: str | None,
    mapped: tuple[str, ...],
    ignored: tuple[str, ...],
    encoding: str | None,
    merge: bool,
    title: str | None,
    language: str,
    licence: str | None,
    model: str,
    keep: int,
    unpublished: bool,
    dry_run: bool,
) -> None:
    """Build a snapshot of one or more glossary files and make it live.

    Rows without an id that repeat a term become further definitions of one entry. Unchanged
    definitions keep their vectors from the snapshot before. Without SOURCE, the bundled glossary
    is built.

    \b
    Example:
        glossary index terms.csv --output terms-index --map Headword=term --ignore Notes
    """
    columns = Columns(dict(_pair(text) for text in mapped), frozenset(ignored))
    if sources:
        reading = read_glossary(
            sources,
            title=title,
            language=language,
            licence=licence,
            format_name=format_name,
            columns=columns,
            encoding=encoding,
            merge=merge,
        )
    else:
        reading = read_bundled()
        output = output or bundled_index()
    _tell_reading(reading, all_notes=dry_run)
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


def _pair(text: str) -> tuple[str, str]:
    column, separator, name = text.rpartition("=")
    if not separator or not column:
        raise click.BadParameter(f"{text!r} is not COLUMN=FIELD.", param_hint="--map")
    return column, name


def _tell_reading(reading: Reading, *, all_notes: bool) -> None:
    entries = reading.glossary.entries
    definitions = sum(len(entry.definitions) for entry in entries)
    shown = reading.notes if all_notes else reading.notes[:_SHOWN_NOTES]
    for note in shown:
        click.echo(f"Note: {note}", err=True)
    if more := len(reading.notes) - len(shown):
        click.echo(f"Note: … and {more} more notes; --dry-run shows them all.", err=True)
    click.echo(f"Read: {len(entries):,} entries, {definitions:,} definitions.")


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
