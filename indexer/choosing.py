"""Which entries a related list shows: the closest of each term, curated links, editors' wishes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexer.arranging import arranged, stale_pairs
from indexer.glossary import Entry, Glossary, title_key
from indexer.overrides import NOTHING, Overrides
from indexer.pairing import at_least
from indexer.scoring import Scores


@dataclass(frozen=True, slots=True)
class Terms:
    """Which entries have the same term: they have the same number.

    ``order`` has the entries by that number, those of number n from ``starts[n]`` on.
    """

    numbers: NDArray[np.int32]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, glossary: Glossary) -> Self:
        """Compare the terms of all entries."""
        groups: dict[str, int] = {}
        keys = (title_key(entry.term) for entry in glossary.entries)
        numbers = np.array([groups.setdefault(key, len(groups)) for key in keys], dtype=np.int32)
        order = np.argsort(numbers, kind="stable")
        return cls(numbers, order, np.searchsorted(numbers[order], np.arange(len(groups) + 1)))

    def same_as(self, entry: int) -> NDArray[np.int64]:
        """Return the entries with the term of this one, itself among them."""
        number = self.numbers[entry]
        return self.order[self.starts[number] : self.starts[number + 1]]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Chooses the list of each entry, and tells by its number which overrides are stale there."""

    glossary: Glossary
    terms: Terms
    overrides: Overrides
    most: int
    stale: dict[int, Sequence[str]] = field(default_factory=dict)

    def of(self, number: int, scores: Scores) -> NDArray[np.int32]:
        """Return the entries to list for an entry with these scores with all."""
        homonyms = self.terms.numbers
        links = _linked(self.glossary, self.glossary.entries[number])
        allowed = scores.copy()
        allowed[self.terms.same_as(number)] = -np.inf
        plain = _closest(allowed, homonyms, links, self.most)
        wanted = self.overrides.of(number)
        if wanted == NOTHING:
            return plain
        allowed[list(wanted.blocks)] = -np.inf
        closest = _closest(allowed, homonyms, links, self.most)
        ruled = arranged(closest, wanted, homonyms, self.most)
        self.stale[number] = list(
            stale_pairs(number, self.overrides, self.glossary, plain=plain, ruled=ruled)
        )
        return ruled


def _closest(
    scores: Scores, homonyms: NDArray[np.int32], links: NDArray[np.int32], most: int
) -> NDArray[np.int32]:
    """Return the entries to list, closest first, equal scores in entry order; none with -inf."""
    # A margin for homonyms among the others, of which all but the closest are dropped.
    candidates = at_least(scores, min(2 * most, len(scores)))
    candidates = candidates[scores[candidates] > -np.inf]
    candidates = candidates[np.lexsort((candidates, -scores[candidates]))]
    _, firsts = np.unique(homonyms[candidates], return_index=True)
    closest = candidates[np.sort(firsts)][:most]
    # Most have no links: to ask what of nothing is missing would take a tenth of all the time.
    if len(links):
        missing = links[(scores[links] > -np.inf) & ~np.isin(links, closest)][:most]
        closest = np.concatenate([closest[: most - len(missing)], missing])
        closest = closest[np.lexsort((closest, -scores[closest]))]
    return closest.astype(np.int32)


def _linked(glossary: Glossary, entry: Entry) -> NDArray[np.int32]:
    found = (glossary.find(name) for name in entry.see_also)
    return np.array(list(dict.fromkeys(n for n in found if n is not None)), dtype=np.int32)
