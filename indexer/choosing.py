"""Which entries a related list shows: the closest of each term, curated links, editors' wishes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexer.arranging import arranged, stale_pairs
from indexer.glossary import Glossary
from indexer.overrides import NOTHING, Overrides
from indexer.pairing import Terms
from indexer.scoring import FewScores

# For homonyms among the closest, of which all but one are dropped.
_MARGIN = 10
_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Choosing:
    """Chooses the list of each entry, and tells by its number which overrides are stale there.

    ``links`` has the entries that those with see-also links link to.
    """

    glossary: Glossary
    terms: Terms
    overrides: Overrides
    most: int
    links: Mapping[int, NDArray[np.int64]]
    stale: dict[int, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, glossary: Glossary, terms: Terms, overrides: Overrides, most: int) -> Self:
        """Resolve the links of all entries."""
        return cls(glossary, terms, overrides, most, dict(_links(glossary)))

    def take(self, number: int) -> int:
        """Return how many of the closest are enough, most likely, to choose an entry's list."""
        wanted = self.overrides.of(number)
        return self.most + _MARGIN + len(wanted.blocks) + len(wanted.pins) + len(wanted.order)

    def enough(self, number: int, closest: NDArray[np.integer]) -> bool:
        """Tell whether these, closer than all others, are enough to choose the list of an entry."""
        blocks = self.overrides.of(number).blocks
        allowed = closest[~np.isin(closest, blocks)] if blocks else closest
        return len(np.unique(self.terms.numbers[allowed])) >= self.most

    def always(self, number: int) -> NDArray[np.int64]:
        """Return which entries have to be known however far away they are."""
        wanted, links = self.overrides.of(number), self.links.get(number, _NONE)
        if wanted == NOTHING:
            return links
        return np.union1d(links, np.array([*wanted.pins, *wanted.order], dtype=np.int64))

    def chosen(self, number: int, scores: FewScores) -> FewScores:
        """Return what to list for an entry, of others, by ascending numbers, with other terms."""
        links = self.links.get(number, _NONE)
        plain = self._closest(scores, links)
        wanted = self.overrides.of(number)
        if wanted == NOTHING:
            return _picked(scores, plain)
        allowed = ~np.isin(scores.numbers, wanted.blocks)
        others = FewScores(scores.numbers[allowed], scores.values[allowed])
        ruled = arranged(self._closest(others, links), wanted, self.terms.numbers, self.most)
        self.stale[number] = list(
            stale_pairs(number, self.overrides, self.glossary, plain=plain, ruled=ruled)
        )
        return _picked(scores, ruled)

    def _closest(self, scores: FewScores, links: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the entries to list, closest first, equal scores in entry order."""
        numbers, values = scores.numbers, scores.values
        candidates = numbers[np.argsort(-values, kind="stable")]
        _, firsts = np.unique(self.terms.numbers[candidates], return_index=True)
        closest = candidates[np.sort(firsts)][: self.most]
        # Most have no links: to ask what of nothing is missing would take a tenth of all the time.
        if len(links):
            missing = links[np.isin(links, numbers) & ~np.isin(links, closest)][: self.most]
            closest = np.sort(np.concatenate([closest[: self.most - len(missing)], missing]))
            order = np.argsort(-values[np.searchsorted(numbers, closest)], kind="stable")
            closest = closest[order]
        return closest.astype(np.int32)


def _picked(scores: FewScores, numbers: NDArray[np.int32]) -> FewScores:
    return FewScores(numbers, scores.values[np.searchsorted(scores.numbers, numbers)])


def _links(glossary: Glossary) -> Iterator[tuple[int, NDArray[np.int64]]]:
    for number, entry in enumerate(glossary.entries):
        if entry.see_also:
            found = (glossary.find(name) for name in entry.see_also)
            linked = dict.fromkeys(other for other in found if other is not None)
            yield number, np.array(list(linked), dtype=np.int64)
