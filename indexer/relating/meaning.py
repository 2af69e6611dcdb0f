"""Pairs by the cosine of their closest passages, over all entries."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.relating.comparing import Targets, above, closest, sources_at_once
from indexer.relating.rows import Naming, Row
from indexer.relating.sources import Sources
from indexer.strength import weakest_score


@dataclass(frozen=True, slots=True)
class ClosestPairs:
    """The closest entries of each source."""

    sources: Sources
    targets: Targets
    naming: Naming
    limit: int

    def rows(self, places: range) -> Iterator[Row]:
        """Yield the rows of some sources, in their order, the closest first."""
        step = sources_at_once(self.limit)
        for first in range(places.start, places.stop, step):
            block = self.sources.block(range(first, min(first + step, places.stop)))
            found = closest(self.targets, block, self.limit)
            yield from self.naming.rows(first, self.naming.strong(found))


@dataclass(frozen=True, slots=True)
class AllPairs:
    """Every pair of a source and an entry; ``once`` leaves out those found from the other side."""

    sources: Sources
    targets: Targets
    naming: Naming
    once: "Once | None" = None

    def rows(self, places: range) -> Iterator[Row]:
        """Yield the rows of some sources, in their order, the closest first."""
        least = self.naming.min_strength or 0.0
        score, chance = weakest_score(least, self.naming.chance), 10 ** (-least / 20)
        for found in above(self.targets, self.sources.block(places), score, chance):
            kept = found
            if self.once is not None:
                kept = found.kept(self.once.first(places.start + found.sources, found.entries))
            yield from self.naming.rows(places.start, self.naming.strong(kept))


@dataclass(frozen=True, slots=True)
class Once:
    """Which of two sources of one glossary lists their pair: the first one.

    ``numbers`` has the entry of each source, ``places`` the source of each entry, -1 where it is
    none, or no target, so that it is not found from the other side.
    """

    numbers: NDArray[np.int64]
    places: NDArray[np.int64]

    @classmethod
    def of(cls, numbers: NDArray[np.int64], targets: Targets, entries: int) -> "Once":
        """Take sources, which have these numbers, and targets among so many entries."""
        listed = np.zeros(entries, dtype=np.bool_)
        listed[targets.owners] = True
        places = np.full(entries, -1, dtype=np.int64)
        places[numbers] = np.arange(len(numbers))
        places[~listed] = -1
        return cls(numbers, places)

    def first(self, sources: NDArray[np.int64], entries: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell of each pair whether its source is the one to list it."""
        ours, theirs = self.places[self.numbers[sources]], self.places[entries]
        return np.asarray((theirs < 0) | (theirs > ours))
