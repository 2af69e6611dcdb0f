"""The judged sets that benchmarks measure on, evaluated on indexes that are built for it."""

from pathlib import Path

from indexer.bundled import bundled_file, read_bundled
from indexer.evaluation.foreign import Protocol
from indexer.evaluation.indexes import Indexes
from indexer.evaluation.outcomes import Evaluation
from indexer.evaluation.runs import evaluate, plan_run
from indexer.evaluation.sets import OwnFiles, Split
from indexer.modelfiles import DEFAULT_MODEL
from indexer.stages import Silent

_SHOWN = {
    "queries": ("acc@1", "acc@10", "MRR"),
    "no-match": ("let through",),
    "related": ("R-precision", "nDCG@10"),
    "cross-glossary": ("acc@1", "acc@10", "MRR"),
    "related-articles": ("R-precision", "nDCG@10"),
}


def judged(work: Path, data: Path | None, split: Split = Split.ALL) -> list[Evaluation]:
    """Evaluate the default model on the bundled sets, and with ``data`` on two by others."""
    indexes = Indexes(work, DEFAULT_MODEL, Silent())
    only = ["queries", "no-match", "related"]
    if data is not None:
        only += [Protocol.CROSS_GLOSSARY.value, Protocol.RELATED_ARTICLES.value]
    plan = plan_run(OwnFiles(), bundled=OwnFiles.bundled(bundled_file()), only=only, data=data)
    searcher = indexes(read_bundled().glossary)
    return evaluate(plan, [searcher], indexes, split=split)[0]


def figures(evaluations: list[Evaluation]) -> list[str]:
    """Return for each set its name and its main figures."""
    shown = []
    for found in (evaluation for evaluation in evaluations if evaluation.name in _SHOWN):
        first: dict[str, float] = {}
        for figure in found.figures:
            first.setdefault(figure.name, figure.value)
        values = " ".join(f"{first[name]:.3f}" for name in _SHOWN[found.name])
        shown.append(f"{found.name} {values}")
    return shown
