"""Relatedness: our strength between two texts beside what people said of the pair."""

from pathlib import Path

from indexer.evaluation.figures import evaluation
from indexer.evaluation.outcomes import Evaluation, Keys, Outcome, Shape
from indexer.evaluation.rows import Faults, Row, read_rows
from indexer.search import Searcher

FOLDER = "relatedness"
FILES = ("men3000", "simlex999", "umnsrs_relatedness", "wordsim353")


def evaluate_relatedness(data: Path, searcher: Searcher) -> Evaluation:
    """Score the pairs of every file by the snapshot's encoder and calibration.

    Raises:
        BadGlossaryError: A file is missing or malformed.
    """
    faults = Faults()
    rows = {name: read_rows(data / FOLDER / f"{name}.jsonl", faults) for name in FILES}
    pairs = {name: [_pair(row) for row in rows[name]] for name in FILES}
    scores = {name: [row.number("score") for row in rows[name]] for name in FILES}
    faults.refuse()
    outcomes, keys = [], Keys()
    for name in FILES:
        strengths = searcher.relatedness(pairs[name])
        for (one, other), strength, score in zip(pairs[name], strengths, scores[name], strict=True):
            values = {"strength": strength, "score": score}
            outcomes.append(Outcome(keys.of(f"{name}: {one}, {other}"), values, name))
    return evaluation("relatedness", Shape.PAIRS, outcomes)


def _pair(row: Row) -> tuple[str, str]:
    return row.text("a"), row.text("b")
