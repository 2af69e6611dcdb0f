"""Whether switching snapshots costs a request: a steady load, and a switch every so often.

    python -m tests.bench.switching --index DIR [--switches 100] [--rate 50] [--processes 1]

The service runs as in production, in processes of its own, on a copy of the index folder with a
second snapshot of the same glossary. Requests are sent when their time has come, whether or not
those before were answered (open loop), and their time counts from then: a service that stands
still makes all of them late. A switch follows when the service has served the one before.
"""

import argparse
import collections
import itertools
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from indexer.build import build
from indexer.bundled import read_bundled
from indexer.snapshot import listed, switch
from tests.bench.load import Connection
from tests.bench.queries import bundled_queries, search_path

_CLIENTS = 16


@dataclass
class Outcome:
    """What became of the requests: milliseconds from when each was due, and what failed."""

    times: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def main() -> None:
    """Print sent, failed, slowest and percentiles; beside them those without any switch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--switches", type=int, default=100)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=1.0, help="between switches")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--watch-seconds", type=float, default=0.2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        index = shutil.copytree(options.index, Path(work) / "index")
        names = _two_snapshots(index)
        with _serving(index, options) as address:
            with _loaded(address, options.rate) as still:
                time.sleep(options.switches * options.seconds / 4)
            with _loaded(address, options.rate) as switched:
                for number in range(options.switches):
                    switch(index, names[number % 2])
                    time.sleep(options.seconds)
            with closing(Connection(address)) as connection:
                figures = connection.get("/metrics").body.decode()
    print(f"{options.rate:g} requests/s, {options.processes} process(es)")  # noqa: T201
    _print("without a switch", still)
    _print(f"{options.switches} switches", switched)
    line = next(
        one for one in figures.split("\n") if one.startswith("glossary_snapshot_switches_t")
    )
    print(f"served by the processes: {line.split()[1]} switches")  # noqa: T201
    print(f"failures: {collections.Counter(switched.failed + still.failed)}")  # noqa: T201


def _two_snapshots(index: Path) -> list[str]:
    """Return the live snapshot and another one, built if need be: first the one not live."""
    if len(listed(index)) < 2:
        build(read_bundled().glossary, index)
    live = next(one.name for one in listed(index) if one.live)
    other = next(one.name for one in listed(index) if not one.live and one.manifest)
    return [other, live]


@contextmanager
def _serving(index: Path, options: argparse.Namespace) -> Iterator[str]:
    command = [sys.executable, "-m", "indexer", "serve", "--port", "0", "--index", str(index)]
    settings = {
        "GLOSSARY_PROCESSES": str(options.processes),
        "GLOSSARY_WATCH_SECONDS": str(options.watch_seconds),
        "GLOSSARY_METRICS": "true",
        # The queries come round again: each is to be encoded all the same.
        "GLOSSARY_QUERY_CACHE": "0",
        "GLOSSARY_LOG_LEVEL": "warning",
    }
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | settings
    )
    assert process.stdout is not None
    address = process.stdout.readline().split()[-1]
    with closing(Connection(address)) as connection:
        assert connection.get("/readyz").status == 200
    try:
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


@contextmanager
def _loaded(address: str, rate: float) -> Iterator[Outcome]:
    """Send requests at a steady rate while the block runs; yield what becomes of them."""
    outcome, due = Outcome(), queue.SimpleQueue[tuple[float, str] | None]()
    stop = threading.Event()

    def client() -> None:
        with closing(Connection(address)) as connection:
            while (task := due.get()) is not None:
                _ask(connection, *task, outcome)

    def clock() -> None:
        began = time.perf_counter()
        for number, path in enumerate(itertools.cycle(map(search_path, bundled_queries()))):
            when = began + number / rate
            if stop.wait(max(0.0, when - time.perf_counter())):
                break
            due.put((when, path))
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


def _ask(connection: Connection, when: float, path: str, outcome: Outcome) -> None:
    try:
        reply = connection.get(path)
        if reply.status == 200 and json.loads(reply.body)["hits"]:
            outcome.times.append((time.perf_counter() - when) * 1000)
        else:
            outcome.failed.append(f"status {reply.status}")
    except (OSError, ValueError, KeyError) as error:
        outcome.failed.append(type(error).__name__)
        connection.close()


def _print(name: str, outcome: Outcome) -> None:
    p50, p99 = np.percentile(outcome.times, [50, 99])
    print(  # noqa: T201
        f"{name:18} sent {len(outcome.times) + len(outcome.failed):6,}  "
        f"failed {len(outcome.failed):3}  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  "
        f"slowest {max(outcome.times):6.1f} ms"
    )


if __name__ == "__main__":
    main()
