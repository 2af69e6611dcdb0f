"""A rough look at all rows in eight bits: which may be near, and what none of the others exceeds.

Where the CPU multiplies in eight bits, that takes a quarter of the time of single precision. The
products of whole numbers are exact; what rounding to them took away is known of every vector, and
by the inequality of Cauchy and Schwarz no score is further off than that. Each query gets a
threshold from a sample of the rows, so that about eight times what is asked for passes, and nothing
else has to be kept or sorted.
"""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.processor import has_eight_bits

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
_LARGEST = 127
# More than what computing a bound in single precision can be off.
_SLACK = 1e-5


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
    return many and 32 * k <= count and _has_eight_bits()


class RoughRows:
    """Unit rows in eight bits: a quarter of their size, in memory."""

    def __init__(self, rows: Callable[[NDArray[np.int64]], Rows], count: int) -> None:
        """Round all rows.

        Args:
            rows: Returns the rows with these numbers.
            count: How many there are.
        """
        self._rows = rows
        starts = range(0, count, _ROWS_AT_ONCE)
        blocks = (np.arange(start, min(start + _ROWS_AT_ONCE, count)) for start in starts)
        highest = np.concatenate([np.abs(rows(block)).max(axis=1) for block in blocks])
        # Rows of a block share a step: those with like highest numbers come together.
        self._numbers = np.argsort(highest, kind="stable")
        self._blocks = [
            _Rounded.of(rows(self._numbers[start : start + _ROWS_AT_ONCE]), together=True)
            for start in starts
        ]

    def nearest(self, queries: Rows, k: int, *, threads: int) -> Rough:
        """Return about the ``k`` nearest rows of each of the unit queries, (queries, dimension)."""
        sample = self._sample(max(2 * k, -(-len(self._numbers) // _LARGEST_SAMPLE)))
        size = min(_QUERIES_AT_ONCE, -(-len(queries) // threads))
        firsts = range(0, len(queries), size)

        def look(first: int) -> Rough:
            asked = _Rounded.of(queries[first : first + size])
            return _Look(asked, k, _thresholds(asked, sample)).at(self._blocks)

        # Each thread multiplies by itself what it looks through at once: it is in its cache then.
        with _single_threaded_products(), ThreadPoolExecutor(threads) as pool:
            parts = list(zip(firsts, pool.map(look, firsts), strict=True))
        return Rough(
            np.concatenate([part.queries + first for first, part in parts]),
            self._numbers[np.concatenate([part.rows for _, part in parts])],
            np.concatenate([part.beyond for _, part in parts]),
            np.concatenate([part.few + first for first, part in parts]),
        )

    def _sample(self, every: int) -> "_Rounded":
        """Return one of so many rows, all with one step."""
        return _Rounded.of(self._rows(self._numbers[::every]), together=True)


@dataclass(frozen=True, slots=True)
class _Rounded:
    """Vectors as whole numbers times steps; ``error`` has how far each is from what it was."""

    whole: NDArray[np.int8]
    steps: NDArray[np.float32]
    error: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: Rows, *, together: bool = False) -> "_Rounded":
        """Round vectors, each with the step that serves it best, or all with one."""
        highest = np.abs(vectors).max(axis=1)
        if together:
            highest[:] = highest.max()
        # A row without anything in it has no highest number; any step serves it.
        steps = (np.where(highest > 0, highest, 1) / _LARGEST).astype(np.float32)
        whole = np.rint(vectors / steps[:, None]).clip(-_LARGEST, _LARGEST)
        error = np.linalg.norm(vectors - whole * steps[:, None], axis=1)
        return cls(whole.astype(np.int8), steps, error.astype(np.float32) + np.float32(_SLACK))


class _Look:
    """What some queries see. Bounds are what the exact scores are at most."""

    def __init__(self, queries: _Rounded, k: int, thresholds: NDArray[np.float32]) -> None:
        self._queries, self._k, self._thresholds = queries, k, thresholds
        self._many = np.zeros(len(thresholds), dtype=np.int64)

    def at(self, blocks: Sequence[_Rounded]) -> Rough:
        """Return the k rows of each query that may be nearest, by their places in the blocks."""
        start, found = 0, []
        shape = (len(self._thresholds), 0)
        scores, passed = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.bool_)
        for block in blocks:
            # New memory for each block would take longer than the products.
            if scores.shape[1] != len(block.whole):
                shape = (len(self._thresholds), len(block.whole))
                scores, passed = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.bool_)
            _multiply(self._queries.whole, block.whole, scores)
            found.append(self._passing(block, scores, passed, start))
            start += len(block.whole)
        return self._best(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def _passing(
        self, block: _Rounded, scores: NDArray[np.int32], passed: NDArray[np.bool_], start: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Return queries, places of rows and bounds of what reaches the thresholds."""
        steps = self._queries.steps * block.steps[0]
        error = _bound(self._queries.error, block.error.max())
        least = np.ceil((self._thresholds - error) / steps).clip(max=np.iinfo(np.int32).max >> 1)
        np.greater_equal(scores, least.astype(np.int32)[:, None], out=passed)
        places = _true_places(passed)
        queries, columns = np.divmod(places, scores.shape[1])
        bounds = scores.ravel()[places] * steps[queries] + error[queries]
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
        beyond += np.float32(_SLACK)
        return Rough(queries[kept], rows[kept], beyond, np.flatnonzero(few))


def _thresholds(queries: _Rounded, sample: _Rounded) -> NDArray[np.float32]:
    """Return for each query the bound that the fourth best of a sample reaches."""
    scores = np.empty((len(queries.whole), len(sample.whole)), dtype=np.int32)
    _multiply(queries.whole, sample.whole, scores)
    scores.partition(place := len(sample.whole) - _PLACE, axis=1)
    error = _bound(queries.error, np.median(sample.error))
    found: NDArray[np.float32] = scores[:, place] * queries.steps * sample.steps[0] + error
    return found.astype(np.float32)


def _bound(queries: Any, rows: Any) -> Any:
    """Return how far products of rounded unit vectors can be off, by how far the vectors are."""
    return queries + (1 + queries) * rows + np.float32(_SLACK)


def _multiply(queries: NDArray[np.int8], rows: NDArray[np.int8], out: NDArray[np.int32]) -> None:
    """Write all inner products, (queries, rows)."""
    import torch  # noqa: PLC0415  it is slow to load

    torch._int_mm(torch.from_numpy(queries), torch.from_numpy(rows).T, out=torch.from_numpy(out))


@contextmanager
def _single_threaded_products() -> Iterator[None]:
    import torch  # noqa: PLC0415  it is slow to load

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _true_places(passed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the places of what is true, of which there is little: eight are looked at at once."""
    if passed.size % 8:
        return np.flatnonzero(passed)
    words = np.flatnonzero(passed.ravel().view(np.uint64) != 0)
    which, byte = np.nonzero(passed.reshape(-1, 8)[words])
    return 8 * words[which] + byte


@cache
def _has_eight_bits() -> bool:
    """Tell whether torch multiplies in eight bits here, without losing any where sums are large."""
    if not has_eight_bits() or importlib.util.find_spec("torch") is None:
        # It comes with the extra `model`; what only searches and relates does without.
        return False
    largest = np.full((64, 384), _LARGEST, dtype=np.int8)
    largest[::3] *= -1
    exact = largest.astype(np.int32) @ largest.T.astype(np.int32)
    found = np.zeros((64, 64), dtype=np.int32)
    _multiply(largest, largest, found)
    return np.array_equal(found, exact)
