"""``glossary search``: a description in, the terms it may mean out."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import click

from indexer.bodies import search_body
from indexer.commands.options import bar_text, chosen_index, index_option, show_json
from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_text, write_lines
from indexer.search import Answer, Searcher

_QUERIES_AT_ONCE = 256


@click.command("search")
@click.argument("query", required=False)
@index_option
@click.option("--limit", default=10, show_default=True, help="How many hits at most.")
@click.option("--exact", is_flag=True, help="Search for what was typed, even if it looks misspelt.")
@click.option("--category", help="Search only entries of this category.")
@click.option("--min-strength", type=float, help="Leave out hits that are weaker, 0 to 100.")
@click.option("--json", "as_json", is_flag=True, help="Print the body the service answers with.")
@click.option(
    "--queries",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='A JSON Lines file of {"query": …}, to answer instead of QUERY.',
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to put the answers to --queries, one body a line.",
)
def command(
    query: str | None,
    index: Path | None,
    limit: int,
    exact: bool,
    category: str | None,
    min_strength: float | None,
    as_json: bool,
    queries: Path | None,
    output: Path | None,
) -> None:
    """Find the terms that a description in plain words means.

    \b
    Examples:
        glossary search "dread of open places and crowds"
        glossary search --queries queries.jsonl --output answers.jsonl
    """
    if (query is None) == (queries is None):
        raise click.UsageError("Give either QUERY or --queries FILE.")
    if (queries is None) != (output is None):
        raise click.UsageError("--queries and --output go together.")
    if queries is not None and output is not None:
        asked = read_queries(queries)
        searcher = Searcher.open(chosen_index(index))
        ask = partial(
            searcher.search_many,
            limit=limit,
            correct=not exact,
            category=category,
            min_strength=min_strength,
        )
        write_lines(output, _answers(ask, asked))
        click.echo(f"Answered {len(asked):,} queries in {output}.")
        return
    assert query is not None  # noqa: S101  either it or --queries was given
    answer = Searcher.open(chosen_index(index)).search(
        query, limit=limit, correct=not exact, category=category, min_strength=min_strength
    )
    if as_json:
        show_json(search_body(answer))
    else:
        _show(answer)


def read_queries(path: Path) -> list[str]:
    """Read the queries of a file with one ``{"query": …}`` a line.

    Raises:
        BadGlossaryError: The file is not UTF-8 or empty, or lines are no such object.
    """
    queries: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
        except ValueError:
            body = None
        query = body.get("query") if isinstance(body, dict) else None
        if isinstance(query, str) and query.strip():
            queries.append(query)
        else:
            problems.append(Problem(path, number, 'this line is no {"query": "…"} with a text.'))
    if problems:
        raise BadGlossaryError(problems)
    return queries


def _answers(ask: Callable[[list[str]], list[Answer]], queries: list[str]) -> Iterator[str]:
    for start in range(0, len(queries), _QUERIES_AT_ONCE):
        part = queries[start : start + _QUERIES_AT_ONCE]
        for answer in ask(part):
            yield json.dumps(search_body(answer), ensure_ascii=False)


def _show(answer: Answer) -> None:
    if answer.corrected:
        click.echo(f"Searched for {answer.corrected}; --exact searches for what was typed.")
    if not answer.close:
        click.echo("No close match. The nearest terms:")
    for hit in answer.hits:
        click.secho(hit.entry.term, bold=True, nl=False)
        click.echo(f"  {bar_text(hit.bars)}  ({hit.matched_on.value})")
        click.echo(f"    {' '.join(hit.definition.split())}")
