"""Pairs of the related lists that the pages show, as rows or as the bodies of the service."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from indexer.bodies import related_body, related_to_text_body
from indexer.glossary import title_key
from indexer.lookup import Related, RelatedItem
from indexer.relating.comparing import Found
from indexer.relating.rows import Naming, Row
from indexer.relating.sources import EntrySources, TextSources
from indexer.search import Searcher
from indexer.snapshot import MOST_RELATED, Snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items of a related list are listed: the first ``limit`` of those that pass."""

    limit: int
    min_strength: float | None = None
    category: str | None = None

    @property
    def depth(self) -> int:
        """How much of a list has to be looked at."""
        passes_all = self.min_strength is None and self.category is None
        return self.limit if passes_all else MOST_RELATED

    def of(self, items: list[RelatedItem]) -> list[RelatedItem]:
        """Return the items to list."""
        return [item for item in items if self._passes(item)][: self.limit]

    def _passes(self, item: RelatedItem) -> bool:
        if self.min_strength is not None and item.strength < self.min_strength:
            return False
        category = self.category
        return category is None or title_key(item.entry.category or "") == title_key(category)


@dataclass(frozen=True, slots=True)
class ListedRows:
    """Rows of the stored related lists of entries."""

    snapshot: Snapshot
    sources: EntrySources
    naming: Naming
    wanted: Wanted

    def rows(self, places: range) -> Iterator[Row]:
        """Yield the rows of some entries, in the order of the lists."""
        numbers = self.sources.numbers[places.start : places.stop]
        listed = self.snapshot.related.numbers[numbers]
        there = listed >= 0
        if self.wanted.category is not None:
            there &= self.snapshot.listing.in_category(self.wanted.category)[listed]
        scores = self.snapshot.related.scores[numbers]
        found = self.naming.strong(Found(np.nonzero(there)[0], listed[there], scores[there]))
        return self.naming.rows(places.start, found.kept(found.ranks <= self.wanted.limit))


@dataclass(frozen=True, slots=True)
class ListedBodies:
    """The stored related lists of entries, each as the service answers with it."""

    snapshot: Snapshot
    sources: EntrySources
    related: Related
    wanted: Wanted

    def rows(self, places: range) -> Iterator[str]:
        """Yield a line of JSON for each entry."""
        for number in self.sources.numbers[places.start : places.stop].tolist():
            items = self.wanted.of(self.related.of(number, limit=self.wanted.depth))
            body = related_body(self.snapshot.entries[number], items)
            yield json.dumps(body, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class TextRows:
    """Rows of what is related to free texts."""

    searcher: Searcher
    sources: TextSources
    wanted: Wanted

    def rows(self, places: range) -> Iterator[Row]:
        """Yield the rows of some texts, strongest first."""
        for place in places:
            text = self.sources.name(place)
            for rank, item in enumerate(self._items(text.term), start=1):
                entry, score = item.entry, round(item.score, 6)
                yield Row(text.id, text.term, entry.id, entry.term, item.strength, score, rank)

    def bodies(self, places: range) -> Iterator[str]:
        """Yield a line of JSON for each text, as the service answers with it."""
        for place in places:
            text = self.sources.name(place).term
            yield json.dumps(related_to_text_body(text, self._items(text)), ensure_ascii=False)

    def _items(self, text: str) -> list[RelatedItem]:
        return self.wanted.of(self.searcher.related_to(text, limit=self.wanted.depth))
