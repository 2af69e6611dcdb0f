"""Decides whether a glossary is searched approximately, and how, by what that finds."""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Encoder, Rows
from indexer.glossary import Entry
from indexer.snapshot import Layout
from indexer.stages import Stages
from indexer.vectors import ApproximateIndex, Approximation, FlatIndex, save_approximate

# Up to here all rows are looked at within about 5 ms on one core.
EXACT_BYTES = 128 << 20
# Probes are added until this much is found; with less than the other, all rows are looked at.
_ENOUGH, _LEAST = 0.99, 0.98
_NEAREST = 10
_FEWEST_PROBES = 8
_QUERIES, _WORDS = 400, 8

logger = logging.getLogger(__name__)


def approximation(
    layout: Layout,
    entries: Sequence[Entry],
    rows: Rows,
    encoder: Encoder,
    stages: Stages,
    *,
    exact_bytes: int = EXACT_BYTES,
) -> Approximation | None:
    """Write an approximate index beside the exact one, when there are so many rows that it pays.

    Args:
        layout: Of a snapshot whose exact index is written.
        entries: Queries are the beginnings of some of their definitions.
        rows: The index, (rows, dimension), float32.
        encoder: Encodes the queries.
        stages: Shows progress.
        exact_bytes: Rows of no more bytes are searched exactly.

    Returns:
        How to search it, with the recall measured; ``None`` for exactly.
    """
    if rows.nbytes <= exact_bytes:
        return None
    progress = stages.stage("Listing", len(rows))
    lists = save_approximate(layout.lists, rows)
    progress(len(rows))
    queries = encoder.encode_queries(_beginnings(entries))
    flat = FlatIndex(layout.vectors)
    exact = flat.search(queries, _NEAREST).rows
    recall = 0.0
    index = ApproximateIndex(flat, layout.lists, lists)
    for probes in _doubled(min(_FEWEST_PROBES, lists), lists):
        index.probes = probes
        recall = _recall(index.search(queries, _NEAREST).rows, exact)
        if recall >= _ENOUGH:
            break
    if recall < _LEAST:
        layout.lists.unlink()
        logger.warning("Searched exactly: an approximate index finds only %.1f %%.", 100 * recall)
        return None
    return Approximation(lists, index.probes, round(recall, 4), len(queries))


def _beginnings(entries: Sequence[Entry]) -> list[str]:
    chosen = np.random.default_rng(0).permutation(len(entries))[:_QUERIES]
    return [" ".join(entries[int(n)].definitions[0].split()[:_WORDS]) for n in chosen]


def _doubled(first: int, last: int) -> list[int]:
    numbers = [first]
    while numbers[-1] < last:
        numbers.append(min(2 * numbers[-1], last))
    return numbers


def _recall(found: NDArray[np.int64], exact: NDArray[np.int64]) -> float:
    pairs = zip(found, exact, strict=True)
    return float(np.mean([np.isin(right, ours).mean() for ours, right in pairs]))
