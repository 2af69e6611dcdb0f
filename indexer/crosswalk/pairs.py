"""Scores of all pairs of entries between two glossaries, by meaning and shared words.

As within one glossary, an entry that is close to everything loses what it is close to its own
nearest. The work is done in blocks, so that memory stays bounded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.encoding import Rows
from indexer.errors import BadQueryError
from indexer.lexical import Words
from indexer.related import word_vectors
from indexer.scoring import HUB_NEIGHBOURS, hubness, pair_score
from indexer.snapshot import Snapshot, check_comparable
from indexer.strength import FEWEST_ENTRIES, TYPICAL, Background, background

_BLOCK_BYTES = 64 << 20
_SAMPLED_PAIRS = 200_000
# An assignment holds all pairs at once: 0.4 GB as 64-bit numbers.
MOST_ASSIGNED = 50_000_000


@dataclass(frozen=True, slots=True)
class Closest:
    """What comes closest to each entry of one glossary in the other one.

    ``numbers`` and ``scores`` are (entries, most), closest first; ``back`` has for each entry of
    the other glossary the one that is closest to it; ``chance`` what random pairs reach.
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float32]
    back: NDArray[np.int64]
    chance: Background


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of two glossaries, before they are scored."""

    rows: tuple[Rows, Rows]
    starts: tuple[NDArray[np.int64], NDArray[np.int64]]
    words: tuple[sparse.csr_matrix, sparse.csr_matrix]
    lost: tuple[NDArray[np.float32], NDArray[np.float32]]
    block_bytes: int = _BLOCK_BYTES

    @classmethod
    def of(cls, one: Snapshot, other: Snapshot, *, block_bytes: int = _BLOCK_BYTES) -> "Pairs":
        """Take the vectors and the words of two snapshots.

        Raises:
            BadQueryError: They have different encoders, whose vectors cannot be compared.
        """
        check_comparable(one, other)
        stems = [*_stems(one), *_stems(other)]
        words, count = word_vectors(stems), len(one.entries)
        unscaled = cls(
            (_rows(one), _rows(other)),
            (_starts(one), _starts(other)),
            (words[:count], words[count:]),
            (np.zeros(count, np.float32), np.zeros(len(other.entries), np.float32)),
            block_bytes,
        )
        return unscaled._without_hubs()

    @property
    def shape(self) -> tuple[int, int]:
        """How many entries both have."""
        return len(self.starts[0]), len(self.starts[1])

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the first entry of a block of the one glossary, and its scores with the other."""
        count, (rows, others) = self.shape[0], self.rows
        step = max(1, self.block_bytes // (8 * max(len(others), 1)))
        ends = np.append(self.starts[0][1:], len(rows))
        first = 0
        while first < count:
            begins = self.starts[0][first]
            last = max(first + 1, int(np.searchsorted(ends, begins + step, side="right")))
            meaning = rows[begins : ends[last - 1]] @ others.T
            meaning = np.maximum.reduceat(meaning, self.starts[1], axis=1)
            meaning = np.maximum.reduceat(meaning, self.starts[0][first:last] - begins, axis=0)
            shared = (self.words[0][first:last] @ self.words[1].T).toarray()
            lost = self.lost[0][first:last, None] + self.lost[1][None, :]
            yield first, np.asarray(pair_score(meaning, shared) - lost, dtype=np.float32)
            first = last

    def closest(self, most: int) -> Closest:
        """Find the closest of each entry, equal scores in entry order."""
        count, others = self.shape
        most = min(most, others)
        numbers = np.zeros((count, most), dtype=np.int64)
        best, back = np.full(others, -np.inf, dtype=np.float32), np.zeros(others, dtype=np.int64)
        found, sample, random = np.zeros((count, most), np.float32), [], np.random.default_rng(0)
        for first, scores in self.blocks():
            last = first + len(scores)
            order = np.argsort(-scores, axis=1, kind="stable")[:, :most]
            numbers[first:last], found[first:last] = order, np.take_along_axis(scores, order, 1)
            top = scores.argmax(axis=0)
            better = scores[top, np.arange(others)] > best
            back[better] = first + top[better]
            best[better] = scores[top, np.arange(others)][better]
            drawn = random.integers(0, others, size=(len(scores), -(-_SAMPLED_PAIRS // count)))
            sample.append(np.take_along_axis(scores, drawn, 1).ravel())
        # In a glossary of a few entries, random pairs are often the right ones.
        few = min(count, others) < FEWEST_ENTRIES
        chance = TYPICAL.related if few else background(np.concatenate(sample))
        return Closest(numbers, found, back, chance)

    def all_scores(self) -> NDArray[np.float32]:
        """Return the scores of all pairs.

        Raises:
            BadQueryError: There are more than ``MOST_ASSIGNED``.
        """
        count, others = self.shape
        if count * others > MOST_ASSIGNED:
            raise BadQueryError(
                f"A one-to-one assignment of {count:,} and {others:,} entries would hold "
                f"{count * others:,} pairs, at most {MOST_ASSIGNED:,} are allowed; "
                f"leave out --one-to-one."
            )
        return np.concatenate([scores for _, scores in self.blocks()])

    def _without_hubs(self) -> "Pairs":
        ours = []
        theirs = np.full((0, self.shape[1]), -np.inf, dtype=np.float32)
        for _, scores in self.blocks():
            ours.append(hubness(scores))
            # The nearest of each so far are all that its mean needs.
            both = np.concatenate([theirs, scores])
            theirs = np.partition(both, max(len(both) - HUB_NEIGHBOURS, 0), axis=0)[
                -HUB_NEIGHBOURS:
            ]
        lost = (np.concatenate(ours), hubness(theirs.T))
        return Pairs(self.rows, self.starts, self.words, lost, self.block_bytes)


def _stems(snapshot: Snapshot) -> Iterator[Sequence[str]]:
    words = Words(snapshot.manifest.language)
    return (words.all_of(entry) for entry in snapshot.entries)


def _rows(snapshot: Snapshot) -> Rows:
    return snapshot.index.rows(range(snapshot.index.count))


def _starts(snapshot: Snapshot) -> NDArray[np.int64]:
    return np.searchsorted(snapshot.owners, np.arange(len(snapshot.entries)))
