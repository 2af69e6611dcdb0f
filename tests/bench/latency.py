"""How long a search takes, with each part switched off in turn.

    python -m tests.bench.latency --index DIR [--queries FILE.jsonl] [--count 1000] [--rounds 3]

Every variant answers the same queries in turn within one run, so that the machine's mood falls on
all alike; p50 and p99 are medians over the rounds, in milliseconds.
"""

import argparse
import itertools
import statistics
import time
from pathlib import Path

import numpy as np

from indexer.bundled import bundled_file
from indexer.commands.search import read_queries
from indexer.search import Searcher
from tests.bench.parts import QUERY_PARTS, without


def main() -> None:
    """Print one row a variant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    bundled = bundled_file().parent / "evaluation" / "queries.jsonl"
    parser.add_argument("--queries", type=Path, default=bundled)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    searcher = Searcher.open(options.index)
    asked = list(itertools.islice(itertools.cycle(read_queries(options.queries)), options.count))
    variants: list[str | None] = [None, *QUERY_PARTS]
    times: dict[str | None, list[tuple[float, float]]] = {variant: [] for variant in variants}
    for _ in range(options.rounds):
        for variant in variants:
            with without(variant):
                times[variant].append(_percentiles(searcher, asked))
    print(f"{len(asked)} queries, {searcher.snapshot.manifest.counts.entries:,} entries")  # noqa: T201
    for variant, rounds in times.items():
        p50, p99 = (statistics.median(values) for values in zip(*rounds, strict=True))
        name = f"without {variant}" if variant else "everything on"
        print(f"{name:24} p50 {p50:7.2f} ms   p99 {p99:7.2f} ms")  # noqa: T201


def _percentiles(searcher: Searcher, queries: list[str]) -> tuple[float, float]:
    taken = []
    for query in queries:
        began = time.perf_counter()
        searcher.search(query)
        taken.append((time.perf_counter() - began) * 1000)
    p50, p99 = np.percentile(taken, [50, 99])
    return float(p50), float(p99)


if __name__ == "__main__":
    main()
