"""What is asked about the pairs of each entry: which are closest, and what else has to be there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.neighbourhoods import Neighbourhoods
from indexer.pairing.evidence import Numbers
from indexer.scoring import FewScores, Scores, list_score

# What is called with the number of an entry and what is closest to it, by ascending numbers; from
# several threads, and in no set order.
Handle = Callable[[int, FewScores], None]


@dataclass(frozen=True, slots=True)
class Around:
    """What a first look at all pairs told: what each entry loses as a hub, and its neighbours.

    ``neighbours`` has the neighbourhoods as sparse rows, and ``beside``, for each entry, whose
    neighbour it is.
    """

    lost: Scores
    neighbourhoods: Neighbourhoods
    neighbours: sparse.csr_matrix
    beside: sparse.csr_matrix

    @classmethod
    def of(cls, lost: Scores, neighbourhoods: Neighbourhoods) -> Self:
        """Have both directions at hand, in order, so that the two of a pair add up alike."""
        neighbours = neighbourhoods.matrix().sorted_indices()
        return cls(lost, neighbourhoods, neighbours, neighbours.T.tocsr())

    def alike(self, numbers: Numbers) -> sparse.csr_matrix:
        """Return the cosines of the neighbourhoods of these entries with those of all."""
        found: sparse.csr_matrix = self.neighbours[numbers] @ self.beside
        return found

    def list_scores(self, one: Numbers, other: Numbers, pairs: Scores) -> Scores:
        """Return the scores in lists of pairs of entries, by those of pairs."""
        alike = self.neighbours[one].multiply(self.neighbours[other]).sum(axis=1)
        same = np.asarray(alike, dtype=np.float32).ravel()
        return list_score(pairs, self.lost[one] + self.lost[other], same)


@dataclass(frozen=True, slots=True)
class Question:
    """Asks for the entries closest to each entry.

    ``take`` tells how many, most likely, ``enough`` whether some that are closer than all others
    do, and ``always`` which others are asked for, whatever their score. Entries of the same term
    are not. Without ``around`` scores are those of pairs, else of lists.
    """

    take: Callable[[int], int]
    enough: Callable[[int, NDArray[np.integer]], bool] = lambda _number, _closest: True
    always: Callable[[int], Numbers] = lambda _number: np.empty(0, dtype=np.int64)
    around: Around | None = None
