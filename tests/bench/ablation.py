"""What each part of search and relatedness is worth: the figures with each switched off in turn.

    python -m tests.bench.ablation --data DIR [--split all]

The bundled sets are asked of the bundled glossary; with ``--data``, cross-glossary search and
related articles are measured too (see ``glossary evaluate``).
"""

import argparse
import tempfile
from pathlib import Path

from indexer.bundled import bundled_file, read_bundled
from indexer.evaluation.foreign import Protocol
from indexer.evaluation.indexes import Indexes
from indexer.evaluation.outcomes import Evaluation
from indexer.evaluation.runs import evaluate, plan_run
from indexer.evaluation.sets import OwnFiles, Split
from indexer.modelfiles import DEFAULT_MODEL
from indexer.stages import Silent
from tests.bench.parts import BUILD_PARTS, FUSIONS, QUERY_PARTS, remembered, without

_SHOWN = {
    "queries": ("acc@1", "acc@10", "MRR"),
    "no-match": ("let through",),
    "related": ("R-precision", "nDCG@10"),
    "cross-glossary": ("acc@1", "acc@10", "MRR"),
    "related-articles": ("R-precision", "nDCG@10"),
}


def main() -> None:
    """Print one row a variant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--split", choices=[split.value for split in Split], default="all")
    options = parser.parse_args()
    parts = [part for part in (*BUILD_PARTS, *QUERY_PARTS) if part != "sentences"]
    with remembered():
        for part in (None, *parts, *FUSIONS):
            with without(part), tempfile.TemporaryDirectory() as work:
                found = _measured(Path(work), options.data, Split(options.split))
            name = part if part in FUSIONS else f"without {part}" if part else "everything on"
            print(f"{name:24} {'  '.join(_figures(found))}", flush=True)  # noqa: T201


def _measured(work: Path, data: Path | None, split: Split) -> list[Evaluation]:
    indexes = Indexes(work, DEFAULT_MODEL, Silent())
    only = ["queries", "no-match", "related"]
    if data is not None:
        only += [Protocol.CROSS_GLOSSARY.value, Protocol.RELATED_ARTICLES.value]
    plan = plan_run(OwnFiles(), bundled=OwnFiles.bundled(bundled_file()), only=only, data=data)
    searcher = indexes(read_bundled().glossary)
    return evaluate(plan, [searcher], indexes, split=split)[0]


def _figures(evaluations: list[Evaluation]) -> list[str]:
    shown = []
    for found in (evaluation for evaluation in evaluations if evaluation.name in _SHOWN):
        first: dict[str, float] = {}
        for figure in found.figures:
            first.setdefault(figure.name, figure.value)
        values = " ".join(f"{first[name]:.3f}" for name in _SHOWN[found.name])
        shown.append(f"{found.name} {values}")
    return shown


if __name__ == "__main__":
    main()
