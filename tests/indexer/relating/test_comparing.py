"""The closest entries and all pairs, against every pair looked at by itself."""

import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.relating import comparing
from indexer.relating.comparing import Block, Targets, above, closest
from indexer.relating.meaning import Once
from indexer.vectors import Candidates, FlatIndex


def index_of(rows, threads=None):
    index = FlatIndex.of(rows)

    class Vectors:
        count = index.count

        def nearest(self, queries, k):
            return index.nearest(queries, k, threads=threads)

        def above(self, queries, score):
            return index.above(queries, score, threads=threads)

    return Vectors()


@pytest.fixture
def rows():
    """120 rows of 40 entries, of 1 to 5 rows; entries 10 to 29 share many equal rows."""
    random = np.random.default_rng(0)
    made = unit_rows(random.normal(size=(120, 6)))
    made[30:90] = made[30 + np.arange(60) % 3]
    return made


@pytest.fixture
def owners():
    random = np.random.default_rng(1)
    return np.sort(np.concatenate([np.arange(40), random.integers(0, 40, 80)])).astype("i4")


def judged(rows, owners):
    """The judge: the scores of all pairs of entries, rounded to single precision."""
    cosines = rows.astype(float) @ rows.astype(float).T
    count = owners[-1] + 1
    best = [
        [cosines[np.ix_(owners == one, owners == other)].max() for other in range(count)]
        for one in range(count)
    ]
    return np.array(best).astype("f4")


def everything(rows, owners):
    return Block(rows, owners.astype("i8"), np.arange(owners[-1] + 1))


@pytest.mark.parametrize("limit", [1, 3, 10, 39, 100])
@pytest.mark.parametrize("together", [1, 1 << 20])
def test_the_closest_are_those_of_brute_force_equal_ones_in_entry_order(
    rows, owners, limit, together, monkeypatch
):
    monkeypatch.setattr(comparing, "_SPARE", 1)
    monkeypatch.setattr(comparing, "_CANDIDATES_AT_ONCE", together)
    scores = judged(rows, owners)
    found = closest(Targets(index_of(rows), owners), everything(rows, owners), limit)
    for number in range(40):
        ours = found.sources == number
        order = [n for n in np.lexsort((np.arange(40), -scores[number])) if n != number][:limit]
        assert found.entries[ours].tolist() == order
        assert found.scores[ours].tolist() == scores[number, order].tolist()
        assert found.ranks[ours].tolist() == list(range(1, len(order) + 1))


def test_a_source_that_is_no_entry_is_compared_with_all(rows, owners):
    block = Block(rows[:1], np.zeros(1, "i8"), np.array([-1]))
    found = closest(Targets(index_of(rows), owners), block, 40)
    assert sorted(found.entries.tolist()) == list(range(40))


def test_shards_and_threads_make_no_difference(rows, owners):
    """Two halves that answer as one: their candidates side by side, the looser bound."""
    halves = FlatIndex.of(rows[:70]), FlatIndex.of(rows[70:])

    class Halves:
        count = len(rows)

        def nearest(self, queries, k):
            one, other = (half.nearest(queries, k, threads=1) for half in halves)
            return Candidates(
                np.concatenate([one.queries, other.queries]),
                np.concatenate([one.rows, other.rows + 70]),
                np.concatenate([one.scores, other.scores]),
                np.maximum(one.beyond, other.beyond),
            )

        def above(self, queries, score):
            raise NotImplementedError

    block = everything(rows, owners)
    one = closest(Targets(index_of(rows), owners), block, 5)
    other = closest(Targets(Halves(), owners), block, 5)
    for column in ("sources", "entries", "scores"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))


@pytest.mark.parametrize("score", [-np.inf, 0.0, 0.6])
@pytest.mark.parametrize("chance", [0.01, 1.0])
def test_all_above_a_score_are_those_of_brute_force(rows, owners, score, chance, monkeypatch):
    monkeypatch.setattr(comparing, "_CANDIDATES_AT_ONCE", 2000)
    scores = judged(rows, owners)
    targets = Targets(index_of(rows), owners)
    parts = list(above(targets, everything(rows, owners), score, chance))
    if chance == 1.0:
        assert len(parts) > 1
    pairs = [
        (source, entry, value)
        for part in parts
        for source, entry, value in zip(part.sources, part.entries, part.scores, strict=True)
    ]
    for number in range(40):
        want = [n for n in np.lexsort((np.arange(40), -scores[number])) if n != number]
        want = [n for n in want if scores[number, n] > score]
        assert [entry for source, entry, _ in pairs if source == number] == want
    assert all(value == scores[source, entry] for source, entry, value in pairs)


@pytest.mark.parametrize(
    ("sources", "targets"),
    [(range(6), range(6)), ((4, 1, 3), range(6)), ((4, 1, 3), (1, 3, 5)), ((0, 2), (1, 3))],
)
def test_each_pair_is_listed_once_by_one_of_its_two(sources, targets):
    once = Once.of(
        np.array(sources), Targets(index_of(np.eye(8, dtype="f4")), np.array(targets)), 6
    )
    pairs = [(place, t) for place, s in enumerate(sources) for t in targets if s != t]
    kept = once.first(*(np.array(column) for column in zip(*pairs, strict=True)))
    listed = [
        frozenset((sources[place], t))
        for (place, t), is_first in zip(pairs, kept, strict=True)
        if is_first
    ]
    assert len(listed) == len(set(listed))
    assert set(listed) == {frozenset((sources[place], t)) for place, t in pairs}
