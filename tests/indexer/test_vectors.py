import sys

import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.errors import BadSnapshotError
from indexer.vectors import (
    ApproximateIndex,
    FlatIndex,
    coarse,
    flat,
    rough,
    save_approximate,
    save_index,
)
from indexer.vectors.coarse import BFloat16, EightBits


def exact_nearest(queries, rows, k):
    """The judge: every score, sorted, equal ones in row order."""
    scores = queries @ rows.T
    order = np.lexsort((np.broadcast_to(np.arange(len(rows)), scores.shape), -scores))[:, :k]
    return np.take_along_axis(scores, order, axis=1), order


@pytest.fixture
def rows():
    """Rows of unequal length: a forgotten normalisation changes the order."""
    random = np.random.default_rng(0)
    return (random.normal(size=(200, 8)) * random.uniform(0.1, 9, size=(200, 1))).astype("f4")


@pytest.mark.parametrize("queries", [1, 7])
def test_faiss_agrees_with_the_exact_answer(tmp_path, rows, queries):
    save_index(tmp_path / "v", unit_rows(rows))

    found = FlatIndex(tmp_path / "v").search(unit_rows(rows[:queries]), 9)

    scores, numbers = exact_nearest(unit_rows(rows[:queries]), unit_rows(rows), 9)
    np.testing.assert_array_equal(found.rows, numbers)
    np.testing.assert_allclose(found.scores, scores, atol=1e-5)


def test_more_neighbours_than_rows_gives_all_rows_and_never_minus_one(tmp_path, rows):
    save_index(tmp_path / "v", rows[:3])
    found = FlatIndex(tmp_path / "v").search(rows[:1], 50)
    assert sorted(found.rows[0]) == [0, 1, 2]


def test_equal_scores_come_in_row_order(tmp_path):
    save_index(tmp_path / "v", np.ones((6, 4), dtype="f4"))
    assert list(FlatIndex(tmp_path / "v").search(np.ones((1, 4), "f4"), 6).rows[0]) == [*range(6)]


def test_rows_come_back_as_they_were_saved(tmp_path, rows):
    save_index(tmp_path / "v", rows)
    index = FlatIndex(tmp_path / "v")
    assert (index.count, index.dimension) == (200, 8)
    np.testing.assert_array_equal(index.rows([5, 0, 199]), rows[[5, 0, 199]])


def test_a_file_that_is_no_index_is_refused(tmp_path):
    (tmp_path / "v").write_bytes(b"nonsense" * 20)
    with pytest.raises(BadSnapshotError, match="is no FAISS index; build the snapshot again"):
        FlatIndex(tmp_path / "v")


def test_unit_rows_have_length_one_and_zeros_stay(rows):
    rows[3] = 0
    unit = unit_rows(rows)
    lengths = np.linalg.norm(unit, axis=1)
    assert lengths[3] == 0
    np.testing.assert_allclose(np.delete(lengths, 3), 1, atol=1e-6)


def test_rows_that_do_not_count_are_as_if_they_were_not_there(tmp_path, rows):
    save_index(tmp_path / "v", unit_rows(rows))
    among = np.random.default_rng(1).random(200) < 0.1
    found = FlatIndex(tmp_path / "v").search(unit_rows(rows[:3]), 50, among=among)
    some = np.flatnonzero(among)
    _, numbers = exact_nearest(unit_rows(rows[:3]), unit_rows(rows)[some], 50)
    assert len(some) < 50
    np.testing.assert_array_equal(found.rows, some[numbers])


@pytest.fixture(scope="module")
def clustered(tmp_path_factory):
    """Rows around 50 centres, as texts lie around their subjects; both indexes of them."""
    random = np.random.default_rng(2)
    centres = random.normal(size=(50, 64))[random.integers(0, 50, 5000)]
    rows = unit_rows((centres + 0.5 * random.normal(size=(5000, 64))).astype("f4"))
    folder = tmp_path_factory.mktemp("clustered")
    save_index(folder / "flat", rows)
    lists = save_approximate(folder / "lists", rows)
    return rows, folder, lists


def approximate(clustered, probes):
    _, folder, _ = clustered
    return ApproximateIndex(FlatIndex(folder / "flat"), folder / "lists", probes)


def test_the_approximate_index_finds_nearly_all_with_few_lists_and_its_scores_are_exact(clustered):
    rows, _, lists = clustered
    assert lists == 128
    queries = unit_rows(rows[:200] + 0.05)
    scores, numbers = exact_nearest(queries, rows, 10)
    found = approximate(clustered, 32).search(queries, 10)
    same = [np.isin(right, ours).mean() for right, ours in zip(numbers, found.rows, strict=True)]
    assert 0.95 < np.mean(same) <= 1
    cosines = np.take_along_axis(queries @ rows.T, found.rows, axis=1)
    np.testing.assert_allclose(found.scores, cosines, atol=1e-6)
    assert (np.diff(found.scores) <= 0).all()
    np.testing.assert_allclose(found.scores[:, 0], scores[:, 0], atol=0.1)


def test_with_one_list_of_many_less_is_found(clustered):
    rows, _, _ = clustered
    queries = unit_rows(rows[:200] + 0.05)
    _, numbers = exact_nearest(queries, rows, 10)
    few, many = (approximate(clustered, probes).search(queries, 10).rows for probes in (1, 128))
    assert np.isin(numbers, few).sum() < np.isin(numbers, many).sum()


@pytest.mark.parametrize("k", [700, 5000, 6000])
def test_where_the_lists_hold_too_few_all_rows_are_looked_at(clustered, k):
    rows, _, _ = clustered
    found = approximate(clustered, 1).search(rows[:2], k)
    _, numbers = exact_nearest(rows[:2], rows, k)
    np.testing.assert_array_equal(found.rows[:, :20], numbers[:, :20])
    assert found.rows.shape == (2, min(k, 5000))


def test_chosen_rows_are_searched_exactly(clustered):
    rows, _, _ = clustered
    among = np.arange(5000) % 7 == 3
    found = approximate(clustered, 1).search(rows[:2], 5, among=among)
    _, numbers = exact_nearest(rows[:2], rows[among], 5)
    np.testing.assert_array_equal(found.rows, np.flatnonzero(among)[numbers])


def test_lists_of_other_rows_are_refused(clustered, tmp_path, rows):
    _, folder, _ = clustered
    save_index(tmp_path / "other", rows)
    with pytest.raises(BadSnapshotError, match="5,000 rows of 64, and the exact index 200 of 8"):
        ApproximateIndex(FlatIndex(tmp_path / "other"), folder / "lists", 4)
    (tmp_path / "lists").write_bytes(b"nonsense" * 20)
    with pytest.raises(BadSnapshotError, match="lists is no FAISS index; build the snapshot"):
        ApproximateIndex(FlatIndex(folder / "flat"), tmp_path / "lists", 4)


@pytest.mark.parametrize("threads", [1, None])
def test_no_row_left_out_is_nearer_than_the_candidates_say(rows, threads):
    unit = unit_rows(rows)
    index = FlatIndex.of(unit)
    scores = unit[:20].astype(float) @ unit.astype(float).T
    for found in (
        index.nearest(unit[:20], 4, threads=threads),
        index.above(unit[:20], 0.8, threads=threads),
    ):
        left = scores.copy()
        left[found.queries, found.rows] = -np.inf
        assert (left.max(axis=1) <= found.beyond).all()
        want = scores[found.queries, found.rows].astype("f4")
        np.testing.assert_array_equal(found.scores, want)
    assert set(zip(*np.nonzero(scores > 0.8), strict=True)) <= set(
        zip(found.queries, found.rows, strict=True)
    )


def test_candidates_of_all_rows_leave_nothing_beyond(rows):
    found = FlatIndex.of(unit_rows(rows[:5])).nearest(unit_rows(rows[:2]), 9)
    assert np.isneginf(found.beyond).all()
    assert len(found.rows) == 10


@pytest.fixture(scope="module")
def alike():
    """3,000 rows in 20 groups, of which one has 700 equal rows; one is opposite, one empty."""
    random = np.random.default_rng(3)
    made = random.normal(size=(20, 48))[np.arange(3000) % 20] + random.normal(size=(3000, 48))
    made[1000:1700] = made[1000]
    made[2000] = -made.mean(axis=0)
    made[2001] = 0
    return unit_rows(made)


KINDS = [
    pytest.param(
        EightBits(),
        marks=pytest.mark.skipif(
            not EightBits().known(), reason="The CPU does not add up eight bits."
        ),
        id="eight bits",
    ),
    # Where the CPU has no tiles, it is slow, and right.
    pytest.param(BFloat16(), id="bfloat16"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("together", [1024, 700])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_rough_look_leaves_out_no_row_above_what_it_says(
    alike, kind, together, threads, monkeypatch
):
    monkeypatch.setattr(rough, "_QUERIES_AT_ONCE", together)
    found = rough.RoughRows(alike.__getitem__, len(alike), kind).nearest(alike, 9, threads=threads)

    scores = alike.astype(float) @ alike.astype(float).T
    scores[found.queries, found.rows] = -np.inf
    served = np.setdiff1d(np.arange(len(alike)), found.few)
    assert (scores.max(axis=1) <= found.beyond)[served].all()
    # It says no more than what rounding makes of the tenth best.
    assert np.mean((found.beyond - np.sort(scores, axis=1)[:, -1])[served]) < 0.03
    counts = np.bincount(found.queries, minlength=len(alike))
    assert (counts[served] == 9).all()
    assert (counts[found.few] == 0).all()
    # All of the equal ones are crowded, and few of the others but those of their group.
    assert set(range(1000, 1700)) <= set(found.few)
    assert len(found.few) < 850


@pytest.mark.parametrize("kind", KINDS)
def test_candidates_after_a_rough_look_are_as_exact_as_without(alike, kind, monkeypatch):
    monkeypatch.setattr(flat, "worthwhile", lambda *_: True)
    monkeypatch.setattr(rough, "quickest", lambda: kind)
    found = FlatIndex.of(alike).nearest(alike, 9)

    left = alike.astype(float) @ alike.astype(float).T
    scores = left.astype("f4")
    np.testing.assert_array_equal(found.scores, scores[found.queries, found.rows])
    left[found.queries, found.rows] = -np.inf
    assert (left.max(axis=1) <= found.beyond).all()
    assert (np.bincount(found.queries) == 9).all()


@pytest.mark.parametrize("kind", KINDS)
def test_bounds_of_products_in_few_bits_hold(kind):
    random = np.random.default_rng(5)
    # Some alike, some opposite, some with a single number, one with none.
    made = random.normal(size=(300, 384)).astype(np.float32)
    made[100:200] = made[0] + 0.3 * made[100:200]
    made[200:250] = -made[0] + 0.1 * made[200:250]
    made[250:260] = np.eye(384)[:10]
    made[260] = 0
    vectors = unit_rows(made)
    exact = vectors.astype(float) @ vectors.astype(float).T
    one, other = kind.rounded(vectors), kind.rounded(vectors, together=True)
    scores = np.empty(exact.shape, dtype=kind.scores)
    kind.multiply(one.numbers, other.numbers, scores)
    steps = one.steps[:, None] * other.steps
    error = coarse.off_by(one.error[:, None], other.error)
    most = kind.most(scores.ravel()).reshape(exact.shape) * steps + error
    assert (exact <= most).all()
    assert (most - exact).max() < 0.07
    # What reaches a value passes: its own, one below it, and any where it is 0 or less.
    for below in (0.0, 0.01):
        least = kind.least((exact - below - error) / steps)
        assert (scores >= least).all()
    assert not (scores >= kind.least(np.full(1, np.inf))).any()


@pytest.mark.parametrize("able", [True, False])
def test_a_rough_look_is_for_many_pairs_and_cpus_that_gain_by_it(able, monkeypatch):
    monkeypatch.setattr(rough, "quickest", lambda: EightBits() if able else None)
    assert rough.worthwhile(1_000_000_000, 1000, 100_000, 26) == able
    assert not rough.worthwhile(100_000_000, 1000, 100_000, 26)
    assert not rough.worthwhile(1_000_000_000, 1000, 800, 26)
    assert not rough.worthwhile(1_000_000_000, 1, 1_000_000, 26)


@pytest.fixture
def forgotten():
    """The kind that is quickest here is found out anew, by this test and by those after it."""
    coarse.quickest.cache_clear()
    yield
    coarse.quickest.cache_clear()


def test_without_torch_there_is_no_rough_look(forgotten, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert coarse.quickest() is None
    with pytest.raises(ValueError, match="no products of few bits"):
        rough.RoughRows(np.eye(3, dtype=np.float32).__getitem__, 3)


def test_an_index_takes_a_rough_look_once_it_compares_many(alike, monkeypatch):
    monkeypatch.setattr(rough, "_PAIRS", 6_000_000)
    monkeypatch.setattr(rough, "quickest", BFloat16)
    index = FlatIndex.of(alike)
    for pairs in (3, 6, 9):
        found = index.nearest(alike[:1000], 9)
        assert (index._rough is not None) == (pairs >= 6)
        assert (np.bincount(found.queries) == 9).all()


@pytest.mark.parametrize(
    ("tiles", "bytes_", "quickest"),
    [(True, True, BFloat16), (False, True, EightBits), (False, False, type(None))],
)
def test_the_quickest_kind_is_of_what_the_cpu_is_known_for(
    tiles, bytes_, quickest, forgotten, monkeypatch
):
    monkeypatch.setattr(coarse, "has_bfloat16_tiles", lambda: tiles)
    monkeypatch.setattr(coarse, "has_eight_bits", lambda: bytes_)
    monkeypatch.setattr(EightBits, "is_right", lambda self: True)
    assert isinstance(coarse.quickest(), quickest)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cpu_is_not_taken_whose_products_are_off(kind, monkeypatch):
    assert kind.is_right()
    multiply = type(kind).multiply

    def multiplied(self, queries, rows, out):
        multiply(self, queries, rows, out)
        out[0, 3] += 2

    monkeypatch.setattr(type(kind), "multiply", multiplied)
    assert not kind.is_right()
