"""Who stands near whom by the stored related lists: what the maps draw."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from indexer.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Edge:
    """Two places in a related list whose entries list each other."""

    first: int
    second: int


def edges(snapshot: Snapshot, number: int, *, limit: int) -> list[Edge]:
    """Return which of an entry's first ``limit`` related items have each other among theirs."""
    numbers = snapshot.related.numbers
    listed = [int(other) for other in numbers[number][:limit] if other >= 0]
    near = [frozenset(numbers[other][:limit].tolist()) for other in listed]
    return [
        Edge(first, second)
        for first, second in combinations(range(len(listed)), 2)
        if listed[second] in near[first] and listed[first] in near[second]
    ]


def most_listed(snapshot: Snapshot, numbers: NDArray[np.int32], most: int) -> NDArray[np.int32]:
    """Return up to ``most`` of these entries, those first that stand in most related lists."""
    listed = snapshot.related.numbers
    times = np.bincount(listed[listed >= 0], minlength=len(listed))
    return numbers[np.lexsort((numbers, -times[numbers]))][:most]
