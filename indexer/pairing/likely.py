"""The closest of each entry, found among those that may be: for large glossaries.

A rough look tells which entries are near by meaning, and what no other exceeds there. What the
closest so far score tells, then, how many words another must share to be closer: there are few, and
the words tell which. So nothing is missed, and few pairs are scored exactly.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.pairing.every import Every
from indexer.pairing.evidence import Evidence, Numbers
from indexer.pairing.meaning import Meaning, Near
from indexer.pairing.question import Handle, Question
from indexer.scoring import FewScores, Scores, least_words, list_score
from indexer.vectors.coarse import SLACK

# Entries whose meaning is looked at together; then a thread goes on with so many of them.
_BLOCK, _AT_A_TIME = 4096, 64
# How many are near by meaning, for each that is wanted: the more, the fewer are found by words.
_NEAR = 2.0
# An entry that more others may be close to by their words is compared with all.
_CROWD = 8192


@dataclass(frozen=True, slots=True)
class Likely:
    """Looks at the pairs that may be close, and with ``every`` where that does not tell."""

    every: Every

    def look(self, question: Question, handle: Handle) -> Iterator[int]:
        """Answer a question for every entry.

        Yields:
            How many more entries have been handled, block by block.
        """
        evidence, cores = self.every.evidence, self.every.cores
        around, count = question.around, len(evidence)
        meaning = Meaning.of(evidence, None if around is None else around.lost)
        # Those few for which more is wanted are left.
        usual = np.median([question.take(number) for number in range(count)])
        wanted, left = int(_NEAR * usual), list[Numbers]()
        for first in range(0, count, _BLOCK):
            last = min(first + _BLOCK, count)
            block = _Block(evidence, question, meaning.near(first, last, wanted), handle)
            # Listed, so that what went wrong in a thread is raised here.
            parts = list(cores.map(block.some, range(first, last, _AT_A_TIME)))
            left += parts
            yield last - first - sum(map(len, parts))
        yield from self.every.look(question, self._exactly(question, handle), np.concatenate(left))

    def _exactly(self, question: Question, handle: Handle) -> Handle:
        """Return what scores pairs anew, as all others are here, and goes on with that."""
        evidence, around = self.every.evidence, question.around

        def handled(number: int, scores: FewScores) -> None:
            one, other = np.full(len(scores.numbers), number), scores.numbers.astype(np.int64)
            found = evidence.pair_scores(one, other)
            if around is not None:
                found = around.list_scores(one, other, found)
            handle(number, FewScores(scores.numbers, found))

        return handled


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of entries in order, a value for each; a key is one number for both of a pair."""

    keys: Numbers
    values: Scores


@dataclass(frozen=True, slots=True)
class _Block:
    """Entries, and what is near to them by meaning."""

    evidence: Evidence
    question: Question
    near: Near
    handle: Handle

    def some(self, start: int) -> Numbers:
        """Have some entries handled; return those that have to be compared with all."""
        numbers = np.arange(start, min(start + _AT_A_TIME, self.near.last))
        alike = self._alike(numbers)
        words = self.evidence.words[start : numbers[-1] + 1] @ self.evidence.by_word
        likely = [self._near(numbers), alike.keys, self._wordy(numbers, words)]
        likely += [number * self._count + self.question.always(int(number)) for number in numbers]
        first = self._scored(self._different(np.unique(np.concatenate(likely))), alike)
        needed = self._needed(numbers, first)
        shared, told = self._sharing(numbers, words, needed)
        others = np.setdiff1d(self._different(shared), first.keys, assume_unique=True)
        self._handle(numbers, told, first, self._scored(others, alike))
        return numbers[~told]

    @property
    def _count(self) -> int:
        return len(self.evidence)

    def _wordy(self, numbers: Numbers, words: sparse.csr_matrix) -> Numbers:
        """Return the pairs that share most words, about as many as are wanted."""
        found = []
        for number, start, end in zip(numbers, words.indptr[:-1], words.indptr[1:], strict=True):
            others, take = words.indices[start:end], self.question.take(int(number))
            if len(others) > take:
                others = others[np.argpartition(words.data[start:end], -take)[-take:]]
            found.append(number * self._count + others)
        return np.concatenate(found)

    def _sharing(
        self, numbers: Numbers, words: sparse.csr_matrix, needed: NDArray[np.float64]
    ) -> tuple[Numbers, NDArray[np.bool_]]:
        """Return the pairs that share more words than needed, and for which entries these tell."""
        told = needed >= 0
        least = np.where(told, needed, np.inf).astype(np.float32)
        places = np.flatnonzero(words.data > least.repeat(np.diff(words.indptr)))
        rows = np.searchsorted(words.indptr, places, side="right") - 1
        told &= np.bincount(rows, minlength=len(numbers)) <= _CROWD
        places, rows = places[told[rows]], rows[told[rows]]
        return numbers[rows] * self._count + words.indices[places], told

    def _handle(
        self, numbers: Numbers, told: NDArray[np.bool_], sure: _Pairs, more: _Pairs
    ) -> None:
        keys, scores = np.append(sure.keys, more.keys), np.append(sure.values, more.values)
        order = np.argsort(keys)
        keys, scores = keys[order], scores[order]
        others = (keys % self._count).astype(np.int32)
        edges = self._edges(numbers, keys)
        for place in np.flatnonzero(told):
            mine = slice(edges[place], edges[place + 1])
            self.handle(int(numbers[place]), FewScores(others[mine], scores[mine]))

    def _near(self, numbers: Numbers) -> Numbers:
        edges = self._edges(numbers, self.near.keys)
        return self.near.keys[edges[0] : edges[-1]]

    def _alike(self, numbers: Numbers) -> _Pairs:
        """Return the pairs that have neighbours in common, and how alike these are."""
        around = self.question.around
        if around is None:
            return _Pairs(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
        found = around.alike(numbers)
        found.sort_indices()
        rows = numbers.repeat(np.diff(found.indptr))
        return _Pairs(rows * self._count + found.indices, found.data)

    def _different(self, keys: Numbers) -> Numbers:
        """Return the pairs that do not have the same term."""
        one, other = np.divmod(keys, self._count)
        terms = self.evidence.terms.numbers
        different: Numbers = keys[terms[one] != terms[other]]
        return different

    def _scored(self, keys: Numbers, alike: _Pairs) -> _Pairs:
        one, other = np.divmod(keys, self._count)
        scores, around = self.evidence.pair_scores(one, other), self.question.around
        if around is not None:
            _, mine, theirs = np.intersect1d(
                keys, alike.keys, assume_unique=True, return_indices=True
            )
            same = np.zeros(len(keys), dtype=np.float32)
            same[mine] = alike.values[theirs]
            scores = list_score(scores, around.lost[one] + around.lost[other], same)
        return _Pairs(keys, scores)

    def _needed(self, numbers: Numbers, sure: _Pairs) -> NDArray[np.float64]:
        """Return how much of its words another must share to be closer; below 0 if nothing."""
        edges = self._edges(numbers, sure.keys)
        least = np.full(len(numbers), -np.inf)
        for place, number in enumerate(numbers):
            scores, take = sure.values[edges[place] : edges[place + 1]], self.question.take(number)
            if len(scores) >= take:
                least[place] = np.partition(scores, len(scores) - take)[len(scores) - take]
        around, beyond = self.question.around, self.near.beyond[numbers - self.near.first]
        lost = None if around is None else around.lost[numbers]
        return least_words(least, beyond, lost) - SLACK

    def _edges(self, numbers: Numbers, keys: Numbers) -> Numbers:
        """Return where the pairs of each entry begin, and where those of the last end."""
        ends = np.append(numbers, numbers[-1] + 1) * self._count
        edges: Numbers = np.searchsorted(keys, ends)
        return edges
