"""``glossary check``: the health report of a glossary."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from indexer.build import build
from indexer.commands.options import (
    chosen_index,
    index_option,
    model_option,
    refuse_typed,
    show_json,
)
from indexer.commands.progress import TerminalStages
from indexer.commands.sources import SOURCE_OPTIONS, Told, source_options, tell_notes
from indexer.formats import Reading
from indexer.formats.files import write_lines
from indexer.health import Finding, Health, Limits, check_health
from indexer.health.page import health_page
from indexer.snapshot import open_current

_SHOWN = 20


@click.command("check")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@index_option
@source_options()
@model_option("The model that reads SOURCE.")
@click.option(
    "--fewest-words",
    default=Limits().fewest_words,
    show_default=True,
    type=click.IntRange(0),
    help="A definition of fewer words is too short.",
)
@click.option(
    "--most-words",
    default=Limits().most_words,
    show_default=True,
    type=click.IntRange(1),
    help="A definition of more words is too long.",
)
@click.option(
    "--most-see-also",
    type=click.IntRange(0),
    help="An entry with so many see-also need not return one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all findings as JSON.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="Write all findings as one page, too.",
)
@click.option("--strict", is_flag=True, help="End with exit code 1 when there are findings.")
def command(
    sources: tuple[Path, ...],
    index: Path | None,
    told: Told,
    model: str,
    fewest_words: int,
    most_words: int,
    most_see_also: int | None,
    as_json: bool,
    page: Path | None,
    strict: bool,
) -> None:
    """Report what an editor should look at: doubles, circles, dead ends, gaps.

    With SOURCE, glossary files are checked before they are published; a snapshot is built for it
    and thrown away. Otherwise the live snapshot of the index folder is.

    \b
    Examples:
        glossary check --index terms-index --html health.html
        glossary check terms.csv --strict
    """
    limits = Limits(fewest_words, most_words, most_see_also)
    if sources:
        refuse_typed(("index",), "a SOURCE is checked without an index")
        health = _of_sources(told.read(sources), model, limits)
    else:
        refuse_typed(("model", *SOURCE_OPTIONS), "it is for SOURCE")
        health = check_health(open_current(chosen_index(index)), limits)
    if page is not None:
        write_lines(page, [health_page(health)])
    if as_json:
        show_json(_body(health))
    else:
        for line in _lines(health):
            click.echo(line)
    if strict and health.count:
        raise click.exceptions.Exit(1)


def _of_sources(reading: Reading, model: str, limits: Limits) -> Health:
    tell_notes(reading)
    with tempfile.TemporaryDirectory(prefix="glossary-check-") as folder:
        with TerminalStages() as stages:
            build(reading.glossary, Path(folder), model=model, stages=stages)
        return check_health(open_current(Path(folder)), limits)


def _lines(health: Health) -> Iterator[str]:
    yield f"{health.title}: {health.count:,} findings in {health.entries:,} entries."
    for check in health.checks:
        yield ""
        yield f"{check.title}: {len(check.findings):,}"
        for finding in check.findings[:_SHOWN]:
            yield f"    {finding.heading}"
            yield f"        {finding.detail}"
        if len(check.findings) > _SHOWN:
            yield f"    … and {len(check.findings) - _SHOWN:,} more; --json and --html have all."


def _body(health: Health) -> dict[str, object]:
    return {
        "title": health.title,
        "snapshot": health.snapshot,
        "entries": health.entries,
        "definitions": health.definitions,
        "findings": health.count,
        "checks": [
            {
                "check": check.key,
                "title": check.title,
                "about": check.about,
                "count": len(check.findings),
                "findings": [_finding_body(finding) for finding in check.findings],
            }
            for check in health.checks
        ],
    }


def _finding_body(finding: Finding) -> dict[str, object]:
    entries = [{"id": entry.id, "term": entry.term} for entry in finding.entries]
    return {"heading": finding.heading, "entries": entries, "detail": finding.detail}
