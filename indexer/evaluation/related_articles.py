"""Related articles: our lists and strengths beside those that a site shows for its pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.evaluation.figures import evaluation
from indexer.evaluation.indexes import OpenGlossary
from indexer.evaluation.measures import list_values
from indexer.evaluation.outcomes import Evaluation, Keys, Outcome, Shape
from indexer.evaluation.own import RELATED_DEPTH
from indexer.evaluation.rows import Faults, Row, read_rows
from indexer.formats import read_glossary
from indexer.glossary import Glossary, title_key

FOLDER = "related"
FIRST = 10
MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class Page:
    """A page's number in the glossary and the bars of what it lists (0: unknown), by title."""

    term: str
    number: int
    bars: dict[str, int]


def evaluate_related_articles(data: Path, open_glossary: OpenGlossary) -> list[Evaluation]:
    """Compare related lists with those of the pages, and our strength with the pages' bars.

    A listed term that has no entry cannot be found, and counts all the same. In the second set an
    item beyond the first ``RELATED_DEPTH`` of ours has strength 0; items without an entry or of
    unknown bars are left out.

    Raises:
        BadGlossaryError: A file is missing or malformed.
    """
    folder = data / FOLDER
    glossary = read_glossary([folder / "entries.jsonl"], title="Related articles").glossary
    faults = Faults()
    pages = [_page(row, glossary) for row in read_rows(folder / "pages.jsonl", faults)]
    faults.refuse()
    searcher = open_glossary(glossary)
    ours = [
        {
            title_key(item.entry.term): item.strength
            for item in searcher.related(page.number, limit=RELATED_DEPTH)
        }
        for page in pages
    ]
    values = list_values(
        [list(strengths) for strengths in ours],
        [page.bars for page in pages],
        [page.bars for page in pages],
    )
    there = {title_key(entry.term) for entry in glossary.entries}
    keys = Keys()
    lists = [Outcome(keys.of(page.term), worth) for page, worth in zip(pages, values, strict=True)]
    return [
        evaluation("related-articles", Shape.LISTS, lists, notes=_absent(pages, there)),
        evaluation("related-articles strength", Shape.LISTED, _listed(pages, ours, there)),
    ]


def _listed(
    pages: Sequence[Page], ours: Sequence[Mapping[str, float]], there: Collection[str]
) -> list[Outcome]:
    """Return our strength beside the page's bars, for items with an entry."""
    outcomes, keys = [], Keys()
    for page, strengths in zip(pages, ours, strict=True):
        first = list(strengths)[:FIRST]
        for term, bars in page.bars.items():
            if bars and term in there:
                values = {
                    "strength": strengths.get(term, 0.0),
                    "score": float(bars),
                    "in_first_10": float(term in first),
                }
                key = keys.of(f"{page.term}: {term}")
                outcomes.append(Outcome(key, values, unit=page.term))
    return outcomes


def _page(row: Row, glossary: Glossary) -> Page:
    term, bars = row.text("term"), {}
    number = glossary.find(term)
    if number is None:
        row.fault(f"the page {term!r} has no entry; add one to the entries beside it.")
    for item in row.rows("related"):
        bars[title_key(item.text("term"))] = item.whole_number("bars", 0, MOST_BARS)
    return Page(term, number or 0, bars)


def _absent(pages: Sequence[Page], there: Collection[str]) -> list[str]:
    absent = sum(term not in there for page in pages for term in page.bars)
    return [f"Listed terms without an entry, never found: {absent}."] if absent else []
