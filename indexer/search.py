"""``Searcher``: free text in, hits out. Opens a snapshot and answers for it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.asking import Asker
from indexer.encoding import Encoder, Rows
from indexer.errors import UnknownEntryError
from indexer.exported import ExportedEncoder
from indexer.freetext import Closeness, FreeText
from indexer.glossary import Entry
from indexer.hits import (
    CLOSE_STRENGTH,
    LONGEST_QUERY,
    MOST_HITS,
    Answer,
    Hit,
    check_limit,
    check_min_strength,
    cleaned,
)
from indexer.lexical import Words
from indexer.lookup import Related, RelatedItem, linked
from indexer.original import load_original
from indexer.quantised import QuantisedEncoder, is_usable
from indexer.ranking import Ranking
from indexer.snapshot import MOST_RELATED, Snapshot, open_current
from indexer.suggesting import Suggestion, suggest

__all__ = ["LONGEST_QUERY", "MOST_HITS", "Answer", "Hit", "Searcher"]


class Searcher:
    """Answers queries from one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.snapshot = snapshot
        self._encoder = encoder
        self._words = Words(snapshot.manifest.language)
        self._asker = Asker(snapshot, self._words)
        self._ranking = Ranking(snapshot, self._words)
        self._related = Related(snapshot, self._words)
        self._free = FreeText(snapshot, self._words, encoder, self._related)

    @classmethod
    def open(cls, index: Path) -> "Searcher":
        """Open the live snapshot of an index folder, with the encoder it was built with.

        Raises:
            BadSnapshotError: There is no snapshot, or it is damaged.
            BadEncoderError: Its encoder cannot be opened.
        """
        snapshot = open_current(index)
        return cls(snapshot, query_encoder(snapshot))

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        correct: bool = True,
        category: str | None = None,
        min_strength: float | None = None,
    ) -> Answer:
        """Return up to ``limit`` entries for a query; ``correct`` lets misspelt titles be mended.

        Only entries of the ``category`` are searched, and only hits of ``min_strength`` listed.

        Raises:
            BadQueryError: The query is empty or too long, the limit is not 1 to ``MOST_HITS``, the
                strength not 0 to 100.
            UnknownCategoryError: There is no such category.
        """
        return self.search_many(
            [query], limit=limit, correct=correct, category=category, min_strength=min_strength
        )[0]

    def search_many(
        self,
        queries: Sequence[str],
        *,
        limit: int = 10,
        correct: bool = True,
        category: str | None = None,
        min_strength: float | None = None,
    ) -> list[Answer]:
        """Answer several queries at once, each as ``search`` would."""
        check_limit(limit, MOST_HITS)
        check_min_strength(min_strength)
        among = None if category is None else self.snapshot.listing.in_category(category)
        answers = self._answers(queries, limit, correct=correct, among=among)
        if min_strength is not None:
            answers = [answer.at_least(min_strength) for answer in answers]
        narrowed = category is not None or min_strength is not None
        self.note([(answer.query, answer.close) for answer in answers], narrowed=narrowed)
        return answers

    def note(
        self, outcomes: Sequence[tuple[str, bool]], *, narrowed: bool, remembered: bool = False
    ) -> None:
        """Hear which queries were answered, and whether anything close was found.

        Nothing is made of it here. ``narrowed`` tells that not all entries were searched,
        ``remembered`` that none were, since the answers were known.
        """

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Return up to ``limit`` titles that a reader may be about to type.

        Raises:
            BadQueryError: The text is empty or too long, or the limit is out of range.
        """
        return suggest(self.snapshot, cleaned(text), limit=limit)

    def rank_many(self, queries: Sequence[str], *, depth: int) -> list[list[Hit]]:
        """Return the hits of several queries to any depth, for judging.

        Raises:
            BadQueryError: A query is empty or too long.
        """
        return [answer.hits for answer in self._answers(queries, depth, correct=True, among=None)]

    def relatedness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the strength between the two free texts of each pair.

        Raises:
            BadQueryError: A text is empty or too long.
        """
        return [found.strength for found in self._free.between_texts(pairs)]

    def compare(self, pairs: Sequence[tuple[int | str, int | str]]) -> list[Closeness]:
        """Tell how close the two of each pair are: entries, by number, or free texts.

        Raises:
            BadQueryError: A text is empty or too long.
        """
        return self._free.compare(pairs)

    def encode(self, texts: Sequence[str]) -> Rows:
        """Return one unit row per query, as it is searched with."""
        return self._encoder.encode_queries(texts)

    def related(self, number: int, *, limit: int = 10, diverse: bool = False) -> list[RelatedItem]:
        """Return up to ``limit`` related items of an entry; see ``Related.of``."""
        return self._related.of(number, limit=limit, diverse=diverse)

    def related_to(self, text: str, *, limit: int = 10) -> list[RelatedItem]:
        """Return up to ``limit`` entries related to a free text, strongest first.

        Raises:
            BadQueryError: The text is empty or too long, or the limit not 1 to ``MOST_RELATED``.
        """
        check_limit(limit, MOST_RELATED)
        return self._free.related_to(text, limit=limit)

    def number_of(self, entry_id: str) -> int:
        """Return the number of the entry with this id.

        Raises:
            UnknownEntryError: There is none.
        """
        number = self.snapshot.entries.find(entry_id)
        if number is None:
            raise UnknownEntryError(entry_id)
        return number

    def named(self, name: str) -> int:
        """Return the number of the entry with this id, term or alias.

        Raises:
            UnknownEntryError: There is none.
        """
        number = self.snapshot.find(name)
        if number is None:
            raise UnknownEntryError(name)
        return number

    def resolve(self, name: str) -> int:
        """Return the number of the entry with this id, term or alias.

        Raises:
            UnknownEntryError: There is none; it offers the nearest terms.
        """
        number = self.snapshot.find(name)
        if number is None:
            nearest = [hit.entry.term for hit in self.search(name, limit=3).hits]
            raise UnknownEntryError(name, nearest)
        return number

    def linked(self, names: Sequence[str]) -> list[Entry]:
        """Return the entries that see-also or broader names stand for; dead links are left out."""
        return linked(self.snapshot, names)

    def _answers(
        self,
        queries: Sequence[str],
        depth: int,
        *,
        correct: bool,
        among: NDArray[np.bool_] | None,
    ) -> list[Answer]:
        asked = [self._asker.asked(cleaned(query), correct=correct) for query in queries]
        if not asked:
            return []
        rows = self._encoder.encode_queries([query.text for query in asked])
        answers = []
        for query, one, row in zip(queries, asked, rows, strict=True):
            hits = self._ranking.hits(one, row, depth, among)
            close = bool(hits) and hits[0].strength >= CLOSE_STRENGTH
            answers.append(Answer(query, hits, close, one.corrected))
        return answers


def query_encoder(snapshot: Snapshot, *, threads: int | None = None) -> Encoder:
    """Open the encoder a snapshot was built with, on so many cores; ``None`` is all of them.

    Raises:
        BadEncoderError: It cannot be opened.
    """
    model = snapshot.manifest.encoder.model
    folder = snapshot.layout.encoder
    if not model.exported:
        return load_original(model)
    if is_usable(folder):
        return QuantisedEncoder(folder, threads=threads)
    return ExportedEncoder(folder, threads=threads)
