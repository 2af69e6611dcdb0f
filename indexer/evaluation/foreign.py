"""The protocols over a folder of texts by others: which there are, and the texts each needs."""

from collections.abc import Collection
from enum import Enum
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.evaluation import (
    cross_glossary,
    related_articles,
    relatedness,
    reverse_dictionary,
)
from indexer.evaluation.indexes import OpenGlossary
from indexer.evaluation.outcomes import Evaluation


class Protocol(Enum):
    """A way of measuring on foreign texts."""

    CROSS_GLOSSARY = "cross-glossary"
    REVERSE_DICTIONARY = "reverse-dictionary"
    RELATED_ARTICLES = "related-articles"
    RELATEDNESS = "relatedness"


_NEEDS = {
    Protocol.CROSS_GLOSSARY: (Path(cross_glossary.FOLDER),),
    Protocol.REVERSE_DICTIONARY: (
        reverse_dictionary.DICTIONARY,
        reverse_dictionary.DESCRIPTIONS,
    ),
    Protocol.RELATED_ARTICLES: (Path(related_articles.FOLDER),),
    Protocol.RELATEDNESS: (Path(relatedness.FOLDER),),
}


def available(data: Path) -> list[Protocol]:
    """Return the protocols whose texts are in a folder.

    Raises:
        BadGlossaryError: There is no such folder.
    """
    if not data.is_dir():
        raise BadGlossaryError([_absent(data, "there is no such folder; name one with --data.")])
    return [
        protocol
        for protocol, paths in _NEEDS.items()
        if all((data / path).exists() for path in paths)
    ]


def require(data: Path, protocols: Collection[Protocol]) -> None:
    """Do nothing when a folder has the texts of all these protocols.

    Raises:
        BadGlossaryError: There is no such folder, or texts are missing; all that are missing.
    """
    there = available(data)
    problems = [
        _absent(data / path, f"this is not there, and {protocol.value} needs it.")
        for protocol in protocols
        if protocol not in there
        for path in _NEEDS[protocol]
        if not (data / path).exists()
    ]
    if problems:
        raise BadGlossaryError(problems)


def evaluate_foreign(
    protocols: Collection[Protocol], data: Path, open_glossary: OpenGlossary
) -> list[Evaluation]:
    """Measure by those protocols that index foreign texts: all but relatedness, in their order."""
    evaluations: list[Evaluation] = []
    if Protocol.CROSS_GLOSSARY in protocols:
        evaluations.append(cross_glossary.evaluate_cross_glossary(data, open_glossary))
    if Protocol.REVERSE_DICTIONARY in protocols:
        evaluations.append(reverse_dictionary.evaluate_reverse_dictionary(data, open_glossary))
    if Protocol.RELATED_ARTICLES in protocols:
        evaluations += related_articles.evaluate_related_articles(data, open_glossary)
    return evaluations


def _absent(path: Path, message: str) -> Problem:
    return Problem(path, 0, message)
