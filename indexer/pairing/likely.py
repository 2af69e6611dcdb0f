"""The closest of each entry, found among those that may be: for large glossaries.

A rough look tells which entries are near by meaning, and what no other exceeds there. What the
closest so far score tells, then, how many words another must share to be closer: there are few, and
the words tell which. So nothing is missed, and few pairs are scored exactly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.encoding import Progress
from indexer.pairing.every import Every
from indexer.pairing.evidence import Evidence, Numbers, few_of
from indexer.pairing.meaning import Meaning, Near
from indexer.pairing.pairs import Scoring
from indexer.pairing.question import Handle, Question
from indexer.scoring import FewScores, least_words
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

    def look(self, question: Question, handle: Handle, among: Numbers, progress: Progress) -> None:
        """Answer a question for these entries, in order, and tell how many more are done."""
        evidence, cores = self.every.evidence, self.every.cores
        around = question.around
        meaning = Meaning.of(evidence, None if around is None else around.lost)
        # Those few for which more is wanted are left.
        usual = np.median([question.take(int(number)) for number in among])
        left = [among[:0]]
        for first in range(0, len(among), _BLOCK):
            numbers = among[first : first + _BLOCK]
            near = meaning.near(numbers, int(_NEAR * usual))
            block = _Block(evidence, question, near, handle)
            # Listed, so that what went wrong in a thread is raised here.
            parts = list(cores.map(block.some, range(0, len(numbers), _AT_A_TIME)))
            left += parts
            progress(len(numbers) - sum(map(len, parts)))
        exactly = self._exactly(question, handle)
        self.every.look(question, exactly, np.concatenate(left), progress)

    def _exactly(self, question: Question, handle: Handle) -> Handle:
        """Return what scores pairs anew, as all others are here, and goes on with that."""

        def handled(number: int, scores: FewScores) -> None:
            numbers = np.array([number])
            scoring = Scoring.of(self.every.evidence, question.around, numbers)
            found = scoring.scored(number * len(self.every.evidence) + scores.numbers)
            handle(number, FewScores(scores.numbers, found.values))

        return handled


@dataclass(frozen=True, slots=True)
class _Block:
    """Entries, and what is near to them by meaning."""

    evidence: Evidence
    question: Question
    near: Near
    handle: Handle

    def some(self, start: int) -> Numbers:
        """Have some entries handled; return those that have to be compared with all."""
        part = slice(start, start + _AT_A_TIME)
        numbers, count = self.near.numbers[part], len(self.evidence)
        scoring = Scoring.of(self.evidence, self.question.around, numbers)
        words = self.evidence.words[numbers] @ self.evidence.by_word
        takes = [self.question.take(int(number)) for number in numbers]
        likely = [self._near(numbers), scoring.alike.keys, self._wordy(numbers, words, takes)]
        likely += [number * count + self.question.always(int(number)) for number in numbers]
        first = scoring.scored(scoring.different(np.unique(np.concatenate(likely))))
        least = first.least(numbers, count, takes)
        needed = self._needed(numbers, least, self.near.beyond[part])
        shared, told = self._sharing(numbers, words, needed)
        others = np.setdiff1d(scoring.different(shared), first.keys, assume_unique=True)
        found = first.joined(scoring.scored(others))
        for place, scores in enumerate(found.of(numbers, count)):
            number, closest = int(numbers[place]), scores.numbers[scores.values >= least[place]]
            told[place] = told[place] and self.question.enough(number, closest)
            if told[place]:
                self.handle(number, scores)
        return numbers[~told]

    def _near(self, numbers: Numbers) -> Numbers:
        ends = np.array([numbers[0], numbers[-1] + 1]) * len(self.evidence)
        first, last = np.searchsorted(self.near.keys, ends)
        return self.near.keys[first:last]

    def _wordy(self, numbers: Numbers, words: sparse.csr_matrix, takes: Sequence[int]) -> Numbers:
        """Return the pairs that share most words, about as many as are wanted."""
        found = []
        for row, (number, take) in enumerate(zip(numbers, takes, strict=True)):
            mine = few_of(words, row)
            others = mine.numbers
            if len(others) > take:
                others = others[np.argpartition(mine.values, -take)[-take:]]
            found.append(number * len(self.evidence) + others)
        return np.concatenate(found)

    def _needed(
        self, numbers: Numbers, least: NDArray[np.float64], beyond: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return how much of its words another must share to be closer; below 0 if nothing."""
        around = self.question.around
        lost = None if around is None else around.lost[numbers]
        return least_words(least, beyond, lost) - SLACK

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
        return numbers[rows] * len(self.evidence) + words.indices[places], told
