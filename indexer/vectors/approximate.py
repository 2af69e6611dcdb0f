"""The approximate index of large glossaries: a few of many lists of compressed rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2, sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.errors import BadSnapshotError
from indexer.vectors.flat import FlatIndex, Nearest, sorted_nearest
from indexer.vectors.library import faiss, open_index, packed, use_threads, write_index

# The compressed rows only choose; of so many times what is asked for, the rows themselves decide.
_RESCORED = 8
# Four dimensions share a code of four bits.
_DIMENSIONS_PER_CODE = 4
_SEED, _ROUNDS, _ROWS_PER_LIST = 0, 8, 64


@dataclass(frozen=True, slots=True)
class Approximation:
    """How an approximate index is searched, and how well.

    ``probes`` of the ``lists`` are looked at for a query; ``recall`` is the share of the ten
    nearest rows that this finds, measured over ``queries`` queries.
    """

    lists: int
    probes: int
    recall: float
    queries: int


class ApproximateIndex:
    """Finds nearly always the rows that the exact index finds, in a fraction of the time.

    An inverted file over product-quantised rows (Jégou et al. 2011, doi:10.1109/TPAMI.2010.57)
    in four bits, scanned in registers (André et al. 2015, arXiv:1812.09162). Scores are exact:
    those of the full rows.
    """

    def __init__(self, flat: FlatIndex, path: Path, probes: int) -> None:
        """Open a file of ``save_approximate`` beside the exact index of the same rows.

        Args:
            flat: The exact index.
            path: The file.
            probes: How many lists are looked at for a query; not more than there are. The index
                can be told another number later.

        Raises:
            BadSnapshotError: The file is no such index, or one of other rows.
        """
        self._lists = open_index(path)
        if (self._lists.ntotal, self._lists.d) != (flat.count, flat.dimension):
            raise BadSnapshotError(
                f"{path} has {self._lists.ntotal:,} rows of {self._lists.d}, and the exact index "
                f"{flat.count:,} of {flat.dimension}; build the snapshot again."
            )
        self._flat = flat
        self.probes = probes

    @property
    def exact(self) -> FlatIndex:
        """The exact index of the same rows."""
        return self._flat

    @property
    def count(self) -> int:
        """Count the rows."""
        return self._flat.count

    @property
    def dimension(self) -> int:
        """Tell the length of a row."""
        return self._flat.dimension

    def search(self, queries: Rows, k: int, *, among: NDArray[np.bool_] | None = None) -> Nearest:
        """Return the ``k`` nearest rows by inner product, as ``FlatIndex.search`` would.

        Rows that are chosen by ``among`` are all looked at, and so are all rows where the lists
        hold too few.
        """
        wanted = min(k * _RESCORED, self.count)
        if among is not None or wanted == self.count:
            return self._flat.search(queries, k, among=among)
        use_threads(len(queries))
        unit = packed(queries)
        how = faiss().SearchParametersIVF(nprobe=self.probes)
        _, found = self._lists.search(unit, wanted, params=how)
        scores = np.empty((len(unit), k), dtype=np.float32)
        rows = np.empty((len(unit), k), dtype=np.int64)
        for place, query in enumerate(unit):
            likely = found[place][found[place] >= 0]
            if len(likely) < k:
                exact = self._flat.search(query[None], k)
                scores[place], rows[place] = exact.scores[0], exact.rows[0]
                continue
            cosines = self._flat.rows(likely) @ query
            best = np.lexsort((likely, -cosines))[:k]
            scores[place], rows[place] = cosines[best], likely[best]
        return sorted_nearest(scores, rows)

    def rows(self, numbers: Sequence[int] | NDArray[np.int64]) -> Rows:
        """Return the rows with these numbers, (numbers, dimension)."""
        return self._flat.rows(numbers)


def save_approximate(path: Path, rows: Rows) -> int:
    """Sort the rows into lists, compress them, and write them; return how many lists.

    Random choices are the same each time.
    """
    count, dimension = rows.shape
    lists = 2 ** round(log2(2 * sqrt(count)))
    codes = max(n for n in range(1, dimension // _DIMENSIONS_PER_CODE + 1) if dimension % n == 0)
    index = faiss().index_factory(
        dimension, f"IVF{lists},PQ{codes}x4fs", faiss().METRIC_INNER_PRODUCT
    )
    index.cp.seed, index.cp.niter = _SEED, _ROUNDS
    index.cp.max_points_per_centroid = _ROWS_PER_LIST
    use_threads(count)
    sample = np.random.default_rng(_SEED).permutation(count)[: lists * _ROWS_PER_LIST * 4]
    index.train(rows[np.sort(sample)])
    index.add(rows)
    write_index(path, index)
    return int(lists)
