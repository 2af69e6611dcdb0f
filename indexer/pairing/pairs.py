"""Pairs of entries, each as one number, so that they are sorted, joined and told apart at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.pairing.evidence import Evidence, Numbers
from indexer.pairing.question import Around
from indexer.scoring import FewScores, Scores, list_score


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs in order, a value for each; the key of a pair is one times all entries plus other."""

    keys: Numbers
    values: Scores

    def of(self, numbers: Numbers, count: int) -> Iterator[FewScores]:
        """Yield the values of the pairs of each of these entries, of so many."""
        others = (self.keys % count).astype(np.int32)
        firsts = np.searchsorted(self.keys, numbers * count)
        lasts = np.searchsorted(self.keys, (numbers + 1) * count)
        for first, last in zip(firsts, lasts, strict=True):
            yield FewScores(others[first:last], self.values[first:last])

    def least(self, numbers: Numbers, count: int, takes: Sequence[int]) -> NDArray[np.float64]:
        """Return the least of so many of the best values of each entry; -inf if it has fewer."""
        mine = zip(self.of(numbers, count), takes, strict=True)
        return np.array([_largest(scores, take) for scores, take in mine])

    def joined(self, other: "Pairs") -> "Pairs":
        """Return both; no pair is in both of them."""
        keys = np.append(self.keys, other.keys)
        order = np.argsort(keys)
        return Pairs(keys[order], np.append(self.values, other.values)[order])

    def at(self, keys: Numbers) -> Scores:
        """Return the values of these pairs, each there once: 0 for those that are not here."""
        _, mine, theirs = np.intersect1d(self.keys, keys, assume_unique=True, return_indices=True)
        found = np.zeros(len(keys), dtype=np.float32)
        found[theirs] = self.values[mine]
        return found


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores pairs of some entries, as pairs or as those of lists; ``alike`` is what these have."""

    evidence: Evidence
    around: Around | None
    alike: Pairs

    @classmethod
    def of(cls, evidence: Evidence, around: Around | None, numbers: Numbers) -> "Scoring":
        """Find which pairs of these entries have neighbours in common."""
        if around is None:
            none = Pairs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
            return cls(evidence, around, none)
        found = around.alike(numbers)
        found.sort_indices()
        return cls(evidence, around, Pairs(keys_of(numbers, found), found.data))

    def scored(self, keys: Numbers, pairs: Scores | None = None) -> Pairs:
        """Score pairs, in order; ``pairs`` are the scores as pairs, where they are known."""
        one, other = np.divmod(keys, len(self.evidence))
        if pairs is None:
            pairs = self.evidence.pair_scores(one, other)
        if self.around is None:
            return Pairs(keys, pairs)
        lost = self.around.lost[one] + self.around.lost[other]
        return Pairs(keys, list_score(pairs, lost, self.alike.at(keys)))

    def most(self, numbers: Numbers, pairs: NDArray[np.floating]) -> NDArray[np.floating]:
        """Return what pairs without common neighbours score at most, by what they do as pairs."""
        if self.around is None:
            return pairs
        lost = self.around.lost[numbers] + self.around.lost.min()
        return list_score(pairs, lost, np.zeros(len(pairs), dtype=np.float32))

    def different(self, keys: Numbers) -> Numbers:
        """Return the pairs that do not have the same term."""
        one, other = np.divmod(keys, len(self.evidence))
        terms = self.evidence.terms.numbers
        different: Numbers = keys[terms[one] != terms[other]]
        return different


def keys_of(numbers: Numbers, matrix: sparse.csr_matrix) -> Numbers:
    """Return the keys of what a sparse matrix has, whose rows are of these entries."""
    rows = numbers.repeat(np.diff(matrix.indptr))
    keys: Numbers = rows * matrix.shape[1] + matrix.indices
    return keys


def _largest(scores: FewScores, place: int) -> float:
    """Return the score at a place, the first being the best; -inf if there are fewer."""
    if len(scores.values) < place:
        return -np.inf
    at = len(scores.values) - place
    return float(np.partition(scores.values, at)[at])
