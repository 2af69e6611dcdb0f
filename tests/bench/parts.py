"""The parts of search and relatedness that can be switched off, to see what each is worth."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from indexer import asking, embedding, ranking, scoring
from indexer.encoding import Progress, Rows
from indexer.exported import ExportedEncoder
from indexer.scoring import Scores, ViewWeights

# Each takes one part away, at query time.
QUERY_PARTS = ("titles", "corrections", "words", "word gate by size", "sentences")
# Each puts a plain way of fusing meaning and words in the place of ours.
FUSIONS = ("rank fusion instead", "z-scores instead")
# Each takes one part away when the snapshot is built.
BUILD_PARTS = (
    "definition view",
    "titled view",
    "titles view",
    "pair words",
    "hub control",
    "shared neighbours",
)


@contextmanager
def without(part: str | None) -> Iterator[None]:
    """Switch a part off; ``None`` leaves everything on."""
    with ExitStack() as stack:
        for target, name, value in _changes(part):
            stack.enter_context(patch.object(target, name, value))
        yield


def _changes(part: str | None) -> list[tuple[object, str, object]]:
    weights = scoring.VIEW_WEIGHTS
    changes: dict[str | None, list[tuple[object, str, object]]] = {
        None: [],
        "titles": [(asking.Asker, "asked", lambda self, text, correct: asking.Asked(text, ()))],
        "corrections": [(asking, "_MOST_WORDS_CORRECTED", 0)],
        "words": [(scoring, "WORDS_OF_QUERY", 0.0)],
        "word gate by size": [(scoring, "_ENTRIES_FOR_FULL_WEIGHT", 10**9)],
        "sentences": [(ranking, "best_sentence", lambda *arguments: "")],
        "definition view": _views(0.0, weights.titled, weights.titles),
        "titled view": _views(weights.definition, 0.0, weights.titles),
        "titles view": _views(weights.definition, weights.titled, 0.0),
        "pair words": [(scoring, "WORDS_OF_PAIR", 0.0)],
        "hub control": [(scoring, "HUBNESS", 0.0)],
        "shared neighbours": [(scoring, "SHARED_NEIGHBOURS", 0.0)],
        "rank fusion instead": [(ranking, "hit_score", _rank_fusion)],
        "z-scores instead": [(ranking, "hit_score", _z_scores)],
    }
    return changes[part]


def _views(definition: float, titled: float, titles: float) -> list[tuple[object, str, object]]:
    found = np.array([definition, titled, titles]) / (definition + titled + titles)
    return [(embedding, "VIEW_WEIGHTS", ViewWeights(*found.tolist()))]


def _rank_fusion(meaning: Scores, words: Scores, *, entries: int) -> Rows:
    """Fuse by reciprocal ranks with the usual constant 60 (Cormack and others, 2009)."""
    by_meaning = 1 / (60 + _ranks(meaning))
    return np.asarray(by_meaning + np.where(words > 0, 1 / (60 + _ranks(words)), 0), dtype="f4")


def _z_scores(meaning: Scores, words: Scores, *, entries: int) -> Rows:
    """Add z-scores, 0.15 of them for words."""
    return np.asarray(0.85 * _standard(meaning) + 0.15 * _standard(words), dtype="f4")


def _ranks(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return ranks


def _standard(scores: NDArray[np.float32]) -> Rows:
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), 1e-6), dtype="f4")


@contextmanager
def remembered() -> Iterator[None]:
    """Encode each text once in a run, however often its glossary is built."""
    known: dict[str, NDArray[np.float32]] = {}
    encode = ExportedEncoder.encode_documents

    def remember(
        self: ExportedEncoder, texts: Sequence[str], progress: Progress | None = None
    ) -> Rows:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encode(self, new), strict=True))
        rows = [known[text] for text in texts]
        return np.stack(rows) if rows else encode(self, [])

    with patch.object(ExportedEncoder, "encode_documents", remember):
        yield
