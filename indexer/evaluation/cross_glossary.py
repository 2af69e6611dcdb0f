"""Cross-glossary search: one author's definitions asked of the glossaries of others."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.evaluation.figures import evaluation
from indexer.evaluation.indexes import OpenGlossary
from indexer.evaluation.measures import first_place, ranking_values
from indexer.evaluation.outcomes import Evaluation, Keys, Outcome, Shape
from indexer.evaluation.own import DEPTH, answers_to
from indexer.evaluation.rows import Faults, read_all
from indexer.glossary import Entry, Glossary

FOLDER = "glossaries"
# Glossaries of one family go back to one another: each is asked of the other families only.
FAMILIES = {
    "openstax": ("openstax", "justpsychiatry"),
    "kurivo": ("kurivo", "amiraldin", "chrisfischer", "nullkeeper"),
    "ncert11": ("ncert11",),
}
LEAST_WORDS = 4
MOST_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Definition:
    """One row of a glossary."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A family held out: the glossary of all others, what is asked of it, and the right ids."""

    held: str
    glossary: Glossary
    asked: Sequence[Definition]
    answers: Sequence[Collection[str]]


def evaluate_cross_glossary(data: Path, open_glossary: OpenGlossary) -> Evaluation:
    """Ask each family's definitions of an index of all other families, and rank the term.

    Raises:
        BadGlossaryError: A glossary is missing or malformed.
    """
    found = []
    for trial in trials(data):
        searcher = open_glossary(trial.glossary)
        hits = answers_to(searcher, [row.text for row in trial.asked], depth=DEPTH)
        found.append((trial, [[hit.entry.id for hit in one] for one in hits]))
    return judged(found)


def trials(data: Path) -> Iterator[Trial]:
    """Yield every family that has questions for the others.

    Raises:
        BadGlossaryError: A glossary is missing or malformed.
    """
    families = read_families(data)
    for held in families:
        others = [row for name, rows in families.items() if name != held for row in rows]
        index = by_term(others)
        if asked := questions(families[held], index):
            numbers = {key: str(number) for number, key in enumerate(index)}
            answers = [(numbers[term_key(row.term)],) for row in asked]
            yield Trial(held, glossary_of(index, title=f"Without {held}"), asked, answers)


def judged(found: Iterable[tuple[Trial, Sequence[Sequence[str]]]]) -> Evaluation:
    """Judge the ids that were found for each question of each trial, best first."""
    outcomes: list[Outcome] = []
    keys = Keys()
    for trial, rankings in found:
        values = ranking_values(rankings, trial.answers, at=(1, 3, 10))
        for row, ranking, right, worth in zip(
            trial.asked, rankings, trial.answers, values, strict=True
        ):
            key = keys.of(f"{trial.held}, {row.term}: {row.text}")
            outcomes.append(Outcome(key, worth, trial.held, first_place(ranking, right)))
    return evaluation("cross-glossary", Shape.RANKED, outcomes)


def read_families(data: Path) -> dict[str, list[Definition]]:
    """Read the glossaries of every family.

    Raises:
        BadGlossaryError: A glossary is missing or malformed; every fault is in it.
    """
    faults = Faults()
    families = {
        family: [
            Definition(row.text("term"), row.text("definition"))
            for row in read_all([data / FOLDER / f"{name}.jsonl" for name in names], faults)
        ]
        for family, names in FAMILIES.items()
    }
    faults.refuse()
    return families


def term_key(term: str) -> str:
    """Reduce a term to what makes it the same term in another glossary.

    Lower case, without punctuation, without parentheses and what they hold, without a final
    plural s. A term that is a parenthesis as a whole keeps its words.
    """
    lowered = term.lower()
    key = " ".join(words(re.sub(r"\([^()]*\)", " ", lowered)) or words(lowered)) or lowered
    return key[:-1] if key.endswith("s") and not key.endswith("ss") else key


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; an apostrophe joins."""
    return re.findall(r"[^\W_]+", re.sub("['\u2019]", "", text.lower()))


def by_term(rows: Sequence[Definition]) -> dict[str, list[Definition]]:
    """Gather the rows of one term, each wording once."""
    found: dict[str, dict[str, Definition]] = {}
    for row in rows:
        found.setdefault(term_key(row.term), {}).setdefault(row.text, row)
    return {key: list(texts.values()) for key, texts in found.items()}


def glossary_of(index: Mapping[str, Sequence[Definition]], *, title: str) -> Glossary:
    """Return a glossary of one entry a term, its number as id, all definitions in it."""
    entries = [
        Entry(str(number), rows[0].term, tuple(row.text for row in rows))
        for number, rows in enumerate(index.values())
    ]
    return Glossary(tuple(entries), title=title)


def questions(
    held: Sequence[Definition], index: Mapping[str, Sequence[Definition]]
) -> list[Definition]:
    """Return the definitions worth asking, each wording of a term once.

    Their term is in the index; they have ``LEAST_WORDS`` distinct words, none of them of the term,
    and share no more than ``MOST_ALIKE`` (Jaccard) with any definition that the term has there.
    """
    asked = []
    for key, rows in by_term(held).items():
        for row in rows:
            said = set(words(row.text))
            if len(said) < LEAST_WORDS or said & set(words(row.term)):
                continue
            if key in index and all(_alike(said, other) <= MOST_ALIKE for other in index[key]):
                asked.append(row)
    return asked


def _alike(said: set[str], other: Definition) -> float:
    there = set(words(other.text))
    return len(said & there) / len(said | there)
