"""The exact index: all rows, and the nearest of them by looking at each."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.errors import BadSnapshotError


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest rows of each query, (queries, k), nearest first; equal scores in row order."""

    scores: NDArray[np.float32]
    rows: NDArray[np.int64]


def sorted_nearest(scores: NDArray[np.float32], rows: NDArray[np.int64]) -> Nearest:
    """Put the rows of each query, (queries, k), in order."""
    order = np.lexsort((rows, -scores))
    return Nearest(np.take_along_axis(scores, order, 1), np.take_along_axis(rows, order, 1))


class FlatIndex:
    """Exact inner-product search over all rows of a file, which stays on disk until it is read."""

    def __init__(self, path: Path) -> None:
        """Open a file of ``save_index``.

        Raises:
            BadSnapshotError: The file is no such index.
        """
        import faiss  # noqa: PLC0415  keeps `glossary --help` quick

        try:
            self._index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise BadSnapshotError(
                f"{path} is no FAISS index; build the snapshot again."
            ) from error
        # Its stubs know the C++ side alone.
        self._faiss: Any = faiss

    @property
    def count(self) -> int:
        """Count the rows."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Tell the length of a row."""
        return int(self._index.d)

    def search(self, queries: Rows, k: int, *, among: NDArray[np.bool_] | None = None) -> Nearest:
        """Return the ``k`` nearest rows by inner product, or all rows when there are fewer.

        ``among`` tells for every row whether it counts; the others are as if they were not there.
        """
        # Beyond its rows FAISS answers -1, which numpy would take for the last row.
        k = min(k, self.count if among is None else int(among.sum()))
        chosen = None
        if among is not None:
            bits = np.packbits(among, bitorder="little")
            chosen = self._faiss.SearchParameters(sel=self._faiss.IDSelectorBitmap(bits))
        # One query gains nothing from a thread pool, and many requests share the cores.
        self._faiss.omp_set_num_threads(1 if len(queries) == 1 else (os.cpu_count() or 1))
        unit = np.ascontiguousarray(queries, dtype=np.float32)
        scores, rows = self._index.search(unit, k, params=chosen)
        return sorted_nearest(scores, rows)

    def rows(self, numbers: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Return the rows with these numbers, (numbers, dimension)."""
        chosen = np.asarray(numbers, dtype=np.int64)
        found: Rows = self._index.reconstruct_batch(chosen)
        return found


def save_index(path: Path, rows: Rows) -> None:
    """Write a flat index of the rows, in their order."""
    import faiss  # noqa: PLC0415

    index: Any = faiss.IndexFlatIP(rows.shape[1])
    index.add(np.ascontiguousarray(rows, dtype=np.float32))
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        # A full disk, as a rule; its own message is a piece of C++.
        raise OSError(f"{path} cannot be written") from error
