"""Our service under a steady load: requests are sent when they are due, answered or not.

In an open loop a request's time counts from when it was due: a service that stands still makes all
of them late.
"""

import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from indexer.build import build
from indexer.bundled import read_bundled
from indexer.snapshot import listed
from tests.bench.load import Connection

_CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """A path, and the status that is the right answer to it."""

    path: str
    status: int = 200


@dataclass(slots=True)
class Outcome:
    """What became of the requests: milliseconds from when each was due, and what failed."""

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def percentile(self, percent: float) -> float:
        """Return the milliseconds that so many percent of the requests took at most."""
        return float(np.percentile(self.times, percent))

    def line(self, name: str) -> str:
        """Tell it in a line."""
        p50, p99 = self.percentile(50), self.percentile(99)
        return (
            f"{name:24} sent {len(self.times) + len(self.failed):7,}  "
            f"failed {len(self.failed):3}  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  "
            f"slowest {max(self.times):6.1f} ms"
        )


@contextmanager
def serving(index: Path, settings: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Run ``glossary serve`` with environment variables; yield its address and process id."""
    command = [sys.executable, "-m", "indexer", "serve", "--port", "0", "--index", str(index)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | dict(settings)
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    with closing(Connection(address)) as connection:
        assert connection.get("/readyz").status == 200
    try:
        yield address, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@contextmanager
def loaded(address: str, rate: float, asked: Iterable[Asked]) -> Iterator[Outcome]:
    """Send requests at a steady rate while the block runs; yield what becomes of them."""
    outcome, due = Outcome(), queue.SimpleQueue[tuple[float, Asked] | None]()
    stop = threading.Event()

    def client() -> None:
        with closing(Connection(address)) as connection:
            while (task := due.get()) is not None:
                _ask(connection, *task, outcome)

    def clock() -> None:
        began = time.perf_counter()
        for number, one in enumerate(itertools.cycle(asked)):
            when = began + number / rate
            if stop.wait(max(0.0, when - time.perf_counter())):
                break
            due.put((when, one))
        for _ in range(_CLIENTS):
            due.put(None)

    threads = [threading.Thread(target=client) for _ in range(_CLIENTS)]
    threads.append(threading.Thread(target=clock))
    for thread in threads:
        thread.start()
    yield outcome
    stop.set()
    for thread in threads:
        thread.join()


def two_snapshots(index: Path) -> list[str]:
    """Return the live snapshot and another one, built if need be: first the one not live."""
    if len(listed(index)) < 2:
        build(read_bundled().glossary, index)
    live = next(one.name for one in listed(index) if one.live)
    other = next(one.name for one in listed(index) if not one.live and one.manifest)
    return [other, live]


def _ask(connection: Connection, when: float, asked: Asked, outcome: Outcome) -> None:
    try:
        reply = connection.get(asked.path)
        right = reply.status == asked.status
        if right and asked.path.startswith("/api/v1/search") and reply.status == 200:
            right = bool(json.loads(reply.body)["hits"])
        if right:
            outcome.times.append((time.perf_counter() - when) * 1000)
        else:
            outcome.failed.append(f"status {reply.status} for {asked.path[:60]}")
    except (OSError, ValueError, KeyError) as error:
        outcome.failed.append(type(error).__name__)
        connection.close()
