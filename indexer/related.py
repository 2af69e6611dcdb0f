"""The related lists: computed for a whole glossary when it is built.

Two entries are as close as their closest passages mean, as the words they share are rare, and as
their nearest neighbours are the same; every pair is compared. An entry that is close to everything
loses what it is close to its own nearest. The work is done in blocks, so that memory stays bounded
however large the glossary.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.choosing import Choosing, Terms
from indexer.encoding import Progress, Rows, unit_rows
from indexer.glossary import Glossary
from indexer.lexical import cosine_weights, count_tokens
from indexer.neighbourhoods import Neighbourhoods, neighbourhoods
from indexer.overrides import Overrides
from indexer.pairing import Handle, PairScores, at_least, few_of
from indexer.scoring import Scores, become_list_scores, hubness
from indexer.snapshot import MOST_RELATED, RelatedLists

# At least; as much as the rows take if that is more. Products of few rows with all others are slow,
# whatever the library.
_BLOCK_BYTES = 128 << 20
_SAMPLED_PAIRS = 200_000
# The entries that neighbours are chosen from: hubs among them fall back.
_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class Relations:
    """The related lists of a glossary, and the scores of random pairs of it.

    ``stale`` tells which overrides do nothing for their list any more.
    """

    lists: RelatedLists
    chance_scores: NDArray[np.float32]
    stale: tuple[str, ...] = ()


def relate_all(
    glossary: Glossary,
    rows: Rows,
    owners: NDArray[np.int32],
    stems: Sequence[Sequence[str]],
    *,
    overrides: Overrides | None = None,
    most: int = MOST_RELATED,
    block_bytes: int | None = None,
    progress: Progress | None = None,
) -> Relations:
    """Compute the related list of every entry.

    An entry is never in its own list, nor is another entry of the same term. Of several others
    with one term, the closest stands for them. A curated see-also link is always in the list,
    unless an override blocks it. The score of two entries is the same in both their lists.

    Args:
        glossary: The entries.
        rows: The index, (rows, dimension), the rows of an entry side by side in entry order.
        owners: The entry of each row; every entry has one.
        stems: The words of each entry.
        overrides: What editors want of the lists.
        most: The longest list.
        block_bytes: About how much memory the scores of one block may take; ``None`` is 128 MiB, or
            as much as the rows take.
        progress: Called with the number of entries done since the last call; each counts twice.
    """
    count = len(glossary.entries)
    starts = np.searchsorted(owners, np.arange(count + 1))
    words = word_vectors(stems)
    terms = Terms.of(glossary)
    chances = _Chances(count)
    choosing = Choosing(glossary, terms, overrides or Overrides(), most)
    if block_bytes is None:
        block_bytes = max(_BLOCK_BYTES, rows.nbytes)
    with PairScores.opened(unit_rows(rows), starts, words, block_bytes) as pairs:
        look = _first_look(pairs, terms, progress)
        lists = RelatedLists(
            np.full((count, most), -1, dtype=np.int32),
            np.zeros((count, most), dtype=np.float32),
            look.lost,
            look.neighbourhoods,
        )
        _second_look(pairs, lists, choosing, chances, progress)
    stale = [pair for number in sorted(choosing.stale) for pair in choosing.stale[number]]
    return Relations(lists, chances.scores(terms), tuple(stale))


def word_vectors(stems: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """Return a unit vector of word weights for each entry: rarer words count more."""
    counts = count_tokens(stems)
    shape = (len(stems), max(len(counts.vocabulary), 1))
    weights = cosine_weights(counts).astype(np.float32)
    return sparse.csr_matrix((weights, (counts.documents, counts.tokens)), shape=shape)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a first look at all pairs tells of each entry: what hubs lose, and its neighbours."""

    lost: NDArray[np.float32]
    neighbourhoods: Neighbourhoods


def _first_look(pairs: PairScores, terms: Terms, progress: Progress | None) -> _Look:
    count = len(terms.numbers)
    take = min(_CANDIDATES, count)
    candidates = np.zeros((count, take), dtype=np.int32)
    closest = np.zeros((count, take), dtype=np.float32)

    def look(number: int, scores: Scores) -> None:
        scores[terms.same_as(number)] = 0
        # Of equal ones at the edge, the first.
        found = at_least(scores, take)
        found = found[np.argsort(-scores[found], kind="stable")][:take]
        candidates[number], closest[number] = found, scores[found]

    for done in pairs.each(lambda _first, _last: look):
        if progress is not None:
            progress(done)
    # The nearest are among the candidates.
    lost = hubness(closest)
    near = closest - lost[:, None] - lost[candidates]
    return _Look(lost, neighbourhoods(candidates, near))


def _second_look(
    pairs: PairScores,
    lists: RelatedLists,
    choosing: Choosing,
    chances: "_Chances",
    progress: Progress | None,
) -> None:
    """Fill in the lists, and what the scores of random pairs are."""
    lost, around = lists.hubness, lists.neighbourhoods.matrix()
    beside = around.T.tocsr()

    def block(first: int, last: int) -> Handle:
        alike = around[first:last] @ beside

        def look(number: int, scores: Scores) -> None:
            become_list_scores(scores, lost[number] + lost, few_of(alike, number - first))
            chances.see(number, scores)
            chosen = choosing.of(number, scores)
            lists.numbers[number, : len(chosen)] = chosen
            lists.scores[number, : len(chosen)] = scores[chosen]

        return look

    for done in pairs.each(block):
        if progress is not None:
            progress(done)


class _Chances:
    """Scores of random pairs: some of each entry, the same ones every time."""

    def __init__(self, count: int) -> None:
        size = (count, -(-_SAMPLED_PAIRS // count))
        self._drawn = np.random.default_rng(0).integers(0, count, size=size)
        self._scores = np.zeros(size, dtype=np.float32)

    def see(self, number: int, scores: Scores) -> None:
        """Keep those of an entry with these scores with all."""
        self._scores[number] = scores[self._drawn[number]]

    def scores(self, terms: Terms) -> NDArray[np.float32]:
        """Return those of pairs with different terms."""
        different: NDArray[np.bool_] = terms.numbers[self._drawn] != terms.numbers[:, None]
        return self._scores[different]
