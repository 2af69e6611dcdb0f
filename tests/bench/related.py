"""Two ways to find what belongs in related lists: every pair scored, and those that may be close.

    python -m tests.bench.related --data ../shared/data [--entries 30000 60000 107525] [--rounds 3]

Both take turns, on so many definitions of WordNet. Printed are the median seconds of each, the
median of their ratios, and how many lists differ by more than rounding.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import numpy as np

from indexer.encoder import prepare_encoder
from indexer.encoding import Rows
from indexer.exported import ExportedEncoder, Workload
from indexer.glossary import Entry, Glossary
from indexer.lexical import Words
from indexer.modelfiles import DEFAULT_MODEL
from indexer.pairing import looking
from indexer.related import relate_all
from indexer.snapshot import RelatedLists
from tests.bench.compare.corpus import dictionary

# From how many entries on pairs are chosen.
_WAYS = {"every pair": 1 << 62, "those that may be close": 1}
_ROUNDING = 1e-5


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="a folder of texts by others")
    parser.add_argument("--entries", type=int, nargs="+", default=[30_000, 60_000, 107_525])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    entries = dictionary(options.data)
    with tempfile.TemporaryDirectory() as work:
        prepare_encoder(DEFAULT_MODEL, Path(work) / "exported")
        encoder = ExportedEncoder(Path(work) / "exported", Workload.DOCUMENTS)
        rows = encoder.encode_documents([entry.definitions[0] for entry in entries])
    print("| entries |", " | ".join(_WAYS), "| ratio | lists that differ |")  # noqa: T201
    print("| ---: " * (len(_WAYS) + 3) + "|")  # noqa: T201
    for count in options.entries:
        # Evenly out of the dictionary, which is in the order of its letters.
        some = np.linspace(0, len(entries) - 1, count).astype(np.int64)
        _tell([entries[number] for number in some], rows[some], options.rounds)


def _tell(entries: list[Entry], rows: Rows, rounds: int) -> None:
    taken: dict[str, list[float]] = {way: [] for way in _WAYS}
    found: dict[str, RelatedLists] = {}
    for _ in range(rounds):
        for way in _WAYS:
            seconds, found[way] = _related(entries, rows, way)
            taken[way].append(seconds)
    one, other = (found[way].scores for way in _WAYS)
    medians = [f"{statistics.median(taken[way]):.1f} s" for way in _WAYS]
    ratio = statistics.median(first / last for first, last in zip(*taken.values(), strict=True))
    differ = int((abs(one - other) > _ROUNDING).any(axis=1).sum())
    print(f"| {len(entries):,} |", " | ".join(medians), f"| {ratio:.2f} | {differ} |")  # noqa: T201


def _related(entries: list[Entry], rows: Rows, way: str) -> tuple[float, RelatedLists]:
    glossary, words = Glossary(tuple(entries), title="WordNet"), Words("en")
    stems = [words.all_of(entry) for entry in entries]
    owners = np.arange(len(entries), dtype=np.int32)
    with patch.object(looking, "_LARGE", _WAYS[way]):
        began = time.perf_counter()
        lists = relate_all(glossary, rows, owners, stems).lists
        return time.perf_counter() - began, lists


if __name__ == "__main__":
    main()
