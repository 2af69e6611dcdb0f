"""Which entries of a glossary have the same term."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import Glossary, title_key


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
