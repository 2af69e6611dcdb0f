"""Exact comparison by meaning: the closest entries of each source, or all above a score.

A vector index proposes rows, each proposal is scored again in double precision, and more are asked
for until no row left out could change the answer. So the answer depends neither on the order of
the work nor on threads, blocks or shards. Equal scores come in entry order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.vectors import Candidates

# Rows asked for beyond the limit, since several may be of one entry or of the source itself.
_SPARE = 16
# Bounds the memory of what is looked at together, some 250 bytes each when it becomes rows.
_CANDIDATES_AT_ONCE = 1 << 18


class Vectors(Protocol):
    """The rows that sources are compared with: one index, or many that answer as one."""

    @property
    def count(self) -> int:
        """Count the rows."""
        ...

    def nearest(self, queries: Rows, k: int) -> Candidates:
        """Return about the ``k`` nearest rows of each query."""
        ...

    def above(self, queries: Rows, score: float) -> Candidates:
        """Return all rows of each query that score above this."""
        ...


@dataclass(frozen=True, slots=True)
class Targets:
    """The entries that are compared with: ``owners`` has the entry of each row."""

    vectors: Vectors
    owners: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Block:
    """Some sources: their rows, which source each is of, ascending, and what is not listed.

    ``itself`` has for each source the entry that it is, -1 for none.
    """

    rows: Rows
    owners: NDArray[np.int64]
    itself: NDArray[np.int64]

    def part(self, first: int, last: int) -> "Block":
        """Return the sources ``first`` to ``last``, counted anew."""
        return self.chosen(np.arange(first, last))

    def chosen(self, sources: NDArray[np.int64]) -> "Block":
        """Return these sources, ascending, counted anew."""
        rows = np.flatnonzero(np.isin(self.owners, sources))
        owners = np.searchsorted(sources, self.owners[rows])
        return Block(self.rows[rows], owners, self.itself[sources])


@dataclass(frozen=True, slots=True)
class Found:
    """Entries found for the sources of a block: source by source, the closest first."""

    sources: NDArray[np.int64]
    entries: NDArray[np.int32]
    scores: NDArray[np.float32]

    def kept(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Found":
        """Return some of them, or all in another order."""
        return Found(self.sources[which], self.entries[which], self.scores[which])

    @property
    def ranks(self) -> NDArray[np.int64]:
        """The place of each among those of its source, from 1."""
        firsts = np.searchsorted(self.sources, self.sources)
        return np.arange(1, len(self.sources) + 1) - firsts


def sources_at_once(limit: int) -> int:
    """Return for how many sources so many entries may be held in memory together."""
    return max(1, _CANDIDATES_AT_ONCE // limit)


def closest(targets: Targets, block: Block, limit: int) -> Found:
    """Return the ``limit`` closest entries of each source, or all when there are fewer."""
    found: list[Found] = []
    todo, wide = np.arange(len(block.itself)), limit + _SPARE
    while len(todo):
        unsure: list[NDArray[np.int64]] = []
        rows = len(block.owners) / len(block.itself)
        step = max(1, int(_CANDIDATES_AT_ONCE / (rows * min(wide, targets.vectors.count))))
        for start in range(0, len(todo), step):
            some = todo[start : start + step]
            near, sure = _nearest(targets, block.chosen(some), limit, wide)
            near = near.kept(sure[near.sources])
            found.append(Found(some[near.sources], near.entries, near.scores))
            unsure.append(some[~sure])
        todo, wide = np.concatenate(unsure), 4 * wide
    return _by_source(found)


def above(targets: Targets, block: Block, score: float, chance: float) -> Iterator[Found]:
    """Yield all entries above a score for the sources of a block, some sources at a time.

    Args:
        targets: Where to look.
        block: The sources.
        score: What they have to be above.
        chance: About which share of the entries is, by which memory is planned.
    """
    expected = max(1.0, min(1.0, 8 * chance) * targets.vectors.count)
    step = max(1, int(_CANDIDATES_AT_ONCE / expected))
    for first in range(0, len(block.itself), step):
        part = block.part(first, min(first + step, len(block.itself)))
        found = _entries(targets, part, targets.vectors.above(part.rows, score))
        found = found.kept(found.scores > score)
        yield Found(found.sources + first, found.entries, found.scores)


def _nearest(
    targets: Targets, block: Block, limit: int, wide: int
) -> tuple[Found, NDArray[np.bool_]]:
    """Return the closest of each source, and whether they are so for sure."""
    candidates = targets.vectors.nearest(block.rows, wide)
    starts = np.searchsorted(block.owners, np.arange(len(block.itself)))
    beyond = np.maximum.reduceat(candidates.beyond, starts)
    found = _entries(targets, block, candidates)
    found = found.kept(found.ranks <= limit)
    # What scores above all that was left out has its full score, and its place.
    certain = np.bincount(
        found.sources[found.scores > beyond[found.sources]], minlength=len(block.itself)
    )
    return found, (certain == limit) | np.isneginf(beyond)


def _entries(targets: Targets, block: Block, candidates: Candidates) -> Found:
    """Put rows together to entries, each with the best score of its rows."""
    sources, entries = block.owners[candidates.queries], targets.owners[candidates.rows]
    # Which row of an entry comes first is all one.
    order = np.argsort(_in_one(sources, entries))
    order = order[entries[order] != block.itself[sources[order]]]
    sources, entries, scores = sources[order], entries[order], candidates.scores[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(sources) != 0) | (np.diff(entries) != 0)
    firsts = np.flatnonzero(new)
    best = np.maximum.reduceat(scores, firsts) if len(firsts) else scores
    found = Found(sources[firsts], entries[firsts], best)
    # They are in entry order, and equal scores stay so.
    order = np.argsort(_in_one(found.sources, _falling(found.scores)), kind="stable")
    return found.kept(order)


def _in_one(first: NDArray[np.int64], second: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return one number for two, by which to sort in a tenth of the time."""
    return (first << 32) + second


def _falling(scores: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return whole numbers that are the higher the lower the scores are, and equal for equal."""
    # The bits of a number below 0 grow with its distance from 0. There is no -0.
    bits = (np.float32(0) - scores).view(np.int32)
    return np.where(bits < 0, bits ^ np.int32(0x7FFFFFFF), bits)


def _by_source(parts: list[Found]) -> Found:
    sources = np.concatenate([part.sources for part in parts])
    order = np.argsort(sources, kind="stable")
    entries = np.concatenate([part.entries for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    return Found(sources[order], entries[order], scores[order])
