"""The way to a Ray cluster that is there already, and what is known of it."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from indexer.errors import GlossaryError

# In seconds.
_SOON = 10.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster with so many cores in all."""

    cores: int


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to a cluster for as long as the context lasts; what runs on it ends with it.

    Args:
        address: As ``ray start`` tells it, ``HOST:PORT`` or ``auto``.

    Raises:
        GlossaryError: Ray is not installed, there is no cluster, or it cannot be joined.
    """
    ray = library()
    try:
        _knock(address)
        ray.init(
            address=address,
            log_to_driver=False,
            logging_level=logging.ERROR,
            # The nodes have this package installed; nothing is sent to them but names and data.
            runtime_env={"env_vars": {"RAY_USAGE_STATS_ENABLED": "0"}},
        )
    except (ray.exceptions.RayError, RuntimeError, ValueError, OSError) as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise GlossaryError(
            f"No Ray cluster can be joined at {address}: {reason} "
            "Start one with `ray start --head`, and give the address it tells."
        ) from error
    try:
        yield Cluster(max(1, int(ray.cluster_resources().get("CPU", 1))))
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Fail soon where nobody listens, for which Ray would wait for minutes."""
    host, colon, port = address.rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_SOON).close()


def library() -> Any:
    """Return Ray, which is an extra.

    Raises:
        GlossaryError: It is not installed.
    """
    # Ray tells its makers of each use unless it is asked not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray  # noqa: PLC0415  seconds to import
    except ImportError as error:
        raise GlossaryError(
            f"A cluster needs {error.name}; install glossary-search[ray]."
        ) from error
    return ray


def failed(error: Exception) -> GlossaryError:
    """Say why work on a cluster could not be done, in the words of the node that could not."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    # A node's own error is the last line of what Ray tells; a lost actor's is the first.
    reason = lines[-1] if lines else type(error).__name__
    return GlossaryError(
        f"The cluster could not do its part: {reason} Every node needs this version of "
        "glossary-search, and the index folder under the same path."
    )
