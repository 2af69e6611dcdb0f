"""The exact index: all rows, and the nearest of them by looking at each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.processor import cores
from indexer.vectors.library import faiss, open_index, packed, use_threads, write_index
from indexer.vectors.rough import RoughRows, worthwhile

_SCORED_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest rows of each query, (queries, k), nearest first; equal scores in row order."""

    scores: NDArray[np.float32]
    rows: NDArray[np.int64]


def sorted_nearest(scores: NDArray[np.float32], rows: NDArray[np.int64]) -> Nearest:
    """Put the rows of each query, (queries, k), in order."""
    order = np.lexsort((rows, -scores))
    # As np.take_along_axis, which takes longer than the sorting for one query.
    queries = np.arange(len(rows))[:, None]
    return Nearest(scores[queries, order], rows[queries, order])


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows near to queries: ``queries[i]`` and ``rows[i]`` have ``scores[i]``, in no set order.

    The scores are computed in double precision and rounded to single, so that they are the same
    however the rows were found. No row that is left out scores above ``beyond`` of its query;
    -inf tells that none is.
    """

    queries: NDArray[np.int64]
    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    beyond: NDArray[np.float32]


class FlatIndex:
    """Exact inner-product search over all rows of a file, which stays on disk until it is read."""

    def __init__(self, path: Path) -> None:
        """Open a file of ``save_index``.

        Raises:
            BadSnapshotError: The file is no such index.
        """
        self._index = open_index(path, faiss().IO_FLAG_MMAP_IFC)
        self._rough: RoughRows | None = None
        self._compared = 0

    @property
    def exact(self) -> Self:
        """Itself; other indexes have an exact one beside them."""
        return self

    @property
    def count(self) -> int:
        """Count the rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Tell the length of a row."""
        return int(self._index.d)

    @classmethod
    def of(cls, rows: Rows) -> Self:
        """Make an index of rows in memory."""
        made = cls.__new__(cls)
        made._index, made._rough, made._compared = _flat(rows), None, 0
        return made

    def search(
        self,
        queries: Rows,
        k: int,
        *,
        among: NDArray[np.bool_] | None = None,
        threads: int | None = None,
    ) -> Nearest:
        """Return the ``k`` nearest rows by inner product, or all rows when there are fewer.

        Args:
            queries: Vectors, (queries, dimension).
            k: How many rows for each.
            among: Tells for every row whether it counts; the others are as if they were not there.
            threads: How many cores may work for several queries; ``None`` is all of them.
        """
        # Beyond its rows FAISS answers -1, which numpy would take for the last row.
        k = min(k, self.count if among is None else int(among.sum()))
        chosen = None
        if among is not None:
            bits = np.packbits(among, bitorder="little")
            chosen = faiss().SearchParameters(sel=faiss().IDSelectorBitmap(bits))
        use_threads(len(queries), threads)
        scores, rows = self._index.search(packed(queries), k, params=chosen)
        return sorted_nearest(scores, rows)

    def nearest(self, queries: Rows, k: int, *, threads: int | None = None) -> Candidates:
        """Return about the ``k`` nearest rows of unit queries, scored anew, of unit rows."""
        self._compared += len(queries) * self.count
        if not worthwhile(self._compared, len(queries), self.count, k):
            return self._scored(queries, *self._searched(queries, k, threads), threads)
        if self._rough is None:
            self._rough = RoughRows(self.rows, self.count)
        found = self._rough.nearest(queries, k, threads=cores(threads))
        numbers, rows, beyond = self._searched(queries[found.few], k, threads)
        found.beyond[found.few] = beyond
        return self._scored(
            queries,
            np.concatenate([found.queries, found.few[numbers]]),
            np.concatenate([found.rows, rows]),
            found.beyond,
            threads,
        )

    def _searched(
        self, queries: Rows, k: int, threads: int | None
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Return queries and rows, by numbers, and what no other row of a query scores above."""
        found = self.search(queries, k, threads=threads)
        whole = found.rows.shape[1] == self.count
        beyond = np.full(len(queries), -np.inf, dtype=np.float32)
        if not whole:
            beyond = found.scores[:, -1] + self._error
        numbers = np.repeat(np.arange(len(queries)), found.rows.shape[1])
        return numbers, found.rows.ravel(), beyond

    def above(self, queries: Rows, score: float, *, threads: int | None = None) -> Candidates:
        """Return the rows that score above ``score`` for unit queries, of unit rows; a few more."""
        use_threads(len(queries), threads)
        # Cosines are above -1.
        least = max(score - self._error, -2.0)
        limits, _, rows = self._index.range_search(packed(queries), least)
        numbers = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
        beyond = np.full(len(queries), score, dtype=np.float32)
        return self._scored(queries, numbers, rows, beyond, threads)

    def _scored(
        self,
        queries: Rows,
        numbers: NDArray[np.int64],
        rows: NDArray[np.int64],
        beyond: NDArray[np.float32],
        threads: int | None,
    ) -> Candidates:
        scores = np.zeros(len(rows), dtype=np.float32)

        def score(start: int) -> None:
            part = slice(start, start + _SCORED_AT_ONCE)
            ours, theirs = queries[numbers[part]], self.rows(rows[part])
            scores[part] = np.einsum("ij,ij->i", ours, theirs, dtype=np.float64)

        with ThreadPoolExecutor(cores(threads)) as pool:
            list(pool.map(score, range(0, len(rows), _SCORED_AT_ONCE)))
        return Candidates(numbers, rows, scores, beyond)

    @property
    def _error(self) -> float:
        """How far a single-precision product of unit rows can be from the true one, and double."""
        return 2 * self.dimension * 2.0**-24

    def rows(self, numbers: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Return the rows with these numbers, (numbers, dimension)."""
        chosen = np.asarray(numbers, dtype=np.int64)
        found: Rows = self._index.reconstruct_batch(chosen)
        return found


def save_index(path: Path, rows: Rows) -> None:
    """Write a flat index of the rows, in their order."""
    write_index(path, _flat(rows))


def _flat(rows: Rows) -> Any:
    index = faiss().IndexFlatIP(rows.shape[1])
    index.add(packed(rows))
    return index
