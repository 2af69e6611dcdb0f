"""Memory over time while a large glossary is built: WordNet, and copies with a word changed.

    python -m tests.bench.large --data ../shared/data [--entries 1000000] [--output FOLDER]

The glossary is the same at every run. Written are ``large.json``, with what the build takes every
two seconds, when each stage began and each file of the snapshot was written, and ``large.svg``. A
million entries take 10 GiB and two hours and a quarter on two cores, most of it for related lists.
"""

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from indexer.build import build
from indexer.encoding import Progress
from indexer.formats import read_glossary, write_glossary
from indexer.glossary import Entry, Glossary
from indexer.snapshot import open_current
from tests.bench.compare.corpus import dictionary
from tests.bench.peers.environments import WORK, python_of
from tests.bench.peers.peer import run
from tests.bench.processes import memory

_SAMPLED = 2.0


class Trace:
    """What this process takes, and the stages it goes through, by the second."""

    def __init__(self) -> None:
        self.memory: list[tuple[float, float]] = []
        self.stages: list[tuple[float, str]] = []
        self._began, self._stop = time.time(), threading.Event()

    def at(self, moment: float | None = None) -> float:
        """Return the seconds since the beginning, of now or of a moment of ``time.time``."""
        return round((time.time() if moment is None else moment) - self._began, 1)

    def stage(self, name: str, total: int) -> Progress:
        """Note that a stage begins."""
        self.stages.append((self.at(), name))
        print(f"{self.at():8.0f} s  {name}, {total:,}", flush=True)  # noqa: T201
        return lambda steps: None

    def __enter__(self) -> "Trace":
        self._thread = threading.Thread(target=self._sample)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(_SAMPLED):
            self.memory.append((self.at(), memory(os.getpid()).rss))


def main() -> None:
    """Print the stages and the most memory; write the raw figures and the plot."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="a folder of texts by others")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--output", type=Path, default=WORK)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    # A build that is ended from outside has its memory until then written, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Error: ended from outside."))
    with tempfile.TemporaryDirectory(dir=options.output, prefix="large-") as work:
        glossary, index = Path(work) / "glossary.jsonl", Path(work) / "index"
        write_glossary(grown(dictionary(options.data), options.entries), glossary)
        files: list[tuple[float, str]] = []
        with Trace() as trace:
            try:
                trace.stage("Reading", options.entries)
                build(read_glossary([glossary]).glossary, index, stages=trace)
                folder = open_current(index).layout.folder
                files += [(trace.at(path.stat().st_mtime), path.name) for path in folder.iterdir()]
            finally:
                _write(options.output / "large.json", options.entries, trace, sorted(files))


def _write(results: Path, entries: int, trace: Trace, files: list[tuple[float, str]]) -> None:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken, whole = trace.at(), "" if files else ", not to its end"
    print(f"{entries:,} entries{whole}, {taken:,.0f} s, {most:,.0f} MiB at most")  # noqa: T201
    body = {
        "entries": entries,
        "seconds": taken,
        "most_mib": most,
        "memory": trace.memory,
        "stages": trace.stages,
        "files": files,
    }
    results.write_text(json.dumps(body) + "\n", encoding="utf-8")
    run([python_of("plots"), "-m", "tests.bench.peers.programs.plot_large", results], seconds=300)


def grown(entries: Sequence[Entry], count: int, *, seed: int = 0) -> Glossary:
    """Return so many entries: those given, then copies with a word of their definitions changed."""
    endless = _endless(entries, random.Random(seed))  # noqa: S311
    return Glossary(tuple(islice(endless, count)), title=f"{count:,} entries")


def _endless(entries: Sequence[Entry], rng: random.Random) -> Iterator[Entry]:
    yield from entries
    words = [word for entry in entries for word in entry.definitions[0].split()]
    for copy in range(2, 1 << 31):
        for entry in entries:
            text = entry.definitions[0].split()
            text[rng.randrange(len(text))] = rng.choice(words)
            yield replace(
                entry,
                id=f"{entry.id}-{copy}",
                term=f"{entry.term} {copy}",
                definitions=(" ".join(text),),
            )


if __name__ == "__main__":
    main()
