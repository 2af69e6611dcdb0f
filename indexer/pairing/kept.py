"""What a first look finds closest to each entry, kept: it answers most of what is asked then."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Progress
from indexer.pairing.evidence import Evidence, Numbers
from indexer.pairing.pairs import Pairs, Scoring
from indexer.pairing.question import Handle, Question
from indexer.scoring import FewScores, Scores

# Entries that are told of together; then what a thread handles at once.
_BLOCK, _AT_A_TIME = 4096, 64


@dataclass(frozen=True, slots=True)
class Kept:
    """The closest of each entry by the scores of pairs, (entries, kept), by ascending numbers.

    Where there are fewer -1 fills up: then these are all.
    """

    evidence: Evidence
    numbers: NDArray[np.int32]
    scores: Scores

    @classmethod
    def of(cls, evidence: Evidence, most: int) -> Self:
        """Have room for so many of each."""
        shape = (len(evidence), min(most, len(evidence)))
        return cls(evidence, np.full(shape, -1, dtype=np.int32), np.zeros(shape, dtype=np.float32))

    def keep(self, number: int, scores: FewScores) -> None:
        """Keep what is closest to an entry: of equal ones at the edge, the first."""
        most = self.numbers.shape[1]
        best = np.sort(np.argsort(-scores.values, kind="stable")[:most])
        self.numbers[number, : len(best)] = scores.numbers[best]
        self.scores[number, : len(best)] = scores.values[best]

    def best(self, take: int) -> tuple[NDArray[np.int32], Scores]:
        """Return the numbers and scores of the closest, the first of equal ones; 0 fills up."""
        shape = (len(self.numbers), min(take, self.numbers.shape[1]))
        numbers, scores = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.float32)
        for start in range(0, len(numbers), _BLOCK):
            part = slice(start, start + _BLOCK)
            there = self.numbers[part] >= 0
            mine = np.where(there, self.scores[part], -np.inf)
            order = np.argsort(-mine, axis=1, kind="stable")[:, : shape[1]]
            there = np.take_along_axis(there, order, axis=1)
            numbers[part] = np.where(there, np.take_along_axis(self.numbers[part], order, 1), 0)
            scores[part] = np.where(there, np.take_along_axis(mine, order, 1), 0)
        return numbers, scores

    def look(
        self, question: Question, handle: Handle, cores: ThreadPoolExecutor, progress: Progress
    ) -> Numbers:
        """Answer a question about lists; return the entries for which this does not tell."""
        count, left = len(self.evidence), list[Numbers]()
        answering = _Answering(self, question, handle)
        for first in range(0, count, _BLOCK):
            last = min(first + _BLOCK, count)
            # Listed, so that what went wrong in a thread is raised here.
            parts = list(cores.map(answering.some, range(first, last, _AT_A_TIME)))
            left += parts
            progress(last - first - sum(map(len, parts)))
        return np.concatenate(left)


@dataclass(frozen=True, slots=True)
class _Answering:
    """Answers a question from what is kept."""

    kept: Kept
    question: Question
    handle: Handle

    def some(self, start: int) -> Numbers:
        """Have some entries handled; return those for which what is kept does not tell."""
        evidence, question = self.kept.evidence, self.question
        count = len(evidence)
        numbers = np.arange(start, min(start + _AT_A_TIME, count))
        scoring = Scoring.of(evidence, question.around, numbers)
        there, pairs = self.kept.numbers[numbers] >= 0, self.kept.scores[numbers]
        keys = (numbers[:, None] * count + self.kept.numbers[numbers])[there]
        known = scoring.scored(keys, pairs[there])
        all_known = np.logical_not(there.all(axis=1))
        # As pairs, no others score more than the last of those kept.
        beyond = np.where(all_known, -np.inf, pairs.min(axis=1))
        takes = [question.take(int(number)) for number in numbers]
        least = known.least(numbers, count, takes)
        known = known.joined(scoring.scored(self._more(numbers, scoring, known, beyond, least)))
        # What is left out, with common neighbours or without, scores no more than this.
        most = np.where(all_known, -np.inf, np.maximum(least, scoring.most(numbers, beyond)))
        told = np.array(all_known)
        for place, scores in enumerate(known.of(numbers, count)):
            number = int(numbers[place])
            told[place] |= question.enough(number, scores.numbers[scores.values > most[place]])
            if told[place]:
                self.handle(number, scores)
        left: Numbers = numbers[~told]
        return left

    def _more(
        self,
        numbers: Numbers,
        scoring: Scoring,
        known: Pairs,
        beyond: NDArray[np.floating],
        least: NDArray[np.floating],
    ) -> Numbers:
        """Return pairs not kept that may be close for their neighbours, or that are asked for."""
        count = len(self.kept.evidence)
        alike = scoring.alike.keys
        places = alike // count - numbers[0]
        close = alike[scoring.scored(alike, beyond[places]).values > least[places]]
        asked = [number * count + self.question.always(int(number)) for number in numbers]
        more = scoring.different(np.unique(np.concatenate([close, *asked])))
        return np.setdiff1d(more, known.keys, assume_unique=True)
