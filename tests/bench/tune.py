"""Prints the grids that the weights of ``indexer/scoring.py`` were chosen from.

    python -m tests.bench.tune --data DIR [--views] [--words] [--pairs] [--neighbours]

Search weights are judged on the development half of the bundled queries and on cross-glossary
search; pair weights on the development half of the bundled related lists and on the related
articles of a real site. A weight is chosen where both are good, and reported on the other halves.
"""

import argparse
import itertools
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from indexer import embedding, scoring
from indexer.bundled import bundled_file, read_bundled
from indexer.evaluation.indexes import Indexes
from indexer.evaluation.runs import evaluate, plan_run
from indexer.evaluation.sets import OwnFiles, Split
from indexer.modelfiles import DEFAULT_MODEL
from indexer.scoring import ViewWeights
from indexer.stages import Silent
from tests.bench.parts import remembered

VIEWS = (
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.5, 0.5, 0.0),
    (0.5, 0.4, 0.1),
    (0.4, 0.5, 0.1),
    (0.4, 0.45, 0.15),
    (0.4, 0.4, 0.2),
    (0.3, 0.4, 0.3),
)
WORDS_OF_QUERY = (0.0, 0.15, 0.25, 0.36, 0.45, 0.6)
WORDS_OF_PAIR = (0.0, 0.5, 1.0, 1.7)
HUBNESS = (0.0, 0.1, 0.2, 0.3, 0.4)
SHARED_NEIGHBOURS = (0.0, 0.1, 0.2, 0.3, 0.5)
_SEARCH = ("queries", "cross-glossary")
_PAIRS = ("related", "related-articles")


def main() -> None:
    """Print the grids asked for, all without a choice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    grids = ("views", "words", "pairs", "neighbours")
    for grid in grids:
        parser.add_argument(f"--{grid}", action="store_true")
    options = parser.parse_args()
    chosen = [grid for grid in grids if getattr(options, grid)] or list(grids)
    with remembered():
        if "views" in chosen:
            for weights in VIEWS:
                views = [(embedding, "VIEW_WEIGHTS", ViewWeights(*weights))]
                _row(f"views {weights}", options.data, _SEARCH, views)
        if "words" in chosen:
            for words in WORDS_OF_QUERY:
                weight = [(scoring, "WORDS_OF_QUERY", words)]
                _row(f"words of query {words}", options.data, _SEARCH, weight)
        if "pairs" in chosen:
            for words, hubness in itertools.product(WORDS_OF_PAIR, HUBNESS):
                changes = [(scoring, "WORDS_OF_PAIR", words), (scoring, "HUBNESS", hubness)]
                _row(f"words of pair {words}, hubness {hubness}", options.data, _PAIRS, changes)
        if "neighbours" in chosen:
            for shared in SHARED_NEIGHBOURS:
                weight = [(scoring, "SHARED_NEIGHBOURS", shared)]
                _row(f"shared neighbours {shared}", options.data, _PAIRS, weight)


def _row(
    name: str, data: Path, only: Sequence[str], changes: Sequence[tuple[object, str, object]]
) -> None:
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(patch.object(*change))
        work = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        indexes = Indexes(work, DEFAULT_MODEL, Silent())
        plan = plan_run(OwnFiles(), bundled=OwnFiles.bundled(bundled_file()), only=only, data=data)
        searcher = indexes(read_bundled().glossary)
        found = evaluate(plan, [searcher], indexes, split=Split.DEV)[0]
    figures = [
        f"{evaluation.name} "
        + " ".join(f"{figure.name} {figure.value:.3f}" for figure in evaluation.figures[:4])
        for evaluation in found
    ]
    print(f"{name:40} {'  '.join(figures)}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
