"""How well a crosswalk finds the terms that two glossaries share, their headwords hidden.

    python -m tests.bench.crosswalk --data ../shared/data openstax kurivo

Both glossaries are built anew without their terms: each headword is taken out of its own
definitions, and no title is left to compare. Right is a pair whose headwords were the same.
Precision counts terms without a counterpart, too; recall is of the terms that both have.
"""

import argparse
import re
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from indexer.build import build
from indexer.crosswalk.pairs import Pairs
from indexer.evaluation.cross_glossary import FOLDER, by_term
from indexer.evaluation.cross_glossary import Definition as Row
from indexer.evaluation.rows import Faults, read_rows
from indexer.glossary import Entry, Glossary
from indexer.snapshot import Snapshot, open_current
from indexer.strength import strength

_STRENGTHS = (0, 50, 60, 70, 80, 90)
# What stands for a headword; it has no stem, and says the same of every entry.
_HIDDEN = "?"


@dataclass(frozen=True, slots=True)
class Side:
    """A glossary without its headwords, and the headword of each entry."""

    snapshot: Snapshot
    keys: Sequence[str]


def main() -> None:
    """Print precision and recall of the mutually closest, and of the one-to-one assignment."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("one")
    parser.add_argument("other")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        one, other = (
            hidden(options.data / FOLDER / f"{name}.jsonl", Path(work) / name)
            for name in (options.one, options.other)
        )
        report(one, other)


def hidden(path: Path, index: Path) -> Side:
    """Build a glossary without its headwords."""
    faults = Faults()
    rows = [Row(row.text("term"), row.text("definition")) for row in read_rows(path, faults)]
    faults.refuse()
    terms = by_term(rows)
    entries = tuple(
        Entry(f"e{number}", _HIDDEN, tuple(dict.fromkeys(map(without_headword, same))))
        for number, same in enumerate(terms.values())
    )
    build(Glossary(entries, title=path.stem), index)
    return Side(open_current(index), list(terms))


def without_headword(row: Row) -> str:
    """Return a definition in which its own term, in the plural too, is "it"."""
    words = r"\W+".join(map(re.escape, row.term.split()))
    return re.sub(rf"(?<!\w){words}s?(?!\w)", "it", row.text, flags=re.IGNORECASE)


def report(one: Side, other: Side) -> None:
    """Print the figures."""
    places = {key: number for number, key in enumerate(other.keys)}
    right = {(n, places[key]) for n, key in enumerate(one.keys) if key in places}
    pairs = Pairs.of(one.snapshot, other.snapshot)
    closest, scores = pairs.closest(5), pairs.all_scores()
    print(f"{len(one.keys)} and {len(other.keys)} terms, {len(right)} of both")  # noqa: T201
    for depth in (1, 5):
        found = sum(n in closest.numbers[m, :depth] for m, n in right)
        print(f"among the {depth} closest: {found / len(right):.3f}")  # noqa: T201
    top = closest.numbers[:, 0]
    mutual = [(n, int(top[n])) for n in np.flatnonzero(closest.back[top] == np.arange(len(top)))]
    assigned = list(zip(*map(np.ndarray.tolist, linear_sum_assignment(-scores)), strict=True))
    for name, proposed in (("mutually closest", mutual), ("one to one", assigned)):
        for least in _STRENGTHS:
            kept = [p for p in proposed if strength(float(scores[p]), closest.chance) >= least]
            print(f"{name}, strength {least}: {figures(kept, right)}")  # noqa: T201


def figures(proposed: Sequence[tuple[int, int]], right: Collection[tuple[int, int]]) -> str:
    """Return how many there are, their precision and their recall."""
    found = sum(pair in right for pair in proposed)
    precision = found / max(len(proposed), 1)
    return f"{len(proposed)}, precision {precision:.3f}, recall {found / len(right):.3f}"


if __name__ == "__main__":
    main()
