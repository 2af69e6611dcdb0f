"""Which FAISS index for many rows: speed, recall, size and build time beside the exact one.

    python -m tests.bench.nearest --index DIR [--rows 1000000] [--kinds ...]

Rows are those of a snapshot, and mixtures of two of them with noise up to the number asked for;
queries are the beginnings of definitions, encoded by the snapshot's encoder. The candidates of
every kind but the graph of full rows are scored again by the full rows, eight times as many as are
wanted, as ``ApproximateIndex`` does. Times are medians on one thread, exact and approximate in
turn; the ratio is the median of the ratios.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows, unit_rows
from indexer.search import query_encoder
from indexer.snapshot import Snapshot, open_current

_KINDS = (
    "IVF2048,PQ96x4fs",
    "PQ96x4fs",
    "IVF2048,SQ8",
    "IVF2048,RaBitQ",
    "HNSW32,SQ8",
)
_PROBES = (32, 64, 128, 256, 512)
_RESCORED = 8
# What a search for ten hits asks for.
_WANTED = 70
_QUERIES, _WORDS = 300, 8
_MIXED, _NOISE = 0.35, 0.35
_TRAINED_ON = 300_000


def main() -> None:
    """Print a line for each kind and number of probes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kinds", nargs="+", default=_KINDS, help="Of faiss.index_factory.")
    options = parser.parse_args()
    snapshot = open_current(options.index)
    queries, rows = typed(snapshot), grown(snapshot, options.rows)
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    exact = flat.search(queries, _WANTED)[1]
    print(f"{len(rows):,} rows, {rows.nbytes >> 20:,} MiB")  # noqa: T201
    for kind in options.kinds:
        for line in measured(kind, rows, queries, exact, lambda q: flat.search(q, _WANTED)):
            print(line, flush=True)  # noqa: T201


def typed(snapshot: Snapshot) -> Rows:
    """Encode the beginnings of some definitions."""
    chosen = np.random.default_rng(1).permutation(len(snapshot.entries))[:_QUERIES]
    texts = [snapshot.entries[int(n)].definitions[0].split()[:_WORDS] for n in chosen]
    return query_encoder(snapshot).encode_queries([" ".join(words) for words in texts])


def grown(snapshot: Snapshot, count: int) -> Rows:
    """Return so many rows: the snapshot's, and mixtures of them."""
    ours = snapshot.index.rows(range(min(count, snapshot.index.count)))
    rows = np.empty((count, ours.shape[1]), dtype=np.float32)
    rows[: len(ours)] = ours
    random, done = np.random.default_rng(0), len(ours)
    while done < count:
        take = min(len(ours), count - done)
        one, other = (ours[random.integers(0, len(ours), take)] for _ in range(2))
        noise = random.standard_normal(one.shape, dtype=np.float32) / np.sqrt(one.shape[1])
        rows[done : done + take] = unit_rows(one + _MIXED * other + np.float32(_NOISE) * noise)
        done += take
    return rows


def measured(
    kind: str,
    rows: Rows,
    queries: Rows,
    exact: NDArray[np.int64],
    look_at_all: Callable[[Rows], object],
) -> Iterator[str]:
    """Build an index and tell of each number of probes how it does."""
    began = time.perf_counter()
    index: Any = faiss.index_factory(rows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    sample = np.random.default_rng(0).permutation(len(rows))[:_TRAINED_ON]
    index.train(rows[np.sort(sample)])
    index.add(rows)
    built, size = time.perf_counter() - began, len(faiss.serialize_index(index)) / 2**20
    faiss.omp_set_num_threads(1)
    for probes in _PROBES if kind.startswith(("IVF", "HNSW")) else (0,):
        if kind.startswith("IVF"):
            index.nprobe = probes
        elif probes:
            index.hnsw.efSearch = probes

        def search(query: Rows) -> NDArray[np.int64]:
            found = index.search(query, _WANTED * _RESCORED)[1][0]
            found = found[found >= 0]
            best: NDArray[np.int64] = found[np.argsort(-(rows[found] @ query[0]))[:_WANTED]]
            return best

        answers = [search(query[None]) for query in queries]
        recalls = [
            np.mean(
                [
                    np.isin(right[:k], ours[:k]).mean()
                    for right, ours in zip(exact, answers, strict=True)
                ]
            )
            for k in (10, _WANTED)
        ]
        ours, ratios = [], []
        for query in queries[:40]:
            one, other = (_milliseconds(task, query[None]) for task in (search, look_at_all))
            ours.append(one)
            ratios.append(other / one)
        yield (
            f"{kind:18} {probes or '':>4}  recall@10 {recalls[0]:.3f}  @{_WANTED} {recalls[1]:.3f}"
            f"  {median(ours):6.2f} ms  {median(ratios):5.1f} times  "
            f"{size:5.0f} MiB  built in {built:.0f} s"
        )
    faiss.omp_set_num_threads(os.cpu_count() or 1)


def _milliseconds(task: Callable[[Rows], object], query: Rows) -> float:
    began = time.perf_counter()
    task(query)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
