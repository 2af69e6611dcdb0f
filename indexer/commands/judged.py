"""``glossary judged``: saved pages of the original site in, judged related lists out."""

import json
from collections.abc import Iterable
from pathlib import Path

import click

from indexer.commands.options import chosen_index, index_option, output_option
from indexer.errors import GlossaryError
from indexer.formats.article import MOST_BARS, Article, parse_article
from indexer.formats.files import write_lines
from indexer.glossary import Glossary
from indexer.snapshot import open_current

_MOST_GRADE = 3


@click.command("judged")
@click.argument(
    "pages", metavar="PAGE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@index_option
@output_option("-o", "--output", metavar="FILE.jsonl")
@click.option(
    "--split", type=click.Choice(("dev", "test")), help="Say that all of it is of this half."
)
def command(pages: tuple[Path, ...], index: Path | None, output: Path, split: str | None) -> None:
    """Make a judged set of related lists from saved pages of the original site.

    It is for `glossary evaluate --related` on the same index: terms that are no entries there are
    left out. Of 10 bars, 1 to 3 are grade 1, 4 to 6 grade 2, 7 and more grade 3.

    \b
    Example:
        glossary judged interpersonal-therapy.html --output judged.jsonl
    """
    articles = [parse_article(page) for page in pages]
    glossary = Glossary(tuple(open_current(chosen_index(index)).entries), title="")
    rows: dict[str, dict[str, object]] = {}
    left_out: list[str] = []
    for page, article in zip(pages, articles, strict=True):
        entry_id = _id(glossary, article.term)
        if entry_id is None or entry_id in rows:
            why = "is no entry of this index" if entry_id is None else "has a list already"
            click.echo(f"Note: {page.name} left out: {article.term!r} {why}.", err=True)
            continue
        grades = _grades(glossary, article, entry_id, left_out)
        if not grades:
            click.echo(f"Note: {page.name} left out: its list has no entry here.", err=True)
            continue
        rows[entry_id] = _row(entry_id, grades, split)
    if left_out:
        names = ", ".join(map(repr, left_out[:10]))
        click.echo(f"Note: related terms that are no entries, left out: {names}.", err=True)
        if len(left_out) > 10:
            click.echo(f"Note: … and {len(left_out) - 10} more.", err=True)
    if not rows:
        raise GlossaryError("No page has a list of entries of this index; name another --index.")
    write_lines(output, (json.dumps(row, ensure_ascii=False) for row in rows.values()))
    click.echo(f"Wrote {len(rows)} judged lists to {output}.")


def _grades(
    glossary: Glossary, article: Article, entry_id: str, left_out: list[str]
) -> dict[str, int]:
    """Return the grades of a list by id, and collect the terms that are no entries."""
    grades: dict[str, int] = {}
    for item in article.related:
        other = _id(glossary, item.term)
        if other is None:
            left_out.append(item.term)
        elif other != entry_id:
            # Of two names of one entry, the first is the closer.
            grades.setdefault(other, grade(item.bars))
    return grades


def grade(bars: int) -> int:
    """Return the grade that so many bars stand for, 1 to 3."""
    return max(1, -(-bars * _MOST_GRADE // MOST_BARS))


def _id(glossary: Glossary, name: str) -> str | None:
    number = glossary.find(name)
    return None if number is None else glossary.entries[number].id


def _row(entry_id: str, grades: dict[str, int], split: str | None) -> dict[str, object]:
    half: Iterable[tuple[str, object]] = [("split", split)] if split else []
    related = [{"id": other, "grade": found} for other, found in grades.items()]
    return {"id": entry_id, **dict(half), "related": related}
