"""From scores, which mean nothing outside one ranking, to strength (0-100) and bars (1-10)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows

MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """What scores a glossary gives to texts that have nothing to do with each other.

    ``related`` is the median cosine of random pairs of entries, ``search`` the median score of a
    definition asked as a query against the rows of other entries. Strength counts from there.
    """

    related: float
    search: float


def strength(score: float, baseline: float) -> float:
    """Return how far a score lies from chance (0) to identity (100), with one decimal."""
    if baseline >= 1:
        return 0.0
    share = (score - baseline) / (1 - baseline)
    return round(100 * min(max(share, 0.0), 1.0), 1)


def bars(strength_value: float) -> int:
    """Return strength in tenths, at least 1: what is listed has a bar."""
    return min(max(math.ceil(strength_value / MOST_BARS), 1), MOST_BARS)


def calibrate(
    rows: Rows,
    owners: NDArray[np.int32],
    queries: Rows,
    asked: NDArray[np.int64],
    *,
    pairs: int = 20_000,
    seed: int = 0,
) -> Calibration:
    """Measure a glossary's chance scores on random pairs of rows that belong to different entries.

    Args:
        rows: The index, unit rows, (rows, dimension).
        owners: The entry of each row.
        queries: Definitions of some rows, encoded as queries.
        asked: Which rows these are.
        pairs: How many pairs to draw.
        seed: Makes the draw the same for the same glossary.
    """
    random = np.random.default_rng(seed)
    left, right = random.integers(0, len(rows), size=(2, pairs))
    cosines = np.einsum("ij,ij->i", rows[left], rows[right])
    query = random.integers(0, len(queries), size=pairs)
    scores = np.einsum("ij,ij->i", queries[query], rows[right])
    return Calibration(
        related=_median(cosines[owners[left] != owners[right]]),
        search=_median(scores[owners[asked[query]] != owners[right]]),
    )


def _median(scores: NDArray[np.float32]) -> float:
    """Return the median, and 0 for a glossary of one entry, which has no such pair."""
    return float(np.median(scores)) if len(scores) else 0.0
