"""The scores of all pairs of entries, whose memory stays bounded however many there are.

They are computed in blocks of entries, whose rows are then handled one by one, on all cores.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.encoding import Rows
from indexer.scoring import FewScores, Scores, become_pair_scores

Handle = Callable[[int, Scores], None]

# The largest of fewer scores are looked for at once; of more, a part tells first from where on.
_FEW, _PART = 4096, 32
# Entries of a block that a thread handles before it asks for more.
_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class PairScores:
    """Scores of all pairs of entries, block by block.

    ``unit`` has rows of length 1, those of an entry side by side from its place in ``starts`` on;
    ``words`` has the word weights of each entry, and ``by_word`` the same by word.
    """

    unit: Rows
    starts: NDArray[np.int64]
    words: sparse.csr_matrix
    by_word: sparse.csr_matrix
    block_bytes: int
    cores: ThreadPoolExecutor

    @classmethod
    @contextmanager
    def opened(
        cls, unit: Rows, starts: NDArray[np.int64], words: sparse.csr_matrix, block_bytes: int
    ) -> Iterator[Self]:
        """Have the cores ready for as long as the pairs are needed."""
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            yield cls(unit, starts, words, words.T.tocsr(), block_bytes, cores)

    def each(self, handler: Callable[[int, int], Handle]) -> Iterator[int]:
        """Have every entry handled with its scores with all, (entries,), which may be overwritten.

        Args:
            handler: Called with the first entry of a block and the one after its last; returns
                what is called with the number and the scores of each of them, from several
                threads and in no set order.

        Yields:
            How many more entries have been handled, block by block.
        """
        count = len(self.starts) - 1
        step = max(1, self.block_bytes // (4 * len(self.unit)))
        first = 0
        while first < count:
            end = int(np.searchsorted(self.starts, self.starts[first] + step, side="right")) - 1
            last = max(first + 1, end)
            self._block(first, last, handler(first, last))
            yield last - first
            first = last

    def _block(self, first: int, last: int, handle: Handle) -> None:
        starts = self.starts
        meaning = self.unit[starts[first] : starts[last]] @ self.unit.T
        if len(self.unit) > len(starts) - 1:
            meaning = np.maximum.reduceat(meaning, starts[:-1], axis=1)
            meaning = np.maximum.reduceat(meaning, starts[first:last] - starts[first], axis=0)
        shared = self.words[first:last] @ self.by_word

        def some(start: int) -> None:
            for place in range(start, min(start + _AT_A_TIME, last - first)):
                become_pair_scores(scores := meaning[place], few_of(shared, place))
                handle(first + place, scores)

        # Listed, so that what went wrong in a thread is raised here.
        list(self.cores.map(some, range(0, last - first, _AT_A_TIME)))


def few_of(matrix: sparse.csr_matrix, row: int) -> FewScores:
    """Return a row of a sparse matrix."""
    found = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return FewScores(matrix.indices[found], matrix.data[found])


def at_least(scores: Scores, take: int) -> NDArray[np.int64]:
    """Return the numbers, ascending, of the ``take`` largest scores, and of those equal to them."""
    numbers = np.arange(len(scores))
    if len(scores) > _FEW:
        part = scores[::_PART]
        likely = min(2 * take // _PART + 8, len(part))
        numbers = np.flatnonzero(scores >= np.partition(part, len(part) - likely)[-likely])
        if len(numbers) < take:
            numbers = np.arange(len(scores))
    near = scores[numbers]
    edge = np.partition(near, len(near) - take)[len(near) - take]
    largest: NDArray[np.int64] = numbers[near >= edge]
    return largest
