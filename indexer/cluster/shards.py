"""Vectors spread over a cluster: shards held by actors, which answer as one index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.cluster.connecting import Cluster, failed, library
from indexer.encoding import Rows
from indexer.relating import Job, Targets, chosen_rows
from indexer.vectors import Candidates, FlatIndex


class Shard:
    """Some rows of an index file, in the memory of a node. Made anew where a node was lost."""

    def __init__(self, file: Path, numbers: NDArray[np.int64]) -> None:
        """Read rows.

        Args:
            file: An exact index, on storage that every node sees.
            numbers: Which rows, and in whose order.
        """
        self._index = FlatIndex.of(FlatIndex(file).rows(numbers))

    def nearest(self, queries: Rows, k: int) -> Candidates:
        """Return about the ``k`` nearest rows of each query, counted within the shard."""
        return self._index.nearest(queries, k, threads=1)

    def above(self, queries: Rows, score: float) -> Candidates:
        """Return all rows of each query that score above this, counted within the shard."""
        return self._index.above(queries, score, threads=1)


@dataclass(frozen=True)
class ClusterVectors:
    """Shards that answer as one index; ``starts`` has the number of each one's first row."""

    shards: Sequence[Any]
    starts: Sequence[int]
    count: int

    def nearest(self, queries: Rows, k: int) -> Candidates:
        """Return about the ``k`` nearest rows of each query in each shard."""
        return self._together(queries, lambda shard, sent: shard.nearest.remote(sent, k))

    def above(self, queries: Rows, score: float) -> Candidates:
        """Return all rows of each query that score above this."""
        return self._together(queries, lambda shard, sent: shard.above.remote(sent, score))

    def _together(self, queries: Rows, ask: Callable[[Any, Any], Any]) -> Candidates:
        ray = library()
        sent = ray.put(queries)
        try:
            parts = ray.get([ask(shard, sent) for shard in self.shards])
        except ray.exceptions.RayError as error:
            raise failed(error) from error
        return Candidates(
            np.concatenate([part.queries for part in parts]),
            np.concatenate(
                [part.rows + start for part, start in zip(parts, self.starts, strict=True)]
            ),
            np.concatenate([part.scores for part in parts]),
            # What one shard left out scores no more than this.
            np.max([part.beyond for part in parts], axis=0),
        )


def cluster_targets(cluster: Cluster) -> Callable[[Job], Targets]:
    """Return what spreads the rows that a job compares with over the cores of a cluster.

    A shard whose node is lost is read again elsewhere, and asked again what it had not answered.
    """

    def spread(job: Job) -> Targets:
        ray = library()
        numbers, owners = chosen_rows(job)
        file = job.target.layout.vectors.resolve()
        # They claim no core, so that those of a node that is lost find room on the others.
        actor = ray.remote(
            num_cpus=0, scheduling_strategy="SPREAD", max_restarts=-1, max_task_retries=-1
        )(Shard)
        cuts = np.array_split(numbers, min(cluster.cores, max(1, len(numbers))))
        starts = np.cumsum([0, *(len(part) for part in cuts)])
        shards = [actor.remote(file, part) for part in cuts]
        return Targets(ClusterVectors(shards, starts[:-1].tolist(), len(numbers)), owners)

    return spread
