"""Entries near to a text in meaning or in words: the only ones whose scores need a closer look."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Meaning:
    """How close entries come in meaning: their best cosine, and the first row that reaches it."""

    cosines: NDArray[np.float32]
    rows: NDArray[np.int64]


def candidates(
    snapshot: Snapshot,
    text: Rows,
    words: NDArray[np.float32],
    *,
    wide: int,
    among: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Return the numbers of the ``wide`` nearest in meaning, by rows, and in words, in order.

    Args:
        snapshot: Where to look.
        text: A row for each passage of the text.
        words: What every entry shares with the words of the text; 0 is nothing.
        wide: How many of each kind.
        among: Tells for every entry whether it counts; ``None`` counts all.
    """
    owners = snapshot.owners
    rows_among = None if among is None else among[owners]
    nearest = snapshot.index.search(text, wide, among=rows_among).rows
    if among is not None:
        words = np.where(among, words, np.float32(0))
    worded = np.flatnonzero(words > 0)
    if len(worded) > wide:
        worded = worded[np.argpartition(words[worded], len(worded) - wide)[len(worded) - wide :]]
    parts = (owners[nearest.ravel()], worded)
    return np.unique(np.concatenate(parts)).astype(np.int64)


def meaning(snapshot: Snapshot, text: Rows, numbers: NDArray[np.int64]) -> Meaning:
    """Return how close the entries of these numbers come to a text of one or several rows."""
    places, counts = snapshot.rows_of_all(numbers)
    firsts = np.cumsum(counts) - counts
    cosines = (snapshot.index.rows(places) @ text.T).max(axis=1)
    best = np.maximum.reduceat(cosines, firsts)
    hits = np.flatnonzero(cosines == np.repeat(best, counts))
    owner = np.repeat(np.arange(len(numbers)), counts)[hits]
    _, first_hit = np.unique(owner, return_index=True)
    return Meaning(best, places[hits[first_hit]])
