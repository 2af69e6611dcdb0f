"""Whether the service keeps its memory and its pace: a long load at a share of what it can do.

    python -m tests.bench.soak --index DIR [--minutes 30] [--share 0.8] [--output FOLDER]

What it can do is measured first, by 16 clients that wait for each answer. Then requests come when
they are due, answered or not: searches that no cache has seen, searches that come again, what is
typed so far, pages, related lists, and requests that are wrong and have to be refused. In the
second third a snapshot is published every ten seconds; in the last one the bundled glossary is
built beside, again and again, at half of the load, since a build takes a core. Written are
``soak.json`` with memory every five seconds and the percentiles of every minute, and ``soak.svg``.
"""

import argparse
import itertools
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from indexer.bundled import bundled_file, read_bundled
from indexer.snapshot import switch
from tests.bench.clients import load
from tests.bench.load import Connection
from tests.bench.peers.environments import WORK, python_of
from tests.bench.peers.peer import run
from tests.bench.processes import cpu_seconds, memory
from tests.bench.queries import bundled_queries, search_path, unseen
from tests.bench.steady import Asked, Outcome, loaded, serving, two_snapshots

_SAMPLED, _SWITCHED, _CAPACITY = 5.0, 10.0, 20.0
# How often each kind is asked for, of a hundred.
_SHARES = {"unseen": 50, "again": 15, "typed": 15, "page": 8, "related": 7, "wrong": 5}


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the run: its name, its share of the capacity, and what goes on beside it."""

    name: str
    share: float
    beside: Callable[[threading.Event], object]


def main() -> None:
    """Print a line a minute and one a phase; write the raw figures and the plot."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, required=True, help="of the bundled glossary")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.8)
    parser.add_argument("--processes", type=int, default=0, help="0 is what suits")
    parser.add_argument("--output", type=Path, default=WORK)
    options = parser.parse_args()
    settings = {
        "GLOSSARY_PROCESSES": str(options.processes),
        "GLOSSARY_METRICS": "true",
        "GLOSSARY_LOG_LEVEL": "error",
    }
    asked = mixed()
    with tempfile.TemporaryDirectory() as work:
        index = shutil.copytree(options.index, Path(work) / "index")
        names = two_snapshots(index)
        phases = (
            Phase("load alone", options.share, lambda stop: stop.wait()),
            Phase("snapshots switched", options.share, lambda stop: _switch(index, names, stop)),
            Phase("builds beside", options.share / 2, lambda stop: _build(Path(work), stop)),
        )
        with serving(index, settings) as (address, pid):
            good = [one.path for one in asked if one.status == 200]
            load(address, good[:500], clients=16)
            rate = load(address, good[500:], clients=16, seconds=_CAPACITY).rate
            print(f"capacity: {rate:.0f} requests/s")  # noqa: T201
            soaked = []
            for phase in phases:
                seconds = options.minutes * 60 / len(phases)
                soaked.append(_soaked(phase, address, pid, rate, seconds, asked))
            with closing(Connection(address)) as connection:
                figures = connection.get("/metrics").body.decode()
    switches = next(x for x in figures.split("\n") if x.startswith("glossary_snapshot_switches_t"))
    print(f"switches that were served: {switches.split()[1]}")  # noqa: T201
    options.output.mkdir(parents=True, exist_ok=True)
    results = options.output / "soak.json"
    body = {"capacity": rate, "processes": options.processes, "phases": soaked}
    results.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    run([python_of("plots"), "-m", "tests.bench.peers.programs.plot_soak", results], seconds=300)


def mixed(count: int = 60_000, *, seed: int = 0) -> list[Asked]:
    """Return so many requests of all kinds, mixed; the searches that are new are never the same."""
    entries = read_bundled().glossary.entries
    ids = [entry.id for entry in entries]
    texts = [definition for entry in entries for definition in entry.definitions]
    # Beginnings, since people do not type whole definitions.
    short = (" ".join(text.split()[:12]) for text in unseen(texts))
    fresh = itertools.cycle(dict.fromkeys(short))
    rng, queries = random.Random(seed), bundled_queries()  # noqa: S311
    kinds: dict[str, Callable[[], Asked]] = {
        "unseen": lambda: Asked(search_path(next(fresh))),
        "again": lambda: Asked(search_path(rng.choice(queries))),
        "typed": lambda: Asked(f"/api/v1/suggest?q={rng.choice(ids)[: rng.randint(1, 6)]}"),
        "page": lambda: Asked(f"/terms/{rng.choice(ids)}"),
        "related": lambda: Asked(f"/api/v1/terms/{rng.choice(ids)}/related?limit=5"),
        "wrong": lambda: rng.choice(_WRONG),
    }
    drawn = rng.choices(list(_SHARES), list(_SHARES.values()), k=count)
    return [kinds[kind]() for kind in drawn]


_WRONG = (
    Asked("/api/v1/terms/there-is-no-such-term", 404),
    Asked("/api/v1/search?q=x&limit=none", 400),
    Asked("/api/v1/search", 400),
    Asked(f"/api/v1/search?q={'long+' * 1500}", 400),
    Asked("/nowhere", 404),
)


def _soaked(
    phase: Phase, address: str, pid: int, capacity: float, seconds: float, asked: list[Asked]
) -> dict[str, object]:
    """Load the service for so long; return memory over time, and percentiles by the minute."""
    samples: list[tuple[float, float, float]] = []
    minutes: list[tuple[float, float, float, int]] = []
    stop, began, cpu = threading.Event(), time.monotonic(), cpu_seconds(pid)
    beside = threading.Thread(target=phase.beside, args=[stop])
    beside.start()
    with loaded(address, phase.share * capacity, asked) as outcome:
        seen = 0
        ticks = max(1, round(seconds / _SAMPLED))
        for place in _ticks(ticks):
            found = memory(pid)
            samples.append((time.monotonic() - began, found.rss, found.pss))
            minute = place % 12 == 11 or place == ticks - 1
            if minute and len(outcome.times) > seen:
                part = Outcome(outcome.times[seen:])
                seen += len(part.times)
                p50, p99 = part.percentile(50), part.percentile(99)
                minutes.append((time.monotonic() - began, p50, p99, len(part.times)))
    stop.set()
    beside.join()
    taken = time.monotonic() - began
    print(outcome.line(phase.name))  # noqa: T201
    pss = [sample[2] for sample in samples]
    print(  # noqa: T201
        f"{'':24} PSS {pss[0]:.0f} MiB at first, {max(pss):.0f} at most, {pss[-1]:.0f} at last; "
        f"{(cpu_seconds(pid) - cpu) / taken:.2f} cores; {dict(Counter(outcome.failed))}",
        flush=True,
    )
    return {
        "name": phase.name,
        "rate": phase.share * capacity,
        "sent": len(outcome.times) + len(outcome.failed),
        "failed": Counter(outcome.failed),
        "p50": outcome.percentile(50),
        "p99": outcome.percentile(99),
        "slowest": max(outcome.times),
        "memory": samples,
        "minutes": minutes,
    }


def _ticks(count: int) -> Iterator[int]:
    began = time.monotonic()
    for place in range(count):
        time.sleep(max(0.0, began + (place + 1) * _SAMPLED - time.monotonic()))
        yield place


def _switch(index: Path, names: list[str], stop: threading.Event) -> None:
    for number in itertools.count():
        if stop.wait(_SWITCHED):
            return
        switch(index, names[number % 2])


def _build(work: Path, stop: threading.Event) -> None:
    command = [sys.executable, "-m", "indexer", "index", str(bundled_file())]
    while not stop.is_set():
        # Each from nothing: what an earlier build has encoded would be taken over.
        output = work / "beside"
        subprocess.run([*command, "--output", str(output)], check=True, capture_output=True)
        shutil.rmtree(output)


if __name__ == "__main__":
    main()
