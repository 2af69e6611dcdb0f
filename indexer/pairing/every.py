"""The closest of each entry, by scores with all others, whose memory stays bounded.

They are computed in blocks of entries, whose rows are then handled one by one, on all cores.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Progress
from indexer.pairing.evidence import Evidence, Numbers, few_of
from indexer.pairing.question import Handle, Question
from indexer.scoring import FewScores, Scores, become_list_scores, become_pair_scores

# The largest of fewer scores are looked for at once; of more, a part tells first from where on.
_FEW, _PART = 4096, 32
# Entries of a block that a thread handles before it asks for more.
_AT_A_TIME = 16


@dataclass(frozen=True, slots=True)
class Every:
    """Looks at all pairs."""

    evidence: Evidence
    block_bytes: int
    cores: ThreadPoolExecutor

    def look(self, question: Question, handle: Handle, among: Numbers, progress: Progress) -> None:
        """Answer a question for these entries, and tell how many more have been handled."""
        step = max(1, self.block_bytes // (4 * len(self.evidence.unit)))
        starts = self.evidence.starts
        ends = np.cumsum(starts[among + 1] - starts[among])
        first = done = 0
        while first < len(among):
            last = max(first + 1, int(np.searchsorted(ends, done + step, side="right")))
            self._block(among[first:last], question, handle)
            progress(last - first)
            first, done = last, int(ends[last - 1])

    def _block(self, numbers: Numbers, question: Question, handle: Handle) -> None:
        scores = self._meaning(numbers)
        shared = self.evidence.words[numbers] @ self.evidence.by_word
        around = question.around
        alike = None if around is None else around.alike(numbers)

        def some(start: int) -> None:
            for place in range(start, min(start + _AT_A_TIME, len(numbers))):
                number, mine = int(numbers[place]), scores[place]
                become_pair_scores(mine, few_of(shared, place))
                if around is not None and alike is not None:
                    lost = around.lost[number] + around.lost
                    become_list_scores(mine, lost, few_of(alike, place))
                handle(number, self._closest(number, mine, question))

        # Listed, so that what went wrong in a thread is raised here.
        list(self.cores.map(some, range(0, len(numbers), _AT_A_TIME)))

    def _meaning(self, numbers: Numbers) -> NDArray[np.float32]:
        """Return the cosines of these entries with all, (numbers, entries)."""
        unit, starts = self.evidence.unit, self.evidence.starts
        rows, places = self.evidence.rows_of(numbers)
        meaning: NDArray[np.float32] = unit[rows] @ unit.T
        if not self.evidence.single:
            meaning = np.maximum.reduceat(meaning, starts[:-1], axis=1)
            meaning = np.maximum.reduceat(meaning, places, axis=0)
        return meaning

    def _closest(self, number: int, scores: Scores, question: Question) -> FewScores:
        scores[self.evidence.terms.same_as(number)] = -np.inf
        take = min(question.take(number), len(scores))
        found = at_least(scores, take)
        while take < len(scores) and not question.enough(number, found):
            take = min(4 * take, len(scores))
            found = at_least(scores, take)
        always = question.always(number)
        # Most ask for nothing more.
        if len(always):
            found = np.union1d(found, always)
        found = found[scores[found] > -np.inf]
        return FewScores(found, scores[found])


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
