"""A rough look at all rows in few bits: which may be near, and what none of the others exceeds.

Where the CPU multiplies in eight bits or tiles of bfloat16, that takes a quarter of the time of
single precision, or less. How far a score can be off is known (``coarse``). Each query gets a
threshold from a sample of the rows, so that about eight times what is asked for passes, and nothing
else has to be kept or sorted.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.vectors.coarse import (
    SLACK,
    Coarse,
    Rounded,
    off_by,
    quickest,
    single_threaded_products,
)

# From so many pairs on, in all, loading torch is worth its two seconds.
_PAIRS = 1 << 29
_LEAST_QUERIES = 64
# What a core multiplies and then looks through at once, within its cache.
_ROWS_AT_ONCE, _QUERIES_AT_ONCE = 1024, 1024
# The threshold of a query is its fourth best score in a sample that has one of 2 k rows: above it
# are 8 k rows on average, and fewer than k for about one query of a thousand.
_PLACE = 4
# Bounds the memory of a thread; from two million rows on, more than 8 k pass.
_LARGEST_SAMPLE = 1 << 15
# How many times k rows pass the threshold of a query before the look at it is given up.
_CROWD = 64


@dataclass(frozen=True, slots=True)
class Rough:
    """Rows that may be near to queries: ``rows[i]`` to ``queries[i]``.

    No row that is left out scores above ``beyond`` of its query, exactly computed. ``few`` has the
    queries that this look does not serve, for too few rows passed, or far too many: they have none
    here.
    """

    queries: NDArray[np.int64]
    rows: NDArray[np.int64]
    beyond: NDArray[np.float32]
    few: NDArray[np.int64]


def worthwhile(pairs: int, queries: int, count: int, k: int) -> bool:
    """Tell whether a rough look pays.

    Args:
        pairs: How many were compared, with those now: a job that went on so long goes on.
        queries: How many there are now.
        count: Rows.
        k: How many of them are wanted.
    """
    many = pairs >= _PAIRS and queries >= _LEAST_QUERIES
    return many and 32 * k <= count and quickest() is not None


class RoughRows:
    """Unit rows in few bits: a quarter or half of their size, in memory."""

    def __init__(
        self, rows: Callable[[NDArray[np.int64]], Rows], count: int, kind: Coarse | None = None
    ) -> None:
        """Round all rows.

        Args:
            rows: Returns the rows with these numbers.
            count: How many there are.
            kind: Of numbers; ``None`` is the quickest.

        Raises:
            ValueError: There is none.
        """
        kind = kind or quickest()
        if kind is None:
            raise ValueError("This machine has no products of few bits.")
        self._rows, self._kind = rows, kind
        starts = range(0, count, _ROWS_AT_ONCE)
        blocks = (np.arange(start, min(start + _ROWS_AT_ONCE, count)) for start in starts)
        highest = np.concatenate([np.abs(rows(block)).max(axis=1) for block in blocks])
        # Rows of a block share a step: those with like highest numbers come together.
        self._numbers = np.argsort(highest, kind="stable")
        self._blocks = [
            kind.rounded(rows(self._numbers[start : start + _ROWS_AT_ONCE]), together=True)
            for start in starts
        ]

    def nearest(self, queries: Rows, k: int, *, threads: int) -> Rough:
        """Return about the ``k`` nearest rows of each of the unit queries, (queries, dimension)."""
        sample = self._sample(max(2 * k, -(-len(self._numbers) // _LARGEST_SAMPLE)))
        size = min(_QUERIES_AT_ONCE, -(-len(queries) // threads))
        firsts = range(0, len(queries), size)

        def look(first: int) -> Rough:
            asked = self._kind.rounded(queries[first : first + size])
            thresholds = _thresholds(self._kind, asked, sample)
            return _Look(self._kind, asked, k, thresholds).at(self._blocks)

        # Each thread multiplies by itself what it looks through at once: it is in its cache then.
        with single_threaded_products(), ThreadPoolExecutor(threads) as pool:
            parts = list(zip(firsts, pool.map(look, firsts), strict=True))
        return Rough(
            np.concatenate([part.queries + first for first, part in parts]),
            self._numbers[np.concatenate([part.rows for _, part in parts])],
            np.concatenate([part.beyond for _, part in parts]),
            np.concatenate([part.few + first for first, part in parts]),
        )

    def _sample(self, every: int) -> Rounded:
        """Return one of so many rows, all with one step."""
        return self._kind.rounded(self._rows(self._numbers[::every]), together=True)


class _Look:
    """What some queries see. Bounds are what the exact scores are at most."""

    def __init__(
        self, kind: Coarse, queries: Rounded, k: int, thresholds: NDArray[np.float32]
    ) -> None:
        self._kind, self._queries, self._k, self._thresholds = kind, queries, k, thresholds
        self._many = np.zeros(len(thresholds), dtype=np.int64)

    def at(self, blocks: Sequence[Rounded]) -> Rough:
        """Return the k rows of each query that may be nearest, by their places in the blocks."""
        start, found = 0, []
        scores, passed = self._empty(0)
        for block in blocks:
            # New memory for each block would take longer than the products.
            if scores.shape[1] != len(block.numbers):
                scores, passed = self._empty(len(block.numbers))
            self._kind.multiply(self._queries.numbers, block.numbers, scores)
            found.append(self._passing(block, scores, passed, start))
            start += len(block.numbers)
        return self._best(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def _empty(self, rows: int) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        shape = (len(self._thresholds), rows)
        return np.empty(shape, dtype=self._kind.scores), np.empty(shape, dtype=np.bool_)

    def _passing(
        self, block: Rounded, scores: NDArray[Any], passed: NDArray[np.bool_], start: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Return queries, places of rows and bounds of what reaches the thresholds."""
        steps = self._queries.steps * block.steps[0]
        error = off_by(self._queries.error, block.error.max())
        least = self._kind.least((self._thresholds - error) / steps)
        np.greater_equal(scores, least[:, None], out=passed)
        places = _true_places(passed)
        queries, columns = np.divmod(places, scores.shape[1])
        bounds = self._kind.most(scores.ravel()[places]) * steps[queries] + error[queries]
        self._many += np.bincount(queries, minlength=len(self._many))
        # Where so many are alike that no threshold parts them, memory is to stay bounded.
        self._thresholds[self._many > _CROWD * self._k] = np.inf
        return queries, columns + start, bounds

    def _best(
        self,
        queries: NDArray[np.int64],
        rows: NDArray[np.int64],
        bounds: NDArray[np.float32],
    ) -> Rough:
        # By query, the highest first: bounds are less than 2.
        order = np.argsort(4.0 * queries - bounds)
        queries, rows, bounds = queries[order], rows[order], bounds[order]
        firsts = np.cumsum(self._many) - self._many
        few = (self._many < self._k) | np.isinf(self._thresholds)
        # The best that is left out is the next one, or what the threshold held back.
        beyond, more = self._thresholds.copy(), np.flatnonzero(self._many > self._k)
        beyond[more] = bounds[firsts[more] + self._k]
        kept = (np.arange(len(queries)) - firsts[queries] < self._k) & ~few[queries]
        beyond += np.float32(SLACK)
        return Rough(queries[kept], rows[kept], beyond, np.flatnonzero(few))


def _thresholds(kind: Coarse, queries: Rounded, sample: Rounded) -> NDArray[np.float32]:
    """Return for each query the bound that the fourth best of a sample reaches."""
    scores = np.empty((len(queries.numbers), len(sample.numbers)), dtype=kind.scores)
    kind.multiply(queries.numbers, sample.numbers, scores)
    scores.partition(place := len(sample.numbers) - _PLACE, axis=1)
    error = off_by(queries.error, np.median(sample.error))
    reached = kind.most(scores[:, place].copy())
    found: NDArray[np.float32] = reached * queries.steps * sample.steps[0] + error
    return found.astype(np.float32)


def _true_places(passed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places of what is true, of which there is little: eight are looked at at once."""
    if passed.size % 8:
        return np.flatnonzero(passed)
    words = np.flatnonzero(passed.ravel().view(np.uint64) != 0)
    inside = np.flatnonzero(passed.reshape(-1, 8)[words])
    places: NDArray[np.int64] = 8 * words[inside >> 3] + (inside & 7)
    return places
