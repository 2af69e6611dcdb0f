"""Related pairs as rows of data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter

from indexer.relating.comparing import Found
from indexer.relating.sources import Name, Sources, name_of
from indexer.snapshot import Snapshot
from indexer.strength import Background, strengths

# Names that are kept at hand, some 200 bytes each.
_NAMES = 1 << 17


@dataclass(frozen=True, slots=True)
class Row:
    """An entry that is listed for a source. ``rank`` is its place among those of the source."""

    source_id: str
    source_term: str
    target_id: str
    target_term: str
    strength: float
    score: float
    rank: int


COLUMNS = tuple(field.name for field in fields(Row))
# The values of a row, in the order of the columns.
values = attrgetter(*COLUMNS)


@dataclass(frozen=True, slots=True)
class Naming:
    """Makes rows of what was found: names for numbers, and strengths for scores.

    ``min_strength`` leaves out weaker ones.
    """

    sources: Sources
    target: Callable[[int], Name]
    chance: Background
    min_strength: float | None

    @classmethod
    def of(
        cls, sources: Sources, snapshot: Snapshot, chance: Background, min_strength: float | None
    ) -> "Naming":
        """Name the entries of a snapshot."""

        @lru_cache(maxsize=_NAMES)
        def target(number: int) -> Name:
            return name_of(snapshot, number)

        return cls(sources, target, chance, min_strength)

    def strong(self, found: Found) -> Found:
        """Leave out what is too weak."""
        if self.min_strength is None:
            return found
        return found.kept(strengths(found.scores, self.chance) >= self.min_strength)

    def rows(self, first: int, found: Found) -> Iterator[Row]:
        """Yield the rows of a block whose first source has this place."""
        source, before = Name("", ""), -1
        places, numbers, ranks = (
            column.tolist() for column in (found.sources, found.entries, found.ranks)
        )
        strong, scores = strengths(found.scores, self.chance).tolist(), found.scores.tolist()
        for place, number, value, score, rank in zip(
            places, numbers, strong, scores, ranks, strict=True
        ):
            if place != before:
                source, before = self.sources.name(first + place), place
            target = self.target(number)
            yield Row(source.id, source.term, target.id, target.term, value, round(score, 6), rank)
