"""``glossary relate``: related pairs of a glossary, of terms, texts or two glossaries, as data."""

from contextlib import ExitStack
from pathlib import Path

import click

from indexer.cluster import cluster_targets, connected
from indexer.commands.options import (
    chosen_index,
    index_option,
    output_option,
    ray_option,
    refuse_typed,
)
from indexer.commands.progress import TerminalStages
from indexer.relating import (
    DEFAULT_LIMIT,
    Asked,
    Format,
    Job,
    Measure,
    Report,
    format_of,
    left_over,
    relate,
)
from indexer.search import query_encoder
from indexer.snapshot import open_current

_file = click.Path(dir_okay=False, path_type=Path)


@click.command("relate")
@index_option
@output_option("--output", metavar="FILE")
@click.option(
    "--format",
    "chosen",
    type=click.Choice([item.value for item in Format]),
    help="By default the suffix tells: .jsonl, .csv, .tsv, .parquet, .graphml, .edges; "
    "related lists in JSON Lines are the bodies of the service.",
)
@click.option(
    "--measure",
    type=click.Choice([item.value for item in Measure]),
    help="The related lists of the pages, or the meaning of the closest passages, of all pairs. "
    "[default: related; meaning with --all or --with]",
)
@click.option("--limit", type=int, help=f"How many for each.  [default: {DEFAULT_LIMIT}]")
@click.option("--all", "everything", is_flag=True, help="Every pair, once, instead of the closest.")
@click.option("--terms", type=_file, metavar="FILE", help="Only for these, an id or term a line.")
@click.option("--texts", type=_file, metavar="FILE", help="For these texts instead, one a line.")
@click.option(
    "--with",
    "other",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The index folder of another glossary, whose entries are listed.",
)
@click.option("--min-strength", type=float, help="Leave out weaker pairs, 0 to 100.")
@click.option("--category", help="List only entries of this category.")
@click.option("--source-category", help="List only for entries of this category.")
@ray_option("Compare on the Ray cluster there, whose nodes all see the index folder.")
@click.option("--threads", type=click.IntRange(1), help="How many cores to use.  [default: all]")
def command(
    index: Path | None,
    output: Path,
    chosen: str | None,
    measure: str | None,
    limit: int | None,
    everything: bool,
    terms: Path | None,
    texts: Path | None,
    other: Path | None,
    min_strength: float | None,
    category: str | None,
    source_category: str | None,
    ray: str | None,
    threads: int | None,
) -> None:
    """Write related pairs as data: for all entries, for some, for texts, or between glossaries.

    A run that is cut off goes on where it was when it is started again.

    \b
    Examples:
        glossary relate --output related.jsonl --limit 20
        glossary relate --output pairs.parquet --all --min-strength 60
    """
    if everything and limit is not None:
        raise click.UsageError("Give either --limit or --all.")
    wanted = Measure(measure) if measure else _default_measure(everything, other)
    if ray is not None and wanted is Measure.RELATED:
        raise click.UsageError(
            "Related lists are in the snapshot and only read; give --ray with --measure meaning."
        )
    if ray is not None and texts is None:
        refuse_typed(("threads",), "the nodes of a cluster use the cores that it gives them")
    asked = Asked(
        wanted,
        None if everything else DEFAULT_LIMIT if limit is None else limit,
        min_strength,
        category,
        source_category,
        terms,
        texts,
    )
    format_ = Format(chosen) if chosen else format_of(output, wanted)
    snapshot = open_current(chosen_index(index))
    job = Job(
        asked,
        snapshot,
        open_current(other) if other else None,
        query_encoder(snapshot, threads=threads) if texts else None,
    )
    with ExitStack() as stack:
        stages = stack.enter_context(TerminalStages())
        targets = cluster_targets(stack.enter_context(connected(ray))) if ray else None
        report = relate(job, output, format_, threads=threads, targets=targets, stages=stages)
    _show(report, output, format_, "texts" if texts else "entries")


def _default_measure(everything: bool, other: Path | None) -> Measure:
    return Measure.MEANING if everything or other else Measure.RELATED


def _show(report: Report, output: Path, written: Format, things: str) -> None:
    if report.kept:
        click.echo(f"Went on after {report.kept:,} of {report.blocks:,} blocks.")
    what = "the related articles" if written is Format.BODIES else f"{report.rows:,} pairs"
    click.echo(f"Wrote {what} of {report.sources:,} {things} to {output}.")
    for folder in left_over(output):
        click.echo(f"{folder} holds blocks of a run with other settings; remove it if it is done.")
