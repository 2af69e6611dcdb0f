"""The related lists: computed for a whole glossary when it is built.

Two entries are as close as their closest passages mean, as the words they share are rare, and as
their nearest neighbours are the same; of all pairs, the closest are found (``pairing``). An entry
that is close to everything loses what it is close to its own nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.choosing import Choosing
from indexer.encoding import Progress, Rows, unit_rows
from indexer.glossary import Glossary
from indexer.lexical import cosine_weights, count_tokens
from indexer.neighbourhoods import neighbourhoods
from indexer.overrides import Overrides
from indexer.pairing import Around, Evidence, Kept, Looking, Question, Terms
from indexer.scoring import FewScores, Scores, hubness
from indexer.snapshot import MOST_RELATED, RelatedLists

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
    terms = Terms.of(glossary)
    evidence = Evidence.of(unit_rows(rows), starts, word_vectors(stems), terms)
    choosing = Choosing.of(glossary, terms, overrides or Overrides(), most)
    with Looking.opened(evidence, progress, block_bytes) as looking:
        kept = looking.closest(_CANDIDATES)
        around = _around(kept)
        lists = _lists(looking, kept, around, choosing, most)
    stale = [pair for number in sorted(choosing.stale) for pair in choosing.stale[number]]
    return Relations(lists, _chance_scores(evidence, around), tuple(stale))


def word_vectors(stems: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """Return a unit vector of word weights for each entry: rarer words count more."""
    counts = count_tokens(stems)
    shape = (len(stems), max(len(counts.vocabulary), 1))
    weights = cosine_weights(counts).astype(np.float32)
    return sparse.csr_matrix((weights, (counts.documents, counts.tokens)), shape=shape)


def _around(kept: Kept) -> Around:
    """Return what each entry loses as a hub, and its neighbours."""
    candidates, closest = kept.best(_CANDIDATES)
    # The nearest are among the candidates.
    lost = hubness(closest)
    closest -= lost[:, None]
    closest -= lost[candidates]
    return Around.of(lost, neighbourhoods(candidates, closest))


def _lists(
    looking: Looking, kept: Kept, around: Around, choosing: Choosing, most: int
) -> RelatedLists:
    shape = (len(kept.numbers), most)
    numbers, scores = np.full(shape, -1, dtype=np.int32), np.zeros(shape, dtype=np.float32)

    def choose(number: int, others: FewScores) -> None:
        chosen = choosing.chosen(number, others)
        numbers[number, : len(chosen.numbers)] = chosen.numbers
        scores[number, : len(chosen.numbers)] = chosen.values

    question = Question(choosing.take, choosing.enough, choosing.always, around)
    looking.answer(question, kept, choose)
    return RelatedLists(numbers, scores, around.lost, around.neighbourhoods)


def _chance_scores(evidence: Evidence, around: Around) -> Scores:
    """Return the scores of random pairs of different terms: some of each entry, always the same."""
    count, terms = len(evidence), evidence.terms.numbers
    each = -(-_SAMPLED_PAIRS // count)
    one = np.arange(count).repeat(each)
    other = np.random.default_rng(0).integers(0, count, size=len(one))
    different = terms[one] != terms[other]
    one, other = one[different], other[different]
    return around.list_scores(one, other, evidence.pair_scores(one, other))
