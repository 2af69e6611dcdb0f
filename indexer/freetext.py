"""Free text set against entries: what is related to it, and how close two things are.

The evidence is that of the related lists: what the closest passages mean and which rare words are
shared, less what hubs lose. A text has neither titles nor neighbours that know it, so that its
scores have a background of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.candidates import candidates, meaning
from indexer.embedding import fitting
from indexer.encoding import Encoder, Rows, unit_rows
from indexer.glossary import Entry
from indexer.hits import cleaned
from indexer.lexical import Words
from indexer.lookup import Related, RelatedItem
from indexer.passages import passages_of
from indexer.scoring import hubness, list_score, pair_score
from indexer.snapshot import Snapshot
from indexer.strength import Background, bars, strength

_WIDE = 200


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close two things are, on the scale of every strength."""

    score: float
    strength: float
    bars: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it is compared: a row for each passage, its stems, and what it loses as a hub.

    ``words`` is its cosine with the words of every entry, ``scores`` what the entries of
    ``numbers``, the nearest, have before hubs lose.
    """

    rows: Rows
    stems: list[str]
    words: NDArray[np.float32]
    numbers: NDArray[np.int64]
    scores: NDArray[np.float32]
    lost: float


class FreeText:
    """Compares texts with the entries of a snapshot."""

    def __init__(
        self, snapshot: Snapshot, words: Words, encoder: Encoder, related: Related
    ) -> None:
        self._snapshot, self._words, self._encoder = snapshot, words, encoder
        self._related = related

    def related_to(self, text: str, *, limit: int) -> list[RelatedItem]:
        """Return the entries closest to a text, strongest first."""
        read = self._read(cleaned(text))
        scores = read.scores - self._snapshot.related.hubness[read.numbers] - read.lost
        centre = unit_rows(read.rows.mean(axis=0, keepdims=True))[0]
        order = np.lexsort((read.numbers, -scores))[:limit]
        chance, stems = self._snapshot.manifest.calibration.free, set(read.stems)
        return [
            self._related.item(int(read.numbers[at]), float(scores[at]), chance, centre, stems)
            for at in order
        ]

    def compare(self, pairs: Sequence[tuple[int | str, int | str]]) -> list[Closeness]:
        """Tell how close the two of each pair are: entries, by number, or texts."""
        texts = [(a, b) for a, b in pairs if isinstance(a, str) and isinstance(b, str)]
        of_texts = dict(zip(texts, self.between_texts(texts), strict=True))
        found = []
        for one, other in pairs:
            if isinstance(one, str) and isinstance(other, str):
                found.append(of_texts[one, other])
            elif isinstance(one, str):
                found.append(self.to_entry(one, int(other)))
            elif isinstance(other, str):
                found.append(self.to_entry(other, one))
            else:
                found.append(self.between_entries(one, other))
        return found

    def between_texts(self, pairs: Sequence[tuple[str, str]]) -> list[Closeness]:
        """Tell how close the two texts of each pair are."""
        clean = [(cleaned(one), cleaned(other)) for one, other in pairs]
        texts = list(dict.fromkeys(text for pair in clean for text in pair))
        rows = dict(zip(texts, self._encoder.encode_queries(texts), strict=True))
        chance = self._snapshot.manifest.calibration.texts
        return [closeness(float(rows[one] @ rows[other]), chance) for one, other in clean]

    def to_entry(self, text: str, number: int) -> Closeness:
        """Tell how close a text is to an entry."""
        read = self._read(cleaned(text))
        close = meaning(self._snapshot, read.rows, np.array([number])).cosines
        score = float(pair_score(close, read.words[[number]])[0]) - read.lost
        score -= float(self._snapshot.related.hubness[number])
        return closeness(score, self._snapshot.manifest.calibration.free)

    def between_entries(self, one: int, other: int) -> Closeness:
        """Tell how close two entries are, as their related lists would."""
        snapshot = self._snapshot
        rows = [snapshot.index.rows(snapshot.rows_of(number)) for number in (one, other)]
        stems = self._words.all_of(snapshot.entries[one])
        shared = snapshot.related_words.cosine(stems)[other]
        pair = pair_score(np.max(rows[0] @ rows[1].T), shared)
        lost = snapshot.related.hubness[one] + snapshot.related.hubness[other]
        alike = snapshot.related.neighbourhoods.alike(one, other)
        score = float(list_score(pair, lost, np.array(alike, dtype=np.float32)))
        return closeness(score, snapshot.manifest.calibration.related)

    def _read(self, text: str) -> _Read:
        rows = self._encoder.encode_documents(pieces_of(text, self._encoder))
        stems = self._words.stems(text)
        words = self._snapshot.related_words.cosine(stems)
        # None farther off can be listed.
        numbers = candidates(self._snapshot, rows, words, wide=_WIDE)
        scores = pair_score(meaning(self._snapshot, rows, numbers).cosines, words[numbers])
        return _Read(rows, stems, words, numbers, scores, float(hubness(scores[None])[0]))


def pieces_of(text: str, encoder: Encoder) -> list[str]:
    """Cut a text as a definition is cut, so that its end counts too."""
    told = Entry("", "", (text,))
    return [passage.text(told) for passage in passages_of(0, told, fitting(encoder))]


def closeness(score: float, chance: Background) -> Closeness:
    """Put a score on the scale of strength."""
    value = strength(score, chance)
    return Closeness(score, value, bars(value))
