"""Which entries are near by meaning, from a rough look at all rows."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.pairing.evidence import Evidence, Numbers
from indexer.processor import cores
from indexer.scoring import Scores, further_away
from indexer.vectors.rough import RoughRows

# Spread over so many, what hubs lose is no larger a number than others; and tiles are of so many.
_COLUMNS = 32


@dataclass(frozen=True, slots=True)
class Near:
    """Entries near to some: ``keys`` has, in order, a number for both entries of each pair.

    No other entry is nearer to the entry ``numbers[i]`` than ``beyond[i]``: inf where the look does
    not tell.
    """

    numbers: Numbers
    keys: Numbers
    beyond: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Rows in few bits, hubs further away by what they lose.

    More columns beside those of the rows have that: their product with those beside each query,
    ``asking``, is how much nearer than ``middle`` an entry comes. All products are divided by
    ``scale``, so that no row is longer than 1.
    """

    evidence: Evidence
    owners: Numbers
    rough: RoughRows
    asking: Rows
    scale: float
    middle: float

    @classmethod
    def of(cls, evidence: Evidence, lost: Scores | None) -> Self:
        """Round all rows; without what hubs lose, cosines alone tell what is near."""
        count, unit = len(evidence), evidence.unit
        owners = np.repeat(np.arange(count), np.diff(evidence.starts))
        if lost is None:
            rough = RoughRows(lambda numbers: unit[numbers], len(unit))
            return cls(evidence, owners, rough, np.empty(0, dtype=np.float32), 1.0, 0.0)
        away = further_away(lost)
        middle = float(away.max() + away.min()) / 2
        nearer = middle - away
        # Both sides have the same share of the length.
        largest = max(float(np.abs(nearer).max()), 1e-3)
        scale, side = 1 + largest, np.sqrt(largest / _COLUMNS)
        asking = np.full(_COLUMNS, side, dtype=np.float32)

        def rows(numbers: Numbers) -> Rows:
            beside = nearer[owners[numbers], None] / (side * _COLUMNS)
            return _side_by_side(unit[numbers], beside.repeat(_COLUMNS, axis=1), scale)

        return cls(evidence, owners, RoughRows(rows, len(unit)), asking, scale, middle)

    def near(self, numbers: Numbers, k: int) -> Near:
        """Return about the ``k`` nearest entries of each of these."""
        asked, places = self.evidence.rows_of(numbers)
        beside = np.broadcast_to(self.asking, (len(asked), len(self.asking)))
        queries = _side_by_side(self.evidence.unit[asked], beside, self.scale)
        found = self.rough.nearest(queries, k, threads=cores())
        beyond = found.beyond.astype(np.float64) * self.scale - self.middle
        beyond[found.few] = np.inf
        ours, theirs = self.owners[asked[found.queries]], self.owners[found.rows]
        keys = np.unique(ours * len(self.evidence) + theirs)
        return Near(numbers, keys, np.maximum.reduceat(beyond, places))


def _side_by_side(rows: Rows, beside: Rows, scale: float) -> Rows:
    found: Rows = np.concatenate([rows, beside], axis=1, dtype=np.float32)
    found /= np.float32(np.sqrt(scale))
    return found
