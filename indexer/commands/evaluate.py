"""``glossary evaluate``: judged sets in, figures out."""

import os
import tempfile
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from indexer.bundled import bundled_file, read_bundled
from indexer.commands.options import chosen_index, index_option
from indexer.commands.progress import TerminalStages
from indexer.evaluation.compare import compare_all
from indexer.evaluation.foreign import Protocol
from indexer.evaluation.indexes import Indexes
from indexer.evaluation.outcomes import Evaluation
from indexer.evaluation.report import (
    about,
    comparison_lines,
    read_report,
    report_body,
    table,
    write_report,
)
from indexer.evaluation.runs import NAMES, Plan, evaluate, plan_run
from indexer.evaluation.sets import OwnFiles, Split
from indexer.modelfiles import DEFAULT_MODEL
from indexer.search import Searcher

DATA_VARIABLE = "GLOSSARY_EVALUATION_DATA"
_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("evaluate")
@index_option
@click.option(
    "--split",
    type=click.Choice([split.value for split in Split]),
    default=Split.ALL.value,
    show_default=True,
    help="Which half of the judged sets.",
)
@click.option("--queries", type=_FILE, metavar="FILE", help="Judged queries of your own.")
@click.option("--no-match", type=_FILE, metavar="FILE", help="Your own queries without an answer.")
@click.option("--related", type=_FILE, metavar="FILE", help="Judged related entries of your own.")
@click.option(
    "--data", type=_FOLDER, metavar="DIR", help="A folder of foreign texts, to measure on too."
)
@click.option(
    "--all", "everything", is_flag=True, help=f"All there is, --data or ${DATA_VARIABLE} with it."
)
@click.option(
    "--only", multiple=True, type=click.Choice(NAMES), help="Evaluate this only. Repeatable."
)
@click.option(
    "--work", type=_FOLDER, metavar="DIR", help="Keep the indexes built for --data, for a next run."
)
@click.option(
    "--model", metavar="NAME_OR_PATH", help="Build with this model. [default: the usual one]"
)
@click.option(
    "--json", "json_file", type=_FILE, metavar="FILE", help="Write figures and outcomes here."
)
@click.option(
    "--compare", "earlier", type=_FILE, metavar="FILE", help="Compare with a file of --json."
)
@click.option(
    "--compare-index", "other", type=_FOLDER, metavar="DIR", help="Compare with another index."
)
def command(
    index: Path | None,
    split: str,
    queries: Path | None,
    no_match: Path | None,
    related: Path | None,
    data: Path | None,
    everything: bool,
    only: tuple[str, ...],
    work: Path | None,
    model: str | None,
    json_file: Path | None,
    earlier: Path | None,
    other: Path | None,
) -> None:
    """Measure search and related lists on judged sets.

    Without files of your own, on those of the bundled glossary. Judged files are JSON Lines;
    data/README.md shows their fields. --data adds four protocols over texts by others.

    \b
    Examples:
        glossary evaluate --json before.json
        glossary evaluate --compare before.json
        glossary evaluate --index terms-index --queries judged.jsonl
    """
    if earlier is not None and other is not None:
        raise click.UsageError("Give either --compare or --compare-index.")
    plan = plan_run(
        OwnFiles(queries, no_match, related),
        bundled=OwnFiles.bundled(bundled_file()),
        only=only,
        data=_foreign(data, only, everything=everything),
        everything=everything,
    )
    _check(plan, index=index, other=other, model=model, json_file=json_file)
    before = read_report(earlier) if earlier is not None else []
    run = _run(plan, Split(split), index=index, other=other, work=work, model=model)
    comparisons = compare_all(run.other or before, run.evaluations)
    if earlier is not None and not comparisons:
        click.echo(f"Note: no set of this run is in {earlier.name}; nothing is compared.", err=True)
    if json_file is not None:
        body = report_body(run.evaluations, about=run.about, comparisons=comparisons)
        write_report(json_file, body)
    for line in [*table(run.evaluations), *comparison_lines(comparisons)]:
        click.echo(line)


@dataclass(frozen=True, slots=True)
class _Run:
    """What came out: ``other`` of the snapshot to compare with, where one is named."""

    evaluations: Sequence[Evaluation]
    other: Sequence[Evaluation]
    about: dict[str, object]


def _run(
    plan: Plan,
    split: Split,
    *,
    index: Path | None,
    other: Path | None,
    work: Path | None,
    model: str | None,
) -> _Run:
    """Open or build what the plan needs, and evaluate it."""
    with ExitStack() as stack:
        stages = stack.enter_context(TerminalStages())
        kept = work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        indexes = Indexes(kept, model or DEFAULT_MODEL, stages)
        searchers = [_searcher(index, model, indexes)] if plan.asks_a_snapshot else []
        searchers += [Searcher.open(other)] if other is not None else []
        evaluations, *others = evaluate(plan, searchers, indexes, split=split)
    told = about(searchers[:1], split=split, model=model or DEFAULT_MODEL)
    return _Run(evaluations, others[0] if others else (), told)


def _foreign(data: Path | None, only: Collection[str], *, everything: bool) -> Path | None:
    """Return the folder of foreign texts; that of the environment only where it is asked for."""
    variable = os.environ.get(DATA_VARIABLE)
    asked = everything or any(protocol.value in only for protocol in Protocol)
    return Path(variable) if data is None and variable and asked else data


def _check(
    plan: Plan, *, index: Path | None, other: Path | None, model: str | None, json_file: Path | None
) -> None:
    """Refuse what could not be done or would be ignored, before an hour's work."""
    if other is not None and not plan.asks_a_snapshot:
        raise click.UsageError("--compare-index compares own sets and relatedness; choose one.")
    if model is not None and index is not None and not plan.builds:
        raise click.UsageError("--index names a snapshot built already; leave out --model.")
    if json_file is not None and not json_file.parent.is_dir():
        raise click.UsageError(f"--json: there is no folder {json_file.parent}; make it first.")


def _searcher(index: Path | None, model: str | None, indexes: Indexes) -> Searcher:
    """Open the snapshot under evaluation; with a model, that of the bundled glossary is built."""
    if index is None and model is not None:
        return indexes(read_bundled().glossary)
    return Searcher.open(chosen_index(index))
