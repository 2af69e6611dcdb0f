"""What tells how close two entries are: their rows and their words; exact scores of given pairs."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.encoding import Rows
from indexer.pairing.terms import Terms
from indexer.scoring import FewScores, Scores, pair_score

Numbers = NDArray[np.int64]

# Pairs of rows that are multiplied at once, within the cache of a core.
_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Evidence:
    """The entries of a glossary, as pairs of them are scored.

    ``unit`` has rows of length 1, those of an entry side by side from its place in ``starts`` on;
    ``words`` has the word weights of each entry, ``by_word`` the same by word.
    """

    unit: Rows
    starts: NDArray[np.int64]
    words: sparse.csr_matrix
    by_word: sparse.csr_matrix
    terms: Terms

    @classmethod
    def of(
        cls, unit: Rows, starts: NDArray[np.int64], words: sparse.csr_matrix, terms: Terms
    ) -> Self:
        """Gather what there is; words in order, so that the two of a pair add up alike."""
        words.sort_indices()
        return cls(unit, starts, words, words.T.tocsr(), terms)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.starts) - 1

    @property
    def single(self) -> bool:
        """Tell whether each entry has one row, so that rows are entries."""
        return len(self.unit) == len(self)

    def rows_of(self, numbers: Numbers) -> tuple[Numbers, Numbers]:
        """Return the rows of these entries, one after another, and where those of each begin."""
        many = self.starts[numbers + 1] - self.starts[numbers]
        places = np.cumsum(many) - many
        return np.repeat(self.starts[numbers] - places, many) + np.arange(many.sum()), places

    def pair_scores(self, one: Numbers, other: Numbers) -> Scores:
        """Return the scores of pairs of entries, the same whichever of them comes first."""
        return pair_score(self._meaning(one, other), self._words(one, other))

    def _meaning(self, one: Numbers, other: Numbers) -> Scores:
        if self.single:
            return self._products(one, other)
        theirs = self.starts[other + 1] - self.starts[other]
        many = (self.starts[one + 1] - self.starts[one]) * theirs
        ends = np.cumsum(many)
        pairs = np.repeat(np.arange(len(one)), many)
        ours, theirs = np.divmod(np.arange(len(pairs)) - (ends - many)[pairs], theirs[pairs])
        rows = self._products(self.starts[one][pairs] + ours, self.starts[other][pairs] + theirs)
        return np.maximum.reduceat(rows, ends - many) if len(rows) else rows

    def _products(self, one: Numbers, other: Numbers) -> Scores:
        """Return products of rows, each summed up in the same order wherever it stands."""
        found = np.empty(len(one), dtype=np.float32)
        for start in range(0, len(one), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            ours, theirs = self.unit[one[part]], self.unit[other[part]]
            found[part] = np.einsum("ij,ij->i", ours, theirs)
        return found

    def _words(self, one: Numbers, other: Numbers) -> Scores:
        shared = self.words[one].multiply(self.words[other])
        return np.asarray(shared.sum(axis=1), dtype=np.float32).ravel()


def few_of(matrix: sparse.csr_matrix, row: int) -> FewScores:
    """Return a row of a sparse matrix."""
    found = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return FewScores(matrix.indices[found], matrix.data[found])
