"""The related lists: computed for a whole glossary when it is built.

Two entries are as close as their closest passages mean, as the words they share are rare, and as
their nearest neighbours are the same; every pair is compared. An entry that is close to everything
loses what it is close to its own nearest. The work is done in blocks, so that memory stays bounded
however large the glossary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from indexer.arranging import arranged, stale_pairs
from indexer.encoding import Progress, Rows, unit_rows
from indexer.glossary import Entry, Glossary, title_key
from indexer.lexical import cosine_weights, count_tokens
from indexer.neighbourhoods import Neighbourhoods, neighbourhoods
from indexer.overrides import NOTHING, Overrides
from indexer.scoring import HUB_NEIGHBOURS, HUBNESS, list_score, pair_score
from indexer.snapshot import RelatedLists

MOST_RELATED = 50
_BLOCK_BYTES = 64 << 20
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


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Scores of all pairs of entries, block by block."""

    unit: Rows
    starts: NDArray[np.int64]
    words: sparse.csr_matrix
    block_bytes: int

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the first entry of a block, and its entries' scores with all, (block, all)."""
        count = len(self.starts) - 1
        step = max(1, self.block_bytes // (8 * len(self.unit)))
        first = 0
        while first < count:
            end = int(np.searchsorted(self.starts, self.starts[first] + step, side="right")) - 1
            last = max(first + 1, end)
            yield first, self._block(first, last)
            first = last

    def _block(self, first: int, last: int) -> NDArray[np.float32]:
        starts = self.starts
        meaning = self.unit[starts[first] : starts[last]] @ self.unit.T
        if len(self.unit) > len(starts) - 1:
            meaning = np.maximum.reduceat(meaning, starts[:-1], axis=1)
            meaning = np.maximum.reduceat(meaning, starts[first:last] - starts[first], axis=0)
        shared = (self.words[first:last] @ self.words.T).toarray()
        scores: NDArray[np.float32] = pair_score(meaning, shared)
        return scores


def relate_all(
    glossary: Glossary,
    rows: Rows,
    owners: NDArray[np.int32],
    stems: Sequence[Sequence[str]],
    *,
    overrides: Overrides | None = None,
    most: int = MOST_RELATED,
    block_bytes: int = _BLOCK_BYTES,
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
        block_bytes: About how much memory the scores of one block may take.
        progress: Called with the number of entries done since the last call; each counts twice.
    """
    count = len(glossary.entries)
    pairs = _Pairs(
        unit_rows(rows),
        np.searchsorted(owners, np.arange(count + 1)),
        word_vectors(stems),
        block_bytes,
    )
    homonyms = _homonyms(glossary)
    links = [_linked(glossary, entry) for entry in glossary.entries]
    look = _first_look(pairs, homonyms, progress)
    lost, around = look.lost, look.neighbourhoods.matrix()
    lists = RelatedLists(
        np.full((count, most), -1, dtype=np.int32),
        np.zeros((count, most), dtype=np.float32),
        lost,
        look.neighbourhoods,
    )
    random, sample = np.random.default_rng(0), []
    choosing = _Choosing(glossary, homonyms, links, overrides or Overrides(), most)
    for first, scores in pairs.blocks():
        last = first + len(scores)
        alike = (around[first:last] @ around.T).toarray()
        adjusted = list_score(scores, lost[first:last, None] + lost[None, :], alike)
        for number in range(first, last):
            ours = adjusted[number - first]
            drawn = random.integers(0, count, size=-(-_SAMPLED_PAIRS // count))
            sample.append(ours[drawn[homonyms[drawn] != homonyms[number]]])
            chosen = choosing.of(number, ours)
            lists.numbers[number, : len(chosen)] = chosen
            lists.scores[number, : len(chosen)] = ours[chosen]
        if progress is not None:
            progress(len(scores))
    return Relations(lists, np.concatenate(sample), tuple(choosing.stale))


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


def _first_look(pairs: _Pairs, homonyms: NDArray[np.int32], progress: Progress | None) -> _Look:
    lost: list[NDArray[np.float32]] = []
    candidates: list[NDArray[np.int32]] = []
    closest: list[NDArray[np.float32]] = []
    for first, scores in pairs.blocks():
        scores[homonyms[first : first + len(scores), None] == homonyms[None, :]] = 0
        take = min(_CANDIDATES, scores.shape[1])
        found = np.argpartition(scores, scores.shape[1] - take, axis=1)[:, -take:]
        # A copy: the part alone would keep the order of the whole block in memory.
        candidates.append(found.astype(np.int32))
        closest.append(np.take_along_axis(scores, found, axis=1))
        # The nearest are among the candidates.
        lost.append(hubness(closest[-1]))
        if progress is not None:
            progress(len(scores))
    loses, numbers = np.concatenate(lost), np.concatenate(candidates)
    near = np.concatenate(closest) - loses[:, None] - loses[numbers]
    return _Look(loses, neighbourhoods(numbers, near))


def hubness(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each row of scores, (things, entries), loses for its nearest entries."""
    near = min(HUB_NEIGHBOURS, scores.shape[1])
    closest = np.partition(scores, scores.shape[1] - near, axis=1)[:, -near:]
    # In one order, so that it is the same sum whatever else was looked at.
    closest.sort(axis=1)
    lost: NDArray[np.float32] = np.float32(HUBNESS) * closest.mean(axis=1)
    return lost


@dataclass(frozen=True, slots=True)
class _Choosing:
    """Chooses the list of one entry after another, and collects which overrides are stale."""

    glossary: Glossary
    homonyms: NDArray[np.int32]
    links: Sequence[NDArray[np.int32]]
    overrides: Overrides
    most: int
    stale: list[str] = field(default_factory=list)

    def of(self, number: int, scores: NDArray[np.float32]) -> NDArray[np.int32]:
        """Return the entries to list for an entry with these scores with all."""
        links, homonyms, most = self.links[number], self.homonyms, self.most
        plain = _closest(scores, number, homonyms, links, most)
        wanted = self.overrides.of(number)
        if wanted == NOTHING:
            return plain
        allowed = scores.copy()
        allowed[list(wanted.blocks)] = -np.inf
        closest = _closest(allowed, number, homonyms, links, most)
        ruled = arranged(closest, wanted, homonyms, most)
        self.stale.extend(
            stale_pairs(number, self.overrides, self.glossary, plain=plain, ruled=ruled)
        )
        return ruled


def _closest(
    scores: NDArray[np.float32],
    number: int,
    homonyms: NDArray[np.int32],
    links: NDArray[np.int32],
    most: int,
) -> NDArray[np.int32]:
    """Return the entries to list, closest first, equal scores in entry order."""
    scores = np.where(homonyms == homonyms[number], np.float32(-np.inf), scores)
    # A margin for homonyms among the others, of which all but the closest are dropped.
    take = min(2 * most, len(scores))
    edge = np.partition(scores, len(scores) - take)[len(scores) - take]
    candidates = np.flatnonzero((scores >= edge) & (scores > -np.inf))
    candidates = candidates[np.lexsort((candidates, -scores[candidates]))]
    _, firsts = np.unique(homonyms[candidates], return_index=True)
    closest = candidates[np.sort(firsts)][:most]
    missing = links[(scores[links] > -np.inf) & ~np.isin(links, closest)][:most]
    if len(missing):
        closest = np.concatenate([closest[: most - len(missing)], missing])
        closest = closest[np.lexsort((closest, -scores[closest]))]
    return closest.astype(np.int32)


def _homonyms(glossary: Glossary) -> NDArray[np.int32]:
    """Give entries with the same term the same number."""
    groups: dict[str, int] = {}
    return np.array(
        [groups.setdefault(title_key(entry.term), len(groups)) for entry in glossary.entries],
        dtype=np.int32,
    )


def _linked(glossary: Glossary, entry: Entry) -> NDArray[np.int32]:
    found = (glossary.find(name) for name in entry.see_also)
    return np.array(list(dict.fromkeys(n for n in found if n is not None)), dtype=np.int32)
