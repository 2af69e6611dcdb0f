"""Related items of one entry: looked up in the stored lists, and told why."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import unit_rows
from indexer.errors import BadQueryError
from indexer.glossary import Entry, title_key
from indexer.lexical import Words
from indexer.passages import sentences_of
from indexer.snapshot import MOST_RELATED, Snapshot
from indexer.strength import Background, bars, strength

SNIPPET_LENGTH = 100
SNIPPET_END = " . . ."
_SHARED_WORDS = 3
_REMEMBERED_WORDS = 1 << 14
# What diversity is worth against closeness (MMR: Carbonell and Goldstein, 1998).
_CLOSENESS = 0.4


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """An entry close to another one, and why.

    ``curated`` tells that editors joined the two, by a see-also link or by a pin of this list,
    ``shared_words`` the rarest words they have in common, ``sentence`` which sentence of the item
    comes closest to the entry.
    """

    entry: Entry
    score: float
    strength: float
    bars: int
    snippet: str
    curated: bool
    shared_words: tuple[str, ...]
    sentence: str


class Related:
    """Looks up the related lists of a snapshot."""

    def __init__(self, snapshot: Snapshot, words: Words) -> None:
        self._snapshot, self._words = snapshot, words
        # The same words stand in the definitions of many items.
        self._stems_of = lru_cache(maxsize=_REMEMBERED_WORDS)(words.stems)

    def of(self, number: int, *, limit: int = 10, diverse: bool = False) -> list[RelatedItem]:
        """Return up to ``limit`` related items of an entry, never itself.

        The strongest come first, but for what overrides put before them. ``diverse`` leaves out
        items that say much the same as a stronger one, and no pinned one.

        Raises:
            BadQueryError: The limit is not between 1 and ``MOST_RELATED``.
        """
        if not 1 <= limit <= MOST_RELATED:
            raise BadQueryError(f"limit must be between 1 and {MOST_RELATED}, got {limit}.")
        lists = self._snapshot.related
        listed = lists.numbers[number]
        places = np.arange(int((listed >= 0).sum()))
        if diverse:
            places = self._diverse(number, limit)
        entry, centre = self._snapshot.entries[number], self._centre(number)
        stems = set(self._words.stems(" ".join(entry.definitions)))
        chance = self._snapshot.manifest.calibration.related
        items = [
            self.item(int(listed[place]), float(lists.scores[number, place]), chance, centre, stems)
            for place in places[:limit]
        ]
        pinned = {
            self._snapshot.entries[pin].id for pin in self._snapshot.overrides.of(number).pins
        }
        return [
            replace(
                item,
                curated=item.entry.id in pinned
                or _links_to(entry, item.entry)
                or _links_to(item.entry, entry),
            )
            for item in items
        ]

    def _diverse(self, number: int, limit: int) -> NDArray[np.int64]:
        """Choose by maximal marginal relevance, and return the places in the list's order."""
        lists = self._snapshot.related
        # Farther down, what is different is so because it is hardly related.
        listed = lists.numbers[number][lists.numbers[number] >= 0][: 3 * limit]
        if not len(listed):
            return np.arange(0)
        rows = np.stack([self._centre(int(other)) for other in listed])
        alike = rows @ rows.T
        close = np.array(lists.scores[number][: len(listed)], dtype=np.float32)
        # Both from 0 to 1 within the list, so that neither outweighs the other by its scale.
        close = (close - close.min()) / max(float(np.ptp(close)), 1e-6)
        alike = (alike - alike.min()) / max(float(np.ptp(alike)), 1e-6)
        pins = self._snapshot.overrides.of(number).pins
        chosen = np.flatnonzero(np.isin(listed, pins))[:limit].tolist() or [0]
        while len(chosen) < min(limit, len(listed)):
            worth = _CLOSENESS * close - (1 - _CLOSENESS) * alike[:, chosen].max(axis=1)
            worth[chosen] = -np.inf
            chosen.append(int(np.argmax(worth)))
        return np.array(sorted(chosen), dtype=np.int64)

    def _centre(self, number: int) -> NDArray[np.float32]:
        rows = self._snapshot.index.rows(self._snapshot.rows_of(number))
        centre: NDArray[np.float32] = unit_rows(rows.mean(axis=0, keepdims=True))[0]
        return centre

    def item(
        self,
        other: int,
        score: float,
        chance: Background,
        centre: NDArray[np.float32],
        stems: Collection[str],
    ) -> RelatedItem:
        """Return an entry as related, not curated, to what has this direction and these stems."""
        item = self._snapshot.entries[other]
        value = strength(score, chance)
        return RelatedItem(
            entry=item,
            score=score,
            strength=value,
            bars=bars(value),
            snippet=snippet(item.definitions[0]),
            curated=False,
            shared_words=self._shared_words(stems, item),
            sentence=best_sentence(self._snapshot, item, self._snapshot.rows_of(other), centre),
        )

    def _shared_words(self, stems: Collection[str], item: Entry) -> tuple[str, ...]:
        """Return the rarest words of an item that are among these, as the item writes them."""
        spelled: dict[str, str] = {}
        for word in re.findall(r"\w+", " ".join(item.definitions)):
            for stem in self._stems_of(word):
                if stem in stems:
                    spelled.setdefault(stem, word.lower())
        rarest = sorted(spelled, key=lambda stem: -self._snapshot.words.rarity(stem))
        return tuple(spelled[stem] for stem in rarest[:_SHARED_WORDS])


def linked(snapshot: Snapshot, names: Iterable[str]) -> list[Entry]:
    """Return the entries that see-also or broader names stand for; dead links are left out."""
    numbers = dict.fromkeys(snapshot.find(name) for name in names)
    return [snapshot.entries[number] for number in numbers if number is not None]


def best_sentence(
    snapshot: Snapshot, entry: Entry, rows: Sequence[int], query: NDArray[np.float32]
) -> str:
    """Return the sentence that comes closest to a vector, of the passages of these rows."""
    best, closest = "", -np.inf
    for row in rows:
        text, vectors = snapshot.passage(row).text(entry), snapshot.sentences.of(row)
        # A passage of one sentence has no vectors of its own: its row stands for it.
        sentences = sentences_of(text) if len(vectors) else [text.strip()]
        if len(rows) == len(sentences) == 1:
            # There is nothing to compare it with.
            return sentences[0]
        found = vectors if len(vectors) else snapshot.index.rows([row])
        scores = found.astype(np.float32) @ query
        if float(scores.max()) > closest:
            best, closest = sentences[int(scores.argmax())], float(scores.max())
    return best


def _links_to(entry: Entry, other: Entry) -> bool:
    keys = {title_key(title) for title in (other.term, *other.aliases)}
    return any(name == other.id or title_key(name) in keys for name in entry.see_also)


def snippet(text: str, length: int = SNIPPET_LENGTH) -> str:
    """Return the beginning of a text, cut between words to about ``length`` characters."""
    return beginning(text, length) + SNIPPET_END


def shortened(text: str, length: int = SNIPPET_LENGTH) -> str:
    """Return a text as it is, but for its white space, or its beginning and "…"."""
    whole = " ".join(text.split())
    begins = beginning(whole, length)
    return begins if begins == whole else f"{begins} …"


def beginning(text: str, length: int = SNIPPET_LENGTH) -> str:
    """Return the words of a text that fit into ``length`` characters; the first is cut if need be.

    White space becomes single spaces, so that a text that fits is changed in nothing else.
    """
    words = " ".join(text.split())
    if len(words) > length:
        words = words[: length + 1].rsplit(" ", 1)[0][:length]
    return words
