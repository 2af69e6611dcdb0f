"""``glossary related``: the related articles of one term."""

from pathlib import Path

import click

from indexer.bodies import related_body
from indexer.commands.options import bar_text, chosen_index, index_option, show_json
from indexer.search import Searcher


@click.command("related")
@click.argument("term")
@index_option
@click.option("--limit", default=10, show_default=True, help="How many items at most.")
@click.option("--diverse", is_flag=True, help="Leave out items that say much the same.")
@click.option("--json", "as_json", is_flag=True, help="Print the body the service answers with.")
def command(term: str, index: Path | None, limit: int, diverse: bool, as_json: bool) -> None:
    """List the articles related to TERM, which is a term, an alias or an id.

    \b
    Example:
        glossary related "Interpersonal therapy"
    """
    searcher = Searcher.open(chosen_index(index))
    number = searcher.resolve(term)
    entry, items = (
        searcher.snapshot.entries[number],
        searcher.related(number, limit=limit, diverse=diverse),
    )
    if as_json:
        show_json(related_body(entry, items))
        return
    for item in items:
        click.secho(item.entry.term, bold=True, nl=False)
        click.echo(f"  {bar_text(item.bars)}")
        click.echo(f"    {item.snippet}")
