import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.errors import BadSnapshotError
from indexer.vectors import FlatIndex, save_index


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
