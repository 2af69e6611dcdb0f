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
import logging
import os
import random
import statistics
import sys
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from indexer.processor import cores
from tests.bench.clients import load
from tests.bench.load import ask_once
from tests.bench.processes import free_port, memory, started
from tests.bench.queries import bundled_queries, search_path

_CLIENTS = 16
_CORES = cores()


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
    paths = list(map(search_path, bundled_queries()))
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


def _round(candidate: Candidate, options: argparse.Namespace, paths: list[str]) -> Figures:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.bench.servers", "--index", options.index, "--serve"]
    arguments = map(str, (candidate.server, candidate.processes, candidate.threads, port))
    with started(
        [*command, *arguments],
        lambda: ask_once(address, "/healthz"),
        environment={
            "BENCH_INDEX": str(options.index),
            "BENCH_THREADS": str(max(1, _CORES // candidate.processes)),
        },
    ) as (process, start):
        load(address, paths[: 8 * _CLIENTS], clients=_CLIENTS)
        alone = load(address, _take(paths, options.alone), clients=1)
        together = load(address, _take(paths, options.together), clients=_CLIENTS)
        taken = memory(process.pid).pss
    return Figures(
        alone.percentile(50),
        alone.percentile(99),
        together.rate,
        together.percentile(50),
        together.percentile(99),
        start,
        taken,
    )


def _take(paths: list[str], count: int) -> list[str]:
    return list(itertools.islice(itertools.cycle(paths), count))


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
