"""An inverted index in plain arrays, memory-mapped: for each token, the entries that have it.

It answers a query by adding up the weights of the tokens asked for, exactly and for all entries
at once. Tokens are words for definitions and trigrams for titles.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.lexical.counting import cosine_rarity, cosine_weights, count_tokens
from indexer.mapped import mapped

# As in Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
_K1, _B = 1.2, 0.75
_TOKEN = np.dtype([("hash", "<u8"), ("start", "<i8"), ("count", "<i4"), ("weight", "<f4")])
_ONCE = np.float32(1)
# Tokens that are kept as they were found.
_MOST_KNOWN = 4096
FILES = ("tokens.npy", "numbers.npy", "impacts.npy")


class Weighting(Enum):
    """How much an occurrence counts: by BM25, each token by its rarity alone, or for a cosine."""

    BM25 = "bm25"
    RARITY = "rarity"
    COSINE = "cosine"


class _Token(NamedTuple):
    """A token: where the list of its entries begins, how many there are, and what it weighs."""

    start: int
    entries: int
    weight: float

    @property
    def place(self) -> slice:
        return slice(self.start, self.start + self.entries)


class Postings:
    """Scores every entry against the tokens of a query."""

    def __init__(self, folder: Path, count: int) -> None:
        """Open the files of ``save_postings`` for ``count`` entries.

        Raises:
            ValueError: The files do not go together.
        """
        tokens, numbers, impacts = (mapped(folder / name) for name in FILES)
        if tokens.dtype != _TOKEN or len(numbers) != len(impacts):
            raise ValueError(f"{folder.name} holds no postings")
        self._tokens: NDArray[np.void] = tokens
        # Its own copy, side by side: the binary search would touch a page a step otherwise.
        self._hashes = np.ascontiguousarray(tokens["hash"])
        # Most words of a query were asked for before.
        self._known: dict[str, _Token] = {}
        self._numbers: NDArray[np.int32] = numbers
        self._impacts: NDArray[np.float32] = impacts
        self._count = count

    def share(self, tokens: Sequence[str], *, most: int | None = None) -> NDArray[np.float32]:
        """Return, for every entry, how much of the query's weight it has.

        0 is none of its tokens, 1 each of them once in a text of the usual length; a token that
        stands often, or in a short text, counts for more. A token no entry has counts as the
        rarest: a query of strange words has a small share in everything.

        With ``most``, the commonest tokens, which tell least, are left out when all of them
        together have more entries than that.
        """
        scores = np.zeros(self._count, dtype=np.float32)
        found = [self._find(token) for token in dict.fromkeys(tokens)]
        known = [token for token in found if token is not None]
        whole = math.log(1 + self._count) * (len(found) - len(known))
        if most is not None:
            known.sort(key=lambda token: token.entries)
        added = 0
        for token in known:
            whole += token.weight
            if most is not None and added and added + token.entries > most:
                continue
            added += token.entries
            self._add(scores, token)
        return scores / np.float32(whole) if whole else scores

    def cosine(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Return, for every entry, the cosine of its tokens and these, the rarer counting more.

        Only postings with the weighting of that name have it. A token no entry has counts as one
        of a single entry: a text of strange words is close to nothing.
        """
        scores = np.zeros(self._count, dtype=np.float32)
        length = 0.0
        for text, times in Counter(tokens).items():
            token = self._find(text)
            rarity = math.log(1 + self._count) if token is None else token.weight
            weight = (1 + math.log(times)) * rarity
            length += weight**2
            if token is not None:
                self._add(scores, token, np.float32(weight))
        return scores / np.float32(math.sqrt(length)) if length else scores

    def of(self, token: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the entries that have a token, in order, and what it is worth in each."""
        found = self._find(token)
        if found is None:
            return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
        return self._numbers[found.place], self._impacts[found.place]

    def rarity(self, token: str) -> float:
        """Return the weight of a token; one that no entry has is the rarest."""
        found = self._find(token)
        return math.inf if found is None else found.weight

    def _add(self, scores: NDArray[np.float32], token: _Token, weight: np.float32 = _ONCE) -> None:
        """Add what a token is worth in each of its entries, so many times."""
        # A token's entries are distinct, so that plain indexed addition loses nothing.
        scores[self._numbers[token.place]] += weight * self._impacts[token.place]

    def _find(self, token: str) -> _Token | None:
        found = self._known.get(token)
        if found is not None:
            return found
        wanted = _hash(token)
        place = int(self._hashes.searchsorted(wanted))
        # One that is not there is not kept: of those there is no end.
        if place == len(self._hashes) or self._hashes[place] != wanted:
            return None
        found = _Token(*self._tokens[place].item()[1:])
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[token] = found
        return found


def save_postings(
    folder: Path, documents: Iterable[Sequence[str]], weighting: Weighting = Weighting.BM25
) -> None:
    """Write the index of documents, each the tokens of the entry with its number."""
    folder.mkdir()
    counts = count_tokens(documents)
    frequency, total = counts.frequency, len(counts.lengths)
    if weighting is Weighting.COSINE:
        rarity, impacts = cosine_rarity(counts), cosine_weights(counts)
    else:
        rarity = np.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        impacts = rarity[counts.tokens]
    if weighting is Weighting.BM25:
        usual = max(int(counts.lengths.sum()) / max(total, 1), 1.0)
        damping = _K1 * (1 - _B + _B * counts.lengths[counts.documents] / usual)
        impacts = impacts * counts.times * (_K1 + 1) / (counts.times + damping)
    hashes = np.array([_hash(word) for word in counts.vocabulary], dtype=np.uint64)
    # Tokens by hash, for the binary search; within a token, entries in order.
    order = np.argsort(hashes)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    places = np.lexsort((counts.documents, rank[counts.tokens]))
    table = np.zeros(len(order), dtype=_TOKEN)
    table["hash"], table["count"] = hashes[order], frequency[order]
    table["start"] = np.cumsum(frequency[order]) - frequency[order]
    table["weight"] = rarity[order]
    arrays = (table, counts.documents[places], impacts[places].astype(np.float32))
    for name, array in zip(FILES, arrays, strict=True):
        np.save(folder / name, array, allow_pickle=False)


def _hash(token: str) -> np.uint64:
    digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
