"""How often each token stands in each document, and what each then weighs in a cosine."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Counts:
    """The distinct tokens of documents, document by document.

    ``documents``, ``tokens`` and ``times`` go side by side: this document has this token so many
    times. ``lengths`` has the tokens of each document, ``vocabulary`` the number of each token.
    """

    vocabulary: dict[str, int]
    lengths: NDArray[np.int64]
    documents: NDArray[np.int32]
    tokens: NDArray[np.int64]
    times: NDArray[np.float64]

    @property
    def frequency(self) -> NDArray[np.int64]:
        """How many documents have each token."""
        return np.bincount(self.tokens, minlength=len(self.vocabulary))


def count_tokens(documents: Iterable[Sequence[str]]) -> Counts:
    """Count the tokens of each document."""
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
    return Counts(
        vocabulary,
        np.array(lengths, dtype=np.int64),
        np.repeat(np.arange(len(lengths), dtype=np.int32), distinct),
        np.array(tokens, dtype=np.int64),
        np.array(times, dtype=np.float64),
    )


def cosine_rarity(counts: Counts) -> NDArray[np.float64]:
    """Return what each token weighs in a cosine: the rarer, the more."""
    return np.asarray(np.log(1 + len(counts.lengths) / np.maximum(counts.frequency, 1)))


def cosine_weights(counts: Counts) -> NDArray[np.float64]:
    """Return what each token weighs in each document, whose weights have length 1 (tf-idf)."""
    weights = (1 + np.log(counts.times)) * cosine_rarity(counts)[counts.tokens]
    squares = np.bincount(counts.documents, weights=weights**2, minlength=len(counts.lengths))
    return np.asarray(weights / np.maximum(np.sqrt(squares)[counts.documents], 1e-9))
