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

import numpy as np
from numpy.typing import NDArray

# As in Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
_K1, _B = 1.2, 0.75
_TOKEN = np.dtype([("hash", "<u8"), ("start", "<i8"), ("count", "<i4"), ("weight", "<f4")])
FILES = ("tokens.npy", "numbers.npy", "impacts.npy")


class Weighting(Enum):
    """How much an occurrence counts: by BM25, each token by its rarity alone, or for a cosine."""

    BM25 = "bm25"
    RARITY = "rarity"
    COSINE = "cosine"


class Postings:
    """Scores every entry against the tokens of a query."""

    def __init__(self, folder: Path, count: int) -> None:
        """Open the files of ``save_postings`` for ``count`` entries.

        Raises:
            ValueError: The files do not go together.
        """
        tokens, numbers, impacts = (
            np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in FILES
        )
        if tokens.dtype != _TOKEN or len(numbers) != len(impacts):
            raise ValueError(f"{folder.name} holds no postings")
        self._tokens: NDArray[np.void] = tokens
        # Its own copy, side by side: the binary search would touch a page a step otherwise.
        self._hashes = np.ascontiguousarray(tokens["hash"])
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
        places = [self._place(token) for token in dict.fromkeys(tokens)]
        whole = math.log(1 + self._count) * places.count(None)
        rows = [self._tokens[place] for place in places if place is not None]
        if most is not None:
            rows.sort(key=lambda row: int(row["count"]))
        added = 0
        for row in rows:
            start, end = int(row["start"]), int(row["start"]) + int(row["count"])
            whole += float(row["weight"])
            if most is not None and added and added + end - start > most:
                continue
            added += end - start
            # A token's entries are distinct, so that plain indexed addition loses nothing.
            scores[self._numbers[start:end]] += self._impacts[start:end]
        return scores / np.float32(whole) if whole else scores

    def cosine(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Return, for every entry, the cosine of its tokens and these, the rarer counting more.

        Only postings with the weighting of that name have it. A token no entry has counts as one
        of a single entry: a text of strange words is close to nothing.
        """
        scores = np.zeros(self._count, dtype=np.float32)
        length = 0.0
        for token, times in Counter(tokens).items():
            place = self._place(token)
            rarity = math.log(1 + self._count) if place is None else self._tokens[place]["weight"]
            weight = (1 + math.log(times)) * float(rarity)
            length += weight**2
            if place is not None:
                row = self._tokens[place]
                start, end = int(row["start"]), int(row["start"]) + int(row["count"])
                scores[self._numbers[start:end]] += np.float32(weight) * self._impacts[start:end]
        return scores / np.float32(math.sqrt(length)) if length else scores

    def rarity(self, token: str) -> float:
        """Return the weight of a token; one that no entry has is the rarest."""
        place = self._place(token)
        return math.inf if place is None else float(self._tokens[place]["weight"])

    def _place(self, token: str) -> int | None:
        place = int(np.searchsorted(self._hashes, _hash(token)))
        return place if place < len(self._hashes) and self._hashes[place] == _hash(token) else None


def save_postings(
    folder: Path, documents: Iterable[Sequence[str]], weighting: Weighting = Weighting.BM25
) -> None:
    """Write the index of documents, each the tokens of the entry with its number."""
    folder.mkdir()
    vocabulary: dict[str, int] = {}
    lengths: list[int] = []
    distinct: list[int] = []
    tokens: list[int] = []
    times: list[int] = []
    for document in documents:
        counts = Counter(document)
        lengths.append(len(document))
        distinct.append(len(counts))
        tokens.extend(vocabulary.setdefault(token, len(vocabulary)) for token in counts)
        times.extend(counts.values())
    numbers = np.repeat(np.arange(len(lengths), dtype=np.int32), distinct)
    token = np.array(tokens, dtype=np.int64)
    frequency = np.bincount(token, minlength=len(vocabulary))
    rarity = np.log(1 + (len(lengths) - frequency + 0.5) / (frequency + 0.5))
    if weighting is Weighting.COSINE:
        rarity = np.log(1 + len(lengths) / np.maximum(frequency, 1))
    occurrences = np.array(times, dtype=np.float64)
    impacts = rarity[token]
    if weighting is Weighting.COSINE:
        impacts = impacts * (1 + np.log(occurrences))
        squares = np.bincount(numbers, weights=impacts**2, minlength=len(lengths))
        impacts = impacts / np.maximum(np.sqrt(squares)[numbers], 1e-9)
    if weighting is Weighting.BM25:
        usual = max(sum(lengths) / max(len(lengths), 1), 1.0)
        damping = _K1 * (1 - _B + _B * np.array(lengths)[numbers] / usual)
        impacts = impacts * occurrences * (_K1 + 1) / (occurrences + damping)
    hashes = np.array([_hash(word) for word in vocabulary], dtype=np.uint64)
    # Tokens by hash, for the binary search; within a token, entries in order.
    order = np.argsort(hashes)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    places = np.lexsort((numbers, rank[token]))
    table = np.zeros(len(order), dtype=_TOKEN)
    table["hash"], table["count"] = hashes[order], frequency[order]
    table["start"] = np.cumsum(frequency[order]) - frequency[order]
    table["weight"] = rarity[order]
    arrays = (table, numbers[places], impacts[places].astype(np.float32))
    for name, array in zip(FILES, arrays, strict=True):
        np.save(folder / name, array, allow_pickle=False)


def _hash(token: str) -> np.uint64:
    digest = hashlib.blake2b(token.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
