"""``glossary gaps``: no-match logs in, candidate terms out."""

from pathlib import Path

import click

from indexer.commands.options import chosen_index, index_option, show_json
from indexer.gaps import Gap, Gaps, find_gaps, read_missed
from indexer.search import Searcher

_SHOWN_QUERIES = 5


@click.command("gaps")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@index_option
@click.option(
    "--fewest",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="Leave out what was asked for less often.",
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def command(files: tuple[Path, ...], index: Path | None, fewest: int, as_json: bool) -> None:
    """Put queries that found nothing close together into terms the glossary may lack.

    FILE is a log of `glossary serve --no-match-log FILE`. Each candidate is called by its most
    central query, with how often it was asked for and the terms that come nearest.

    \b
    Example:
        glossary gaps no-match.jsonl --index terms-index --fewest 3
    """
    missed = read_missed(files)
    found = find_gaps(Searcher.open(chosen_index(index)), missed, fewest=fewest)
    if as_json:
        show_json(_body(found))
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: Gaps) -> list[str]:
    lines = [
        f"{found.lines:,} lines; left out: {found.unfinished:,} still being typed, "
        f"{found.answered:,} with a close match by now, {found.rare:,} beyond the most compared."
    ]
    for gap in found.gaps:
        lines.append(f"{gap.count:>5}  {gap.label}")
        lines += [f"         {one.query} ({one.count})" for one in gap.queries[1:_SHOWN_QUERIES]]
        if len(gap.queries) > _SHOWN_QUERIES:
            lines.append(f"         … and {len(gap.queries) - _SHOWN_QUERIES} more")
        lines.append(f"         nearest: {', '.join(entry.term for entry in gap.nearest)}")
    return lines


def _body(found: Gaps) -> dict[str, object]:
    return {
        "lines": found.lines,
        "unfinished": found.unfinished,
        "answered": found.answered,
        "rare": found.rare,
        "gaps": [_gap_body(gap) for gap in found.gaps],
    }


def _gap_body(gap: Gap) -> dict[str, object]:
    return {
        "label": gap.label,
        "count": gap.count,
        "queries": [{"query": one.query, "count": one.count} for one in gap.queries],
        "nearest": [{"id": entry.id, "term": entry.term} for entry in gap.nearest],
    }
