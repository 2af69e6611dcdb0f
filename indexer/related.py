"""Related lists: computed for a whole glossary when it is built, looked up for one entry later.

Two entries are as close as their closest passages: the cosine of their rows, over all pairs of
rows, exactly. The work is done in blocks, so that memory stays bounded however large the glossary.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Progress, Rows, unit_rows
from indexer.errors import BadQueryError
from indexer.glossary import Entry, Glossary, title_key
from indexer.snapshot import RelatedLists, Snapshot
from indexer.strength import bars, strength

MOST_RELATED = 50
SNIPPET_LENGTH = 100
SNIPPET_END = " . . ."
_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """An entry close to another one. ``score`` is the cosine of their closest rows."""

    entry: Entry
    score: float
    strength: float
    bars: int
    snippet: str


class Related:
    """Looks up the related lists of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def of(self, number: int, *, limit: int = 10) -> list[RelatedItem]:
        """Return up to ``limit`` related items of an entry, strongest first, never itself.

        Raises:
            BadQueryError: The limit is not between 1 and ``MOST_RELATED``.
        """
        if not 1 <= limit <= MOST_RELATED:
            raise BadQueryError(f"limit must be between 1 and {MOST_RELATED}, got {limit}.")
        lists, baseline = self._snapshot.related, self._snapshot.manifest.calibration.related
        items: list[RelatedItem] = []
        for other, score in zip(lists.numbers[number], lists.scores[number], strict=True):
            if other < 0 or len(items) == limit:
                break
            entry, value = self._snapshot.entries[int(other)], strength(float(score), baseline)
            item = RelatedItem(
                entry, float(score), value, bars(value), snippet(entry.definitions[0])
            )
            items.append(item)
        return items


def relate_all(
    glossary: Glossary,
    rows: Rows,
    owners: NDArray[np.int32],
    *,
    most: int = MOST_RELATED,
    block_bytes: int = _BLOCK_BYTES,
    progress: Progress | None = None,
) -> RelatedLists:
    """Compute the related list of every entry.

    An entry is never in its own list, nor is another entry of the same term. Of several others
    with one term, the closest stands for them. A curated see-also link is always in the list.

    Args:
        glossary: The entries.
        rows: The index, (rows, dimension), the rows of an entry side by side in entry order.
        owners: The entry of each row; every entry has one.
        most: The longest list.
        block_bytes: About how much memory the scores of one block may take.
        progress: Called with the number of entries done since the last call.
    """
    count = len(glossary.entries)
    unit = unit_rows(rows)
    starts = np.searchsorted(owners, np.arange(count + 1))
    homonyms = _homonyms(glossary)
    links = [_linked(glossary, entry) for entry in glossary.entries]
    lists = RelatedLists(
        np.full((count, most), -1, dtype=np.int32), np.zeros((count, most), dtype=np.float32)
    )
    step = max(1, block_bytes // (4 * len(unit)))
    first = 0
    while first < count:
        last = max(first + 1, int(np.searchsorted(starts, starts[first] + step, side="right")) - 1)
        block = unit[starts[first] : starts[last]] @ unit.T
        by_entry = np.maximum.reduceat(block, starts[:-1], axis=1)
        by_entry = np.maximum.reduceat(by_entry, starts[first:last] - starts[first], axis=0)
        for number in range(first, last):
            chosen = _closest(by_entry[number - first], number, homonyms, links[number], most)
            lists.numbers[number, : len(chosen)] = chosen
            lists.scores[number, : len(chosen)] = np.minimum(by_entry[number - first][chosen], 1.0)
        if progress is not None:
            progress(last - first)
        first = last
    return lists


def _closest(
    scores: NDArray[np.float32],
    number: int,
    homonyms: NDArray[np.int32],
    links: NDArray[np.int32],
    most: int,
) -> NDArray[np.int32]:
    """Return the entries to list, closest first, equal scores in entry order."""
    scores = scores.copy()
    scores[homonyms == homonyms[number]] = -np.inf
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


def snippet(text: str, length: int = SNIPPET_LENGTH) -> str:
    """Return the beginning of a text, cut between words to about ``length`` characters."""
    words = " ".join(text.split())
    if len(words) > length:
        words = words[: length + 1].rsplit(" ", 1)[0][:length]
    return words + SNIPPET_END
