"""``Searcher``: free text in, hits out. Opens a snapshot and answers for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.asking import TITLE_STRENGTH, Asked, Asker, MatchedOn
from indexer.encoder import load_original
from indexer.encoding import Encoder
from indexer.errors import BadQueryError, UnknownEntryError
from indexer.exported import ExportedEncoder
from indexer.glossary import Entry
from indexer.lexical import Words
from indexer.lookup import Related, RelatedItem, best_sentence
from indexer.scoring import hit_score
from indexer.snapshot import Snapshot, open_current
from indexer.strength import bars, strength
from indexer.suggesting import Suggestion, suggest

MOST_HITS = 100
LONGEST_QUERY = 2000
# Below it no hit is called close: chosen on the dev half of data/evaluation, see README.
CLOSE_STRENGTH = 50.0
_WORDS_SHARED_FOR_DEFINITION = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found for a query.

    ``definition`` is the one that matched best, ``sentence`` the sentence of it that did. ``score``
    is at most 1, which a title asked for by name has.
    """

    entry: Entry
    definition: str
    sentence: str
    score: float
    strength: float
    bars: int
    matched_on: MatchedOn


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits for a query, best first.

    ``corrected`` is the title that was searched for instead of a misspelt query. ``close`` tells
    whether the first hit is strong enough to be called an answer; otherwise the hits are only the
    nearest there are.
    """

    query: str
    hits: list[Hit]
    close: bool
    corrected: str | None = None


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An entry with the row that matched and how."""

    entry: int
    row: int
    score: float
    strength: float
    matched_on: MatchedOn


class Searcher:
    """Answers queries from one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self.snapshot = snapshot
        self._encoder = encoder
        self._words = Words(snapshot.manifest.language)
        self._asker = Asker(snapshot, self._words)
        self._related = Related(snapshot, self._words)

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

    def search(self, query: str, *, limit: int = 10, correct: bool = True) -> Answer:
        """Return up to ``limit`` entries for a query; ``correct`` lets misspelt titles be mended.

        Raises:
            BadQueryError: The query is empty or too long, or the limit is not 1 to ``MOST_HITS``.
        """
        return self.search_many([query], limit=limit, correct=correct)[0]

    def search_many(
        self, queries: Sequence[str], *, limit: int = 10, correct: bool = True
    ) -> list[Answer]:
        """Answer several queries at once, each as ``search`` would."""
        if not 1 <= limit <= MOST_HITS:
            raise BadQueryError(f"limit must be between 1 and {MOST_HITS}, got {limit}.")
        return self._answers(queries, limit, correct=correct)

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Return up to ``limit`` titles that a reader may be about to type.

        Raises:
            BadQueryError: The text is empty or too long, or the limit is out of range.
        """
        return suggest(self.snapshot, _cleaned(text), limit=limit)

    def rank_many(self, queries: Sequence[str], *, depth: int) -> list[list[Hit]]:
        """Return the hits of several queries to any depth, for judging.

        Raises:
            BadQueryError: A query is empty or too long.
        """
        return [answer.hits for answer in self._answers(queries, depth, correct=True)]

    def relatedness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the strength between the two free texts of each pair.

        Raises:
            BadQueryError: A text is empty or too long.
        """
        texts = list(dict.fromkeys(_cleaned(text) for pair in pairs for text in pair))
        places = {text: place for place, text in enumerate(texts)}
        rows = self._encoder.encode_queries(texts)
        chance = self.snapshot.manifest.calibration.texts
        return [
            strength(float(rows[places[_cleaned(one)]] @ rows[places[_cleaned(other)]]), chance)
            for one, other in pairs
        ]

    def related(self, number: int, *, limit: int = 10, diverse: bool = False) -> list[RelatedItem]:
        """Return up to ``limit`` related items of an entry; see ``Related.of``."""
        return self._related.of(number, limit=limit, diverse=diverse)

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
        number = self._named(name)
        if number is None:
            nearest = [hit.entry.term for hit in self.search(name, limit=3).hits]
            raise UnknownEntryError(name, nearest)
        return number

    def linked(self, names: Sequence[str]) -> list[Entry]:
        """Return the entries that see-also or broader names stand for; dead links are left out."""
        numbers = dict.fromkeys(self._named(name) for name in names)
        return [self.snapshot.entries[number] for number in numbers if number is not None]

    def _named(self, name: str) -> int | None:
        number = self.snapshot.entries.find(name)
        if number is not None:
            return number
        return next((match.entry for match in self.snapshot.titles.exact(name)), None)

    def _answers(self, queries: Sequence[str], depth: int, *, correct: bool) -> list[Answer]:
        asked = [self._asker.asked(_cleaned(query), correct=correct) for query in queries]
        if not asked:
            return []
        rows = self._encoder.encode_queries([query.text for query in asked])
        answers = []
        for query, one, row in zip(queries, asked, rows, strict=True):
            ranked = self._ranked(one, row, depth)
            hits = [self._hit(found, row) for found in ranked]
            close = bool(hits) and hits[0].strength >= CLOSE_STRENGTH
            answers.append(Answer(query, hits, close, one.corrected))
        return answers

    def _ranked(self, asked: Asked, row: NDArray[np.float32], depth: int) -> list[_Ranked]:
        share = self.snapshot.words.share(self._words.stems(asked.text))
        numbers, places, meaning = self._candidates(row, share, depth)
        scores = hit_score(meaning, share[numbers], entries=len(self.snapshot.entries))
        order = np.lexsort((numbers, -scores))
        ranked = [
            # Who asks for a title wants its first definition.
            _Ranked(
                t.entry,
                self.snapshot.rows_of(t.entry).start,
                t.strength / TITLE_STRENGTH,
                t.strength,
                t.matched_on,
            )
            for t in sorted(asked.titled, key=lambda t: -t.strength)
        ]
        titled = {found.entry for found in ranked}
        most = ranked[-1].strength if ranked else 100.0
        chance = self.snapshot.manifest.calibration.search
        for place in order[: depth + len(titled)]:
            number, score = int(numbers[place]), float(scores[place])
            if number not in titled:
                by_words = share[number] >= _WORDS_SHARED_FOR_DEFINITION
                matched_on = MatchedOn.DEFINITION if by_words else MatchedOn.MEANING
                value = min(strength(score, chance), most)
                ranked.append(_Ranked(number, int(places[place]), score, value, matched_on))
        return ranked[:depth]

    def _candidates(
        self,
        row: NDArray[np.float32],
        share: NDArray[np.float32],
        depth: int,
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """Return entries near in meaning or in words, each with its best row and their cosine."""
        wide = 2 * depth + 50
        nearest = self.snapshot.index.search(row[None], wide).rows[0]
        take = min(wide, len(share))
        worded = np.argpartition(share, len(share) - take)[len(share) - take :]
        owners = self.snapshot.owners
        parts = (owners[nearest], worded[share[worded] > 0])
        numbers = np.unique(np.concatenate(parts)).astype(np.int64)
        starts = np.searchsorted(owners, numbers)
        counts = np.searchsorted(owners, numbers, side="right") - starts
        firsts = np.cumsum(counts) - counts
        places = np.repeat(starts - firsts, counts) + np.arange(int(counts.sum()))
        cosines = self.snapshot.index.rows(places) @ row
        best = np.maximum.reduceat(cosines, firsts)
        # The first row of each entry that reaches its best.
        hits = np.flatnonzero(cosines == np.repeat(best, counts))
        owner = np.repeat(np.arange(len(numbers)), counts)[hits]
        _, first_hit = np.unique(owner, return_index=True)
        return numbers, places[hits[first_hit]], best

    def _hit(self, found: _Ranked, row: NDArray[np.float32]) -> Hit:
        entry = self.snapshot.entries[found.entry]
        definition = entry.definitions[self.snapshot.passage(found.row).definition]
        return Hit(
            entry=entry,
            definition=definition,
            sentence=best_sentence(self.snapshot, entry, [found.row], row),
            score=found.score,
            strength=found.strength,
            bars=bars(found.strength),
            matched_on=found.matched_on,
        )


def _cleaned(query: str) -> str:
    text = " ".join(query.split())
    if not text:
        raise BadQueryError("The query is empty; describe what you look for.")
    if len(text) > LONGEST_QUERY:
        raise BadQueryError(
            f"The query has {len(text):,} characters, at most {LONGEST_QUERY:,} are allowed."
        )
    return text
