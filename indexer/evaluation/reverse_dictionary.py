"""Reverse dictionary: people's own descriptions of everyday words, asked of a large dictionary."""

from collections.abc import Iterable
from pathlib import Path

from indexer.evaluation.figures import evaluation
from indexer.evaluation.indexes import OpenGlossary
from indexer.evaluation.measures import first_place, ranking_values
from indexer.evaluation.outcomes import Evaluation, Keys, Outcome, Shape
from indexer.evaluation.own import answers_to
from indexer.evaluation.rows import Faults, Row, read_rows
from indexer.glossary import Entry, Glossary

DICTIONARY = Path("wordnet", "entries.jsonl.gz")
DESCRIPTIONS = Path("reverse_dictionary", "descriptions.jsonl")
DEPTH = 1000


def evaluate_reverse_dictionary(data: Path, open_glossary: OpenGlossary) -> Evaluation:
    """Rank the word that each description means among the words of the entries found.

    Words further down than the first ``DEPTH`` entries count as not found.

    Raises:
        BadGlossaryError: A file is missing or malformed.
    """
    faults = Faults()
    asked = [
        (row.text("query"), row.text("answer")) for row in read_rows(data / DESCRIPTIONS, faults)
    ]
    entries = tuple(_entry(row) for row in read_rows(data / DICTIONARY, faults))
    faults.refuse()
    searcher = open_glossary(Glossary(entries, title="Dictionary"))
    hits = answers_to(searcher, [query for query, _ in asked], depth=DEPTH)
    rankings = [words_of(hit.entry for hit in found) for found in hits]
    answers = [(answer.casefold(),) for _, answer in asked]
    values = ranking_values(rankings, answers, at=(1, 10, 100))
    keys = Keys()
    outcomes = [
        Outcome(keys.of(query), worth, rank=first_place(ranking, right))
        for (query, _), ranking, right, worth in zip(asked, rankings, answers, values, strict=True)
    ]
    return evaluation("reverse-dictionary", Shape.RANKED, outcomes, notes=_absent(entries, answers))


def words_of(entries: Iterable[Entry]) -> list[str]:
    """Return the single words among the titles of entries, in order, each at its best place."""
    titles = (title for entry in entries for title in (entry.term, *entry.aliases))
    single = (title.casefold() for title in titles if " " not in title and "-" not in title)
    return list(dict.fromkeys(single))


def _absent(entries: Iterable[Entry], answers: Iterable[tuple[str]]) -> list[str]:
    """Say which answers no ranking can hold."""
    there = set(words_of(entries))
    absent = [answer for (answer,) in answers if answer not in there]
    return [f"Words that the dictionary does not have: {', '.join(absent)}."] if absent else []


def _entry(row: Row) -> Entry:
    aliases = dict.fromkeys(row.texts("aliases"))
    return Entry(row.text("id"), row.text("term"), (row.text("definition"),), tuple(aliases))
