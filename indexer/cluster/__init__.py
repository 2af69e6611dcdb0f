"""More machines than one: a build's encoding and a job's comparing on a Ray cluster."""

from indexer.cluster.connecting import Cluster, connected
from indexer.cluster.encoding import cluster_prepare
from indexer.cluster.shards import cluster_targets

__all__ = ["Cluster", "cluster_prepare", "cluster_targets", "connected"]
