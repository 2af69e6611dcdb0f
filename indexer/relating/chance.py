"""What cosines chance reaches between sources and entries, for strength to count from."""

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Encoder
from indexer.freetext import pieces_of
from indexer.relating.comparing import Block
from indexer.relating.sources import EntrySources
from indexer.snapshot import Snapshot
from indexer.strength import FEWEST_ENTRIES, TYPICAL, Background, background

_ENTRIES, _TEXTS = 1000, 300


def chance_of_entries(one: Snapshot, other: Snapshot) -> Background:
    """Compare random entries of two glossaries, which may be the same, by meaning."""
    if min(len(one.entries), len(other.entries)) < FEWEST_ENTRIES:
        return TYPICAL.texts
    ours, theirs = _random(one, seed=0), _random(other, seed=1)
    pairs = (ours[:, None] != theirs[None, :]) | (one is not other)
    return _background(_block(one, ours), _block(other, theirs), pairs)


def chance_of_texts(snapshot: Snapshot, encoder: Encoder) -> Background:
    """Compare random definitions, as texts without a term, with other entries by meaning."""
    if len(snapshot.entries) < FEWEST_ENTRIES:
        return TYPICAL.texts
    ours, theirs = _random(snapshot, seed=0)[:_TEXTS], _random(snapshot, seed=1)
    pieces = [pieces_of(snapshot.entries[int(n)].definitions[0], encoder) for n in ours]
    owners = np.repeat(np.arange(len(ours)), [len(own) for own in pieces])
    rows = encoder.encode_documents([piece for own in pieces for piece in own])
    texts = Block(rows, owners, np.full(len(ours), -1))
    return _background(texts, _block(snapshot, theirs), ours[:, None] != theirs[None, :])


def _random(snapshot: Snapshot, *, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(len(snapshot.entries))[:_ENTRIES]


def _block(snapshot: Snapshot, numbers: NDArray[np.int64]) -> Block:
    return EntrySources(snapshot, numbers, within=False).block(range(len(numbers)))


def _background(ours: Block, theirs: Block, pairs: NDArray[np.bool_]) -> Background:
    # In double precision the sixth decimal, which is kept, does not depend on threads.
    cosines = ours.rows.astype(np.float64) @ theirs.rows.astype(np.float64).T
    for axis, side in enumerate((ours, theirs)):
        firsts = np.searchsorted(side.owners, np.arange(len(side.itself)))
        cosines = np.maximum.reduceat(cosines, firsts, axis=axis)
    return background(cosines[pairs])
