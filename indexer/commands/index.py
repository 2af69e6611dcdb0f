"""``glossary index``: glossary files in, a published snapshot out."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from indexer.approximating import EXACT_BYTES
from indexer.build import BuildReport, build
from indexer.bundled import bundled_index, read_bundled
from indexer.cluster import cluster_prepare, connected
from indexer.commands.options import model_option, ray_option
from indexer.commands.progress import TerminalStages
from indexer.commands.sources import SHOWN_NOTES, Told, source_options, tell_reading
from indexer.encoder import prepare_encoder
from indexer.errors import GlossaryError
from indexer.overrides import Overrides, read_overrides


@click.command("index")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The index folder; made when absent. Needed with SOURCE.",
)
@source_options()
@model_option("A sentence-transformers model, by its name on the hub or its folder.")
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
@click.option(
    "--overrides",
    "rules",
    type=click.Path(path_type=Path),
    metavar="FILE.jsonl",
    help="Editors' rules for related lists: pin, block, order, cap.",
)
@click.option(
    "--max-churn",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Publish only when no more of the live snapshot's related items change.",
)
@click.option(
    "--exact",
    is_flag=True,
    help=f"Look at all rows for a query, however many. [default: up to {EXACT_BYTES >> 20} MiB]",
)
@ray_option("Encode on the Ray cluster there, whose nodes all see the index folder.")
@click.option("--dry-run", is_flag=True, help="Read and tell all there is to say; build nothing.")
def command(
    sources: tuple[Path, ...],
    output: Path | None,
    told: Told,
    model: str,
    keep: int,
    unpublished: bool,
    rules: Path | None,
    max_churn: float | None,
    exact: bool,
    ray: str | None,
    dry_run: bool,
) -> None:
    """Build a snapshot of one or more glossary files and make it live.

    Rows without an id that repeat a term become further definitions of one entry; with --merge,
    entries with ids join those of earlier files that have the same term, too. Unchanged
    definitions keep their vectors from the snapshot before. Without SOURCE, the bundled glossary
    is built.

    \b
    Examples:
        glossary index terms.csv --output terms-index --map Headword=term --ignore Notes
        glossary index terms.csv --output terms-index --overrides rules.jsonl --max-churn 10
    """
    if sources:
        reading = told.read(sources)
    else:
        reading = read_bundled()
        output = output or bundled_index()
    # A dry run is for seeing what a build would do: all of it.
    tell_reading(reading, notes=None if dry_run else SHOWN_NOTES)
    overrides = Overrides() if rules is None else read_overrides(rules, reading.glossary)
    if dry_run:
        _tell_stale(overrides.stale)
        return
    if output is None:
        raise click.UsageError("Name the index folder with --output DIR.")
    with ExitStack() as stack:
        stages = stack.enter_context(TerminalStages())
        prepare = cluster_prepare(stack.enter_context(connected(ray))) if ray else prepare_encoder
        report = build(
            reading.glossary,
            output,
            model=model,
            sources=reading.files,
            overrides=overrides,
            keep=keep,
            live=not unpublished,
            max_churn=None if max_churn is None else max_churn / 100,
            exact_bytes=sys.maxsize if exact else EXACT_BYTES,
            stages=stages,
            prepare=prepare,
        )
    _tell_stale(report.stale)
    _tell_build(report, output)
    if not report.published and not unpublished:
        raise _too_much_churn(report, output, max_churn)


def _tell_stale(stale: Sequence[str]) -> None:
    for line in stale:
        click.echo(f"Stale: {line}", err=True)


def _tell_build(report: BuildReport, index: Path) -> None:
    click.echo(
        f"Entries encoded: {report.encoded:,}; with the vectors they had: {report.reused:,}."
    )
    if report.churn is not None:
        click.echo(f"Related items changed: {report.churn:.1%}.")
    if report.published:
        click.echo(f"Published {report.snapshot} in {index}.")
    else:
        click.echo(
            f"Built {report.snapshot} in {index}; "
            f"`glossary publish {report.snapshot} --index {index}` makes it live."
        )


def _too_much_churn(report: BuildReport, index: Path, most: float | None) -> GlossaryError:
    if report.churn is None:
        return GlossaryError(
            f"Not published: the live snapshot of {index} cannot be opened, so that --max-churn "
            f"has nothing to compare with."
        )
    return GlossaryError(
        f"Not published: {report.churn:.1%} of the related items changed, and --max-churn allows "
        f"{most:g} %. `glossary diff live {report.snapshot} --index {index}` shows which."
    )
