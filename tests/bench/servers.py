"""Which WSGI server: latency, throughput, start and memory of each, on real search queries.

    pip install gunicorn granian waitress
    python -m tests.bench.servers --index DIR [--rounds 5] [--alone 300] [--together 1600]

Every candidate is started anew each round, in another order, and answers the same queries, so that
the machine's mood falls on all alike. Printed are medians over the rounds; ratios are medians of
the ratios within a round, against the first candidate. Encoder threads times processes are the
cores, as in service. What is not installed is left out.
"""

import argparse
import importlib.util
import itertools
import json
import logging
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from indexer.bundled import bundled_file
from tests.bench.load import Connection

_CLIENTS = 16
_CORES = len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A server with sensible settings for the cores of this machine."""

    server: str
    processes: int
    threads: int

    def __str__(self) -> str:
        """Name it."""
        return f"{self.server} {self.processes}x{self.threads}"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round measured: milliseconds, requests a second, seconds and MiB."""

    p50_alone: float
    p99_alone: float
    rate: float
    p50_together: float
    p99_together: float
    start: float
    memory: float


CANDIDATES = (
    Candidate("gunicorn", 1, 4),
    Candidate("gunicorn", 1, 8),
    Candidate("gunicorn", _CORES, 2),
    Candidate("granian", 1, 4),
    Candidate("granian", 1, 8),
    Candidate("granian", _CORES, 2),
    Candidate("waitress", 1, 4),
)


def make_app() -> Any:
    """Return the app of one server process; the servers call it by name."""
    from indexer.search import Searcher, query_encoder
    from indexer.snapshot import open_current
    from server.app import create_app
    from server.live import Live

    snapshot = open_current(Path(os.environ["BENCH_INDEX"]))
    encoder = query_encoder(snapshot, threads=int(os.environ["BENCH_THREADS"]))
    return create_app(Live(Searcher(snapshot, encoder)))


def serve(candidate: Candidate, port: int) -> None:
    """Run a candidate in this process and those it starts."""
    if candidate.server == "waitress":
        import waitress

        # It tells of every request that waits.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        waitress.serve(make_app(), host="127.0.0.1", port=port, threads=candidate.threads)
    elif candidate.server == "gunicorn":
        _serve_gunicorn(candidate, port)
    else:
        from granian import Granian
        from granian.constants import Interfaces

        Granian(
            "tests.bench.servers:make_app",
            factory=True,
            port=port,
            interface=Interfaces.WSGI,
            workers=candidate.processes,
            blocking_threads=candidate.threads,
            websockets=False,
            log_enabled=False,
        ).serve()


def _serve_gunicorn(candidate: Candidate, port: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Service(BaseApplication):
        def load_config(self) -> None:
            for key, value in {
                "bind": f"127.0.0.1:{port}",
                "workers": candidate.processes,
                "threads": candidate.threads,
                "worker_class": "gthread",
                "loglevel": "warning",
                "control_socket_disable": True,
            }.items():
                self.cfg.set(key, value)

        def load(self) -> Any:
            return make_app()

    # As with preload: what all processes need is imported once, before they part. The snapshot
    # itself is opened in each, since the encoder's threads would not survive the fork.
    import openvino  # noqa: F401

    import server.app  # noqa: F401

    Service().run()


def main() -> None:
    """Print one row a candidate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--alone", type=int, default=300)
    parser.add_argument("--together", type=int, default=1600)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--serve", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        name, processes, threads, port = options.serve
        serve(Candidate(name, int(processes), int(threads)), int(port))
        return
    paths = _paths()
    candidates = [
        candidate
        for candidate in CANDIDATES
        if importlib.util.find_spec(candidate.server)
        and (not options.only or str(candidate) in options.only)
    ]
    found: dict[Candidate, list[Figures]] = {candidate: [] for candidate in candidates}
    for number in range(options.rounds):
        order = random.Random(number).sample(candidates, len(candidates))  # noqa: S311
        for candidate in order:
            figures = _round(candidate, options, paths)
            found[candidate].append(figures)
            print(f"round {number}: {candidate} {figures}", file=sys.stderr)  # noqa: T201
    _print(found)


def _paths() -> list[str]:
    lines = (bundled_file().parent / "evaluation" / "queries.jsonl").read_text("utf-8").split("\n")
    queries = [json.loads(line)["query"] for line in lines if line]
    return [f"/api/v1/search?q={quote(query)}" for query in queries]


def _round(candidate: Candidate, options: argparse.Namespace, paths: list[str]) -> Figures:
    with _started(candidate, options.index) as (address, process, start):
        _asked(address, paths[: 8 * _CLIENTS], clients=_CLIENTS)
        alone, _ = _asked(address, _take(paths, options.alone), clients=1)
        together, rate = _asked(address, _take(paths, options.together), clients=_CLIENTS)
        return Figures(*_tails(alone), rate, *_tails(together), start, _memory(process.pid))


def _take(paths: list[str], count: int) -> list[str]:
    return list(itertools.islice(itertools.cycle(paths), count))


def _tails(times: list[float]) -> tuple[float, float]:
    p50, p99 = np.percentile(times, [50, 99])
    return float(p50), float(p99)


def _asked(address: str, paths: list[str], *, clients: int) -> tuple[list[float], float]:
    """Ask for all paths from so many clients; return the times, and the requests a second."""
    waiting, times = iter(paths), []
    lock = threading.Lock()

    def client() -> None:
        with closing(Connection(address)) as connection:
            while True:
                with lock:
                    path = next(waiting, None)
                if path is None:
                    return
                reply = connection.get(path)
                assert reply.status == 200, reply
                times.append(reply.milliseconds)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == len(paths), "a client failed"
    return times, len(paths) / (time.perf_counter() - began)


@contextmanager
def _started(
    candidate: Candidate, index: Path
) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = map(str, (candidate.server, candidate.processes, candidate.threads, port))
    threads = max(1, _CORES // candidate.processes)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.servers", "--index", index, "--serve", *arguments],
        env=os.environ | {"BENCH_INDEX": str(index), "BENCH_THREADS": str(threads)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                with closing(Connection(address)) as connection:
                    connection.get("/healthz")
                break
            except OSError:
                if time.perf_counter() - began > 60:
                    raise
                time.sleep(0.02)
        yield address, process, time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _memory(pid: int) -> float:
    """Return the MiB of a process and its children; what they share is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    own = int(next(line for line in text.split("\n") if line.startswith("Pss:")).split()[1])
    return own / 1024 + sum(_memory(int(child)) for child in children)


def _print(found: dict[Candidate, list[Figures]]) -> None:
    names = [field.name for field in fields(Figures)]
    print(f"{'':16}" + "".join(f"{name:>22}" for name in names))  # noqa: T201
    first = next(iter(found.values()))
    for candidate, rounds in found.items():
        row = f"{candidate!s:16}"
        for place in range(len(names)):
            value = statistics.median(astuple(figures)[place] for figures in rounds)
            ratio = statistics.median(
                astuple(one)[place] / astuple(other)[place]
                for one, other in zip(rounds, first, strict=True)
            )
            row += f"{value:12.1f} (x {ratio:5.2f})"
        print(row)  # noqa: T201


if __name__ == "__main__":
    main()
