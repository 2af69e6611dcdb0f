"""Shared nearest neighbours: two entries are closer when much the same others are near to both.

An entry's neighbourhood is itself and the entries nearest to it, each weighted by the square of
how near it is; two of them are compared by their cosine. After Jarvis and Patrick, "Clustering
using a similarity measure based on shared near neighbors" (1973), who count the shared ones.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

# How many entries a neighbourhood has, the entry itself among them; 6 to 12 do much the same.
NEIGHBOURS = 10
# Entries that are looked at together: to put candidates in order takes more memory than they do.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Neighbourhoods:
    """The neighbourhood of each entry, (entries, ``NEIGHBOURS``), the entry itself first.

    ``weights`` has rows of length 1; what fills up a small glossary's weighs 0.
    """

    numbers: NDArray[np.int32]
    weights: NDArray[np.float32]

    def matrix(self) -> "sparse.csr_matrix":
        """Return them as sparse rows, (entries, entries); products of rows are their cosines."""
        from scipy import sparse  # noqa: PLC0415  a tenth of a second, for builds only

        count, width = self.numbers.shape
        ends = np.arange(0, count * width + 1, width)
        values = (self.weights.ravel(), self.numbers.ravel(), ends)
        return sparse.csr_matrix(values, shape=(count, count))

    def alike(self, one: int, other: int) -> float:
        """Return the cosine of two neighbourhoods, 0 to 1."""
        same = self.numbers[one][:, None] == self.numbers[other][None, :]
        return float(self.weights[one] @ (same @ self.weights[other]))


def neighbourhoods(candidates: NDArray[np.int32], scores: NDArray[np.float32]) -> Neighbourhoods:
    """Choose the neighbourhood of each entry from what came closest to it.

    Args:
        candidates: Numbers of other entries, (entries, candidates).
        scores: How near they are, of the same shape; what is not above 0 is not near.
    """
    count = len(candidates)
    numbers = np.zeros((count, NEIGHBOURS), dtype=np.int32)
    weights = np.zeros((count, NEIGHBOURS), dtype=np.float32)
    numbers[:, 0] = np.arange(count)
    for start in range(0, count, _BLOCK):
        part = slice(start, start + _BLOCK)
        order = np.lexsort((candidates[part], -scores[part]), axis=1)[:, : NEIGHBOURS - 1]
        chosen = slice(1, order.shape[1] + 1)
        near = np.take_along_axis(scores[part], order, axis=1)
        numbers[part, chosen] = np.take_along_axis(candidates[part], order, axis=1)
        weights[part, chosen] = np.maximum(near, 0) ** 2
    # An entry is as near to itself as its nearest is; one that nothing is near to, alone.
    nearest = weights.max(axis=1)
    weights[:, 0] = np.where(nearest > 0, nearest, 1)
    return Neighbourhoods(numbers, weights / np.linalg.norm(weights, axis=1, keepdims=True))
