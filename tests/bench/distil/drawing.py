"""Which pairs are trained on together: of one kind and topic, so that wrong answers are close."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

# About how many pairs a topic has, in batches.
_BATCHES = 8
_ROUNDS = 12
_AT_ONCE = 65536
# More are drawn than are trained on, since no text is in a batch twice.
_MORE = 1.5


class Drawing:
    """Draws batches (topic-aware sampling, Hofstätter et al. 2021, arXiv:2104.06967)."""

    def __init__(self, groups: Sequence[NDArray[np.int64]], batch: int, *, seed: int) -> None:
        """Take the pairs of each group, and how many are drawn at most.

        The same ``seed`` gives the same batches.
        """
        self._random, self._batch = np.random.default_rng(seed), batch
        self._groups = groups
        sizes = np.array([len(group) for group in groups], dtype=np.float64)
        self._chances = sizes / sizes.sum()

    def draw(self) -> NDArray[np.int64]:
        """Return pairs of a group, each text once."""
        group = self._groups[self._random.choice(len(self._groups), p=self._chances)]
        most = min(len(group), int(self._batch * _MORE))
        drawn = group[self._random.choice(len(group), most, replace=False)]
        for column in (0, 1):
            _, firsts = np.unique(drawn[:, column], return_index=True)
            drawn = drawn[np.sort(firsts)]
        return drawn[: self._batch]


def grouped(
    pairs: Mapping[str, NDArray[np.int64]], rows: torch.Tensor, batch: int, *, topics: bool
) -> list[NDArray[np.int64]]:
    """Sort pairs into groups of one kind and topic.

    Args:
        pairs: Numbers of query and answer, (pairs, 2), by kind.
        rows: The teacher's row of each text.
        batch: How many pairs are trained on together.
        topics: Otherwise a group is a kind.
    """
    groups = []
    for ours in pairs.values():
        count = max(1, len(ours) // (batch * _BATCHES)) if topics else 1
        queries = rows[torch.from_numpy(ours[:, 0]).to(rows.device)]
        groups.extend(_joined(ours, clusters(queries, count), count, batch))
    return groups


def clusters(rows: torch.Tensor, count: int) -> NDArray[np.int64]:
    """Return the cluster of each unit row, by spherical k-means; the same each time."""
    if count == 1:
        return np.zeros(len(rows), dtype=np.int64)
    random = torch.Generator().manual_seed(0)
    centres = rows[torch.randperm(len(rows), generator=random)[:count].to(rows.device)].float()
    labels = torch.zeros(len(rows), dtype=torch.int64)
    for _ in range(_ROUNDS):
        labels = torch.cat(
            [(part.float() @ centres.T).argmax(1) for part in torch.split(rows, _AT_ONCE)]
        )
        sums = torch.zeros_like(centres).index_add_(0, labels, rows.float())
        lengths = sums.norm(dim=1, keepdim=True)
        centres = torch.where(lengths > 0, sums / lengths.clamp(min=1e-6), centres)
    found: NDArray[np.int64] = labels.cpu().numpy()
    return found


def _joined(
    pairs: NDArray[np.int64], labels: NDArray[np.int64], count: int, batch: int
) -> list[NDArray[np.int64]]:
    """Return the pairs of each topic; small ones are joined."""
    groups: list[NDArray[np.int64]] = []
    waiting = pairs[:0]
    for topic in range(count):
        waiting = np.concatenate([waiting, pairs[labels == topic]])
        if len(waiting) >= 2 * batch:
            groups.append(waiting)
            waiting = pairs[:0]
    if groups:
        groups[-1] = np.concatenate([groups[-1], waiting])
    elif len(waiting):
        groups.append(waiting)
    return groups
