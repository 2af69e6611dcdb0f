"""What each speed-up is worth: everything on, and each switched off in turn.

    python -m tests.bench.speedups --index DIR [--data DIR] [--rounds 3] [--seconds 5]

First the service, in processes of its own, asked what no cache has seen by one client and by 16,
and by 16 what comes again and again. Then the build's encoder, on definitions. All take turns in
every round, in another order; figures are medians over the rounds, ratios medians of the ratios to
everything on within a round.
"""

import argparse
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from math import inf
from pathlib import Path
from typing import Any
from unittest.mock import patch

from indexer import exported
from indexer.exported import ExportedEncoder, Workload
from indexer.snapshot import open_current
from tests.bench.clients import load
from tests.bench.compare.corpus import definitions, serving_corpus
from tests.bench.load import ask_once
from tests.bench.processes import free_port, memory, started
from tests.bench.queries import search_path, unseen

_CLIENTS, _WARMING, _CACHED, _MOST_A_SECOND, _TEXTS = 16, 200, 64, 1000, 64
_SERVED = ("one client, p50 ms", "16 clients, a second", "cached, a second", "start, s", "PSS, MiB")
_ENCODED = ("definitions a second",)
# The command, with something of it taken away beforehand.
_COMMAND = "import sys; {}; from indexer.cli import main; sys.argv[0] = 'glossary'; main()"
_JOINED = "from indexer import quantised; quantised._SLOW = []"
_THREADS = "from server.worker import process; process.is_quick = lambda head: False"
_FULL = "from indexer import quantised; quantised.has_eight_bits = lambda: False"

Figures = list[float]
Parts = dict[str, Callable[[], Figures]]


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="a folder of texts by others")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    options = parser.parse_args()
    _tell(_SERVED, _services(options.index, options.data, options.seconds), options.rounds)
    texts = definitions(options.data, 3000)
    _tell(_ENCODED, _encoders(open_current(options.index).layout.encoder, texts), options.rounds)


def _services(index: Path, data: Path | None, seconds: float) -> Parts:
    queries = serving_corpus(data).queries

    def measured(taken: str = "pass", *options: str) -> Callable[[], Figures]:
        return lambda: _served(index, queries, seconds, taken, options)

    return {
        "everything on": measured(),
        "queries in full precision": measured(_FULL),
        "sums and norms in one step": measured(_JOINED),
        "a thread for every request": measured(_THREADS),
        "one process": measured("pass", "--processes", "1"),
        "both": measured(_FULL, "--processes", "1"),
        "nothing remembered": measured("pass", "--query-cache", "0"),
    }


def _served(
    index: Path, texts: Sequence[str], seconds: float, taken: str, options: Sequence[str]
) -> Figures:
    port, queries = free_port(), unseen(texts)
    address = f"http://127.0.0.1:{port}"
    serve = ["serve", "--index", index, "--port", str(port), *options]
    command = [sys.executable, "-c", _COMMAND.format(taken), *serve]

    def asked(found: Iterator[str], clients: int, most: float, over: float) -> tuple[float, float]:
        paths = map(search_path, itertools.islice(found, round(most)))
        done = load(address, paths, clients=clients, seconds=over)
        return done.percentile(50), done.rate

    with started(command, lambda: ask_once(address, "/readyz").status == 200) as (process, start):
        asked(queries, _CLIENTS, _WARMING, inf)
        most = _MOST_A_SECOND * seconds
        alone, together = (asked(queries, clients, most, seconds) for clients in (1, _CLIENTS))
        again = itertools.cycle(texts[:_CACHED])
        asked(again, 1, _WARMING, inf)
        cached = asked(again, _CLIENTS, 10 * most, seconds)
        return [alone[0], together[1], cached[1], start, memory(process.pid).pss]


def _encoders(folder: Path, texts: Sequence[str]) -> Parts:
    def measured(
        taken: Callable[[], AbstractContextManager[object]] = nullcontext,
        workload: Workload = Workload.DOCUMENTS,
    ) -> Callable[[], Figures]:
        return lambda: _encoded(folder, texts, taken, workload)

    return {
        "everything on": measured(),
        "batches in the order given": measured(lambda: _batches(_in_order)),
        "one text after another": measured(lambda: _batches(_alone)),
        "one batch at a time": measured(workload=Workload.QUERIES),
        "single precision": measured(lambda: patch.object(exported, "cpu_precision", _single)),
    }


def _single() -> str:
    return "f32"


def _batches(batches: Callable[[Sequence[object]], list[list[int]]]) -> Any:
    return patch.object(exported, "batches", batches)


def _in_order(found: Sequence[object]) -> list[list[int]]:
    starts = range(0, len(found), _TEXTS)
    return [list(range(start, min(start + _TEXTS, len(found)))) for start in starts]


def _alone(found: Sequence[object]) -> list[list[int]]:
    return [[place] for place in range(len(found))]


def _encoded(
    folder: Path,
    texts: Sequence[str],
    taken: Callable[[], AbstractContextManager[object]],
    workload: Workload,
) -> Figures:
    with taken():
        encoder = ExportedEncoder(folder, workload)
        encoder.encode_documents(texts[:_WARMING])
        began = time.perf_counter()
        encoder.encode_documents(texts)
        return [len(texts) / (time.perf_counter() - began)]


def _tell(names: Sequence[str], parts: Parts, rounds: int) -> None:
    found: dict[str, list[Figures]] = {part: [] for part in parts}
    for number in range(rounds):
        for part in random.Random(number).sample(list(parts), len(parts)):  # noqa: S311
            found[part].append(parts[part]())
    first = found[next(iter(parts))]
    print("| | " + " | ".join(names) + " |")  # noqa: T201
    print("| --- |" + " --- |" * len(names))  # noqa: T201
    for part, figures in found.items():
        cells = []
        for place in range(len(names)):
            value = statistics.median(one[place] for one in figures)
            ratio = statistics.median(
                one[place] / base[place] for one, base in zip(figures, first, strict=True)
            )
            cells.append(f"{value:,.2f} (x {ratio:.2f})")
        print(f"| {part} | {' | '.join(cells)} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
