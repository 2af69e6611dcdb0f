"""``Searcher``: free text in, hits out. Opens a snapshot and answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from indexer.encoder import load_original
from indexer.encoding import Encoder, Rows
from indexer.errors import BadQueryError, UnknownEntryError
from indexer.exported import ExportedEncoder
from indexer.glossary import Entry
from indexer.lexical import TitleKind, has_title
from indexer.related import Related, RelatedItem
from indexer.snapshot import Snapshot, open_current
from indexer.strength import bars, strength

MOST_HITS = 100
LONGEST_QUERY = 2000


class MatchedOn(Enum):
    """What made an entry a hit."""

    TERM = "term"
    ALIAS = "alias"
    HIDDEN_LABEL = "hidden_label"
    DEFINITION = "definition"


_BY_TITLE = {
    TitleKind.TERM: MatchedOn.TERM,
    TitleKind.ALIAS: MatchedOn.ALIAS,
    TitleKind.HIDDEN_LABEL: MatchedOn.HIDDEN_LABEL,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found for a query.

    ``definition`` is the one that matched best. ``score`` is the inner product of query and row,
    and 1 for a title asked for by name.
    """

    entry: Entry
    definition: str
    score: float
    strength: float
    bars: int
    matched_on: MatchedOn


class Searcher:
    """Answers queries from one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.snapshot = snapshot
        self._encoder = encoder
        self._related = Related(snapshot)

    @classmethod
    def open(cls, index: Path) -> "Searcher":
        """Open the live snapshot of an index folder, with the encoder it was built with.

        Raises:
            BadSnapshotError: There is no snapshot, or it is damaged.
            BadEncoderError: Its encoder cannot be opened.
        """
        snapshot = open_current(index)
        model = snapshot.manifest.encoder.model
        if model.exported:
            return cls(snapshot, ExportedEncoder(snapshot.layout.encoder))
        return cls(snapshot, load_original(model))

    def search(self, query: str, *, limit: int = 10) -> list[Hit]:
        """Return up to ``limit`` entries, best first: those named so, then the nearest in meaning.

        Raises:
            BadQueryError: The query is empty or too long, or the limit is not 1 to ``MOST_HITS``.
        """
        return self.search_many([query], limit=limit)[0]

    def search_many(self, queries: Sequence[str], *, limit: int = 10) -> list[list[Hit]]:
        """Answer several queries at once, each as ``search`` would."""
        if not 1 <= limit <= MOST_HITS:
            raise BadQueryError(f"limit must be between 1 and {MOST_HITS}, got {limit}.")
        return self.rank_many(queries, depth=limit)

    def rank_many(self, queries: Sequence[str], *, depth: int) -> list[list[Hit]]:
        """Answer several queries to any depth, for judging and for batch jobs.

        Raises:
            BadQueryError: A query is empty or too long.
        """
        cleaned = [_cleaned(query) for query in queries]
        if not cleaned:
            return []
        rows = self._encoder.encode_queries(cleaned)
        return [
            self._hits(query, rows[number : number + 1], depth)
            for number, query in enumerate(cleaned)
        ]

    def relatedness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the strength between the two free texts of each pair.

        Raises:
            BadQueryError: A text is empty or too long.
        """
        texts = list(dict.fromkeys(_cleaned(text) for pair in pairs for text in pair))
        places = {text: place for place, text in enumerate(texts)}
        rows = self._encoder.encode_queries(texts)
        baseline = self.snapshot.manifest.calibration.related
        return [
            strength(float(rows[places[_cleaned(one)]] @ rows[places[_cleaned(other)]]), baseline)
            for one, other in pairs
        ]

    def related(self, number: int, *, limit: int = 10) -> list[RelatedItem]:
        """Return up to ``limit`` related items of an entry; see ``Related.of``."""
        return self._related.of(number, limit=limit)

    def number_of(self, entry_id: str) -> int:
        """Return the number of the entry with this id.

        Raises:
            UnknownEntryError: There is none.
        """
        number = self.snapshot.entries.find(entry_id)
        if number is None:
            raise UnknownEntryError(entry_id)
        return number

    def resolve(self, name: str) -> int:
        """Return the number of the entry with this id, term or alias.

        Raises:
            UnknownEntryError: There is none; it offers the nearest terms.
        """
        number = self.snapshot.entries.find(name)
        if number is None:
            number = next((number for number, _ in self._titled(name)), None)
        if number is None:
            nearest = [hit.entry.term for hit in self.search(name, limit=3)]
            raise UnknownEntryError(name, nearest)
        return number

    def linked(self, names: Sequence[str]) -> list[Entry]:
        """Return the entries that see-also or broader names stand for; dead links are left out."""
        found: dict[int, Entry] = {}
        for name in names:
            number = self.snapshot.entries.find(name)
            if number is None:
                number = next((number for number, _ in self._titled(name)), None)
            if number is not None:
                found.setdefault(number, self.snapshot.entries[number])
        return list(found.values())

    def _titled(self, text: str) -> list[tuple[int, TitleKind]]:
        """Return the entries with this title, terms first."""
        return [
            (match.entry, match.kind)
            for match in self.snapshot.titles.exact(text)
            if has_title(self.snapshot.entries[match.entry], text)
        ]

    def _hits(self, query: str, row: Rows, limit: int) -> list[Hit]:
        titled = dict(self._titled(query))
        hits = [
            self._hit(number, self._best_row(number, row), 1.0, _BY_TITLE[kind])
            for number, kind in titled.items()
        ]
        for number, place, score in self._nearest(row, limit + len(titled)):
            if number not in titled:
                hits.append(self._hit(number, place, score, MatchedOn.DEFINITION))
        return hits[:limit]

    def _nearest(self, row: Rows, wanted: int) -> list[tuple[int, int, float]]:
        """Return (entry, row, score) of the nearest entries, each by its best row."""
        index, owners = self.snapshot.index, self.snapshot.passages["entry"]
        # An entry may hold several of the nearest rows: ask for more until there are enough.
        k = 2 * wanted
        while True:
            nearest = index.search(row, k)
            best: dict[int, tuple[int, int, float]] = {}
            for place, score in zip(nearest.rows[0], nearest.scores[0], strict=True):
                number = int(owners[place])
                best.setdefault(number, (number, int(place), float(score)))
            if len(best) >= wanted or k >= index.count:
                return list(best.values())[:wanted]
            k *= 2

    def _best_row(self, number: int, row: Rows) -> int:
        owners = self.snapshot.passages["entry"]
        first, last = np.searchsorted(owners, [number, number + 1])
        rows = self.snapshot.index.rows(np.arange(first, last))
        return int(first) + int(np.argmax(rows @ row[0]))

    def _hit(self, number: int, place: int, score: float, matched_on: MatchedOn) -> Hit:
        entry = self.snapshot.entries[number]
        definition = entry.definitions[int(self.snapshot.passages[place]["definition"])]
        value = strength(score, self.snapshot.manifest.calibration.search)
        return Hit(entry, definition, score, value, bars(value), matched_on)


def _cleaned(query: str) -> str:
    text = " ".join(query.split())
    if not text:
        raise BadQueryError("The query is empty; describe what you look for.")
    if len(text) > LONGEST_QUERY:
        raise BadQueryError(
            f"The query has {len(text):,} characters, at most {LONGEST_QUERY:,} are allowed."
        )
    return text
