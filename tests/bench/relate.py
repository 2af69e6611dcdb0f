"""How long ``glossary relate`` takes for a whole glossary, how much memory, and if it is right.

    python -m tests.bench.relate --index words-index

The closest entries of all entries by meaning are written three times: without a break, killed
halfway, and gone on with. Those of some random entries are compared with brute force by numpy, in
double precision and, as a plain user would do it, in single precision.
"""

import argparse
import csv
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.formats.csv import guarded
from indexer.snapshot import Snapshot, open_current


def main() -> None:
    """Print time, peak memory, the agreement with brute force and that of a run cut in two."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        whole, cut = Path(work) / "whole.csv", Path(work) / "cut.csv"
        print(f"load before: {os.getloadavg()[0]:.1f}")  # noqa: T201
        seconds = finished(start(options, whole), "without a break")
        killed = start(options, cut)
        time.sleep(seconds / 2)
        killed.kill()
        killed.wait()
        print(f"killed after {seconds / 2:.0f} s; output there: {cut.exists()}")  # noqa: T201
        finished(start(options, cut), "gone on with")
        print(f"load after: {os.getloadavg()[0]:.1f}")  # noqa: T201
        print(f"the same bytes: {digest(whole) == digest(cut)} {digest(whole)}")  # noqa: T201
        compare(open_current(options.index), whole, options.limit, options.entries)


def start(options: argparse.Namespace, output: Path) -> subprocess.Popen[bytes]:
    """Start the command as a user would."""
    settings = {"index": options.index, "limit": options.limit, "threads": options.threads}
    arguments = [f"--{name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "indexer", "relate", "--measure=meaning", *arguments]
    return subprocess.Popen([*command, "--output", str(output)])


def finished(process: subprocess.Popen[bytes], name: str) -> float:
    """Wait for a run, print what it took, and return the seconds."""
    began = time.monotonic()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status:
        raise SystemExit(f"The run ended with status {status}.")
    busy = usage.ru_utime + usage.ru_stime
    print(  # noqa: T201
        f"{name}: {seconds:.0f} s, {busy:.0f} s of cores, peak {usage.ru_maxrss / 1024:,.0f} MiB"
    )
    return seconds


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compare(snapshot: Snapshot, output: Path, limit: int, entries: int) -> None:
    """Print for how many random entries brute force lists the same ids in the same order."""
    numbers = np.random.default_rng(0).permutation(len(snapshot.entries))[:entries]
    listed = dict(lists(output))
    names = [guarded(entry.id) for entry in snapshot.entries]
    rows = snapshot.index.rows(range(snapshot.index.count))
    for name, kind in (("double", np.float64), ("single", np.float32)):
        scored: NDArray[np.floating] = rows.astype(kind)
        same = 0
        for number in numbers.tolist():
            found = nearest(snapshot, scored, number, limit)
            same += [names[other] for other in found.tolist()] == listed[names[number]]
        print(f"brute force in {name} precision: {same} of {len(numbers)} the same")  # noqa: T201


def nearest(
    snapshot: Snapshot, rows: NDArray[np.floating], number: int, limit: int
) -> NDArray[np.int64]:
    """Look at every row; equal scores, in single precision, come in entry order."""
    cosines = (rows @ rows[snapshot.rows_of(number)].T).max(axis=1)
    starts = np.searchsorted(snapshot.owners, np.arange(len(snapshot.entries)))
    scores = np.maximum.reduceat(cosines, starts).astype(np.float32)
    scores[number] = -np.inf
    return np.argsort(-scores, kind="stable")[:limit]


def lists(output: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield for each source of a CSV file the ids that are listed for it."""
    with output.open(encoding="utf-8", newline="") as file:
        for source, rows in groupby(csv.DictReader(file), key=lambda row: row["source_id"]):
            yield source, [row["target_id"] for row in rows]


if __name__ == "__main__":
    main()
