"""The closest rows of every row: ``ours|faiss|semantic_search ROWS.npy LIMIT FOUND.npy``.

Each counts from rows in memory to numbers in memory: (rows, LIMIT), the closest first, without
the row itself.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.peers.programs.timing import peak_mib


def main() -> None:
    """Write the numbers, and print seconds and the peak of memory."""
    how, file, limit, found = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    rows = np.load(file)
    find = {"ours": _ours, "faiss": _faiss, "semantic_search": _semantic_search}[how]
    began = time.perf_counter()
    numbers = find(rows, limit)
    taken = time.perf_counter() - began
    np.save(found, numbers)
    sys.stdout.write(json.dumps({"seconds": taken, "peak_mib": peak_mib()}))


def _ours(rows: Any, limit: int) -> Any:
    from indexer.relating.comparing import Block, Targets, closest, sources_at_once
    from indexer.relating.producing import LocalVectors
    from indexer.vectors import FlatIndex

    numbers = np.arange(len(rows))
    targets = Targets(LocalVectors(FlatIndex.of(rows), None), numbers.astype(np.int32))
    parts = []
    for start in range(0, len(rows), step := sources_at_once(limit)):
        some = numbers[start : start + step]
        block = Block(rows[some], np.arange(len(some)), some)
        parts.append(closest(targets, block, limit).entries.reshape(len(some), limit))
    return np.concatenate(parts)


def _faiss(rows: Any, limit: int) -> Any:
    import faiss

    found = faiss.knn(rows, rows, limit + 1, metric=faiss.METRIC_INNER_PRODUCT)[1]
    return _others(found, limit)


def _semantic_search(rows: Any, limit: int) -> Any:
    from sentence_transformers.util import semantic_search

    found = semantic_search(rows, rows, top_k=limit + 1)
    return _others(np.array([[hit["corpus_id"] for hit in hits] for hits in found]), limit)


def _others(found: Any, limit: int) -> Any:
    """Take the row itself out of each list, or the last one where others are alike to it."""
    itself = found == np.arange(len(found))[:, None]
    itself[~itself.any(axis=1), -1] = True
    return found[~itself].reshape(len(found), limit)


if __name__ == "__main__":
    main()
