"""Entries put in order for a query: by title first, then by meaning and words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.asking import TITLE_STRENGTH, Asked, MatchedOn
from indexer.candidates import candidates, meaning
from indexer.hits import Hit
from indexer.lexical import Words
from indexer.lookup import best_sentence
from indexer.scoring import hit_score
from indexer.snapshot import Snapshot
from indexer.strength import bars, strengths

_WORDS_SHARED_FOR_DEFINITION = 0.5


@dataclass(frozen=True, slots=True)
class _Ranked:
    """An entry with the row that matched and how."""

    entry: int
    row: int
    score: float
    strength: float
    matched_on: MatchedOn


class Ranking:
    """Finds and orders the hits of queries in a snapshot."""

    def __init__(self, snapshot: Snapshot, words: Words) -> None:
        self.snapshot, self._words = snapshot, words

    def hits(
        self,
        asked: Asked,
        row: NDArray[np.float32],
        depth: int,
        among: NDArray[np.bool_] | None,
    ) -> list[Hit]:
        """Return up to ``depth`` hits, best first, for a query and its row.

        ``among`` tells for every entry whether it is searched; ``None`` searches all.
        """
        return [self._hit(found, row) for found in self._ranked(asked, row, depth, among)]

    def _ranked(
        self,
        asked: Asked,
        row: NDArray[np.float32],
        depth: int,
        among: NDArray[np.bool_] | None,
    ) -> list[_Ranked]:
        share = self.snapshot.words.share(self._words.stems(asked.text))
        wide = 2 * depth + 50
        numbers = candidates(self.snapshot, row[None], share, wide=wide, among=among)
        found = meaning(self.snapshot, row[None], numbers)
        scores = hit_score(found.cosines, share[numbers], entries=len(self.snapshot.entries))
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
            if among is None or among[t.entry]
        ]
        titled = {title.entry for title in ranked}
        most = ranked[-1].strength if ranked else 100.0
        chance = self.snapshot.manifest.calibration.search
        best = order[: depth + len(titled)]
        for place, value in zip(best, strengths(scores[best], chance).tolist(), strict=True):
            number = int(numbers[place])
            if number not in titled:
                by_words = share[number] >= _WORDS_SHARED_FOR_DEFINITION
                matched_on = MatchedOn.DEFINITION if by_words else MatchedOn.MEANING
                row_of, score = int(found.rows[place]), float(scores[place])
                ranked.append(_Ranked(number, row_of, score, min(value, most), matched_on))
        return ranked[:depth]

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
