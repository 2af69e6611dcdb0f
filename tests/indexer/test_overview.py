import numpy as np
import pytest

from indexer import overview as module
from indexer.encoding import unit_rows
from indexer.overview import overview


def groups(counts, seed=0):
    """Rows in tight groups, far from one another; the groups of the rows."""
    random = np.random.default_rng(seed)
    middles = random.normal(size=(len(counts), 32))
    of = np.repeat(np.arange(len(counts)), counts)
    rows = middles[of] + 0.2 * random.normal(size=(len(of), 32))
    return unit_rows(rows.astype(np.float32)), of


def share_of_neighbours_in_group(places, of):
    """Of the five nearest on the map, how many are of the same group."""
    gaps = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(gaps, np.inf)
    nearest = np.argsort(gaps, axis=1)[:, :5]
    return float((of[nearest] == of[:, None]).mean())


def numbered(count):
    return np.arange(count, dtype=np.int32)


@pytest.mark.parametrize("counts", [[6, 6, 6], [30, 30, 30]], ids=["projected", "t-SNE"])
def test_what_is_alike_stands_together_and_the_sheet_is_used_whole(counts):
    rows, of = groups(counts)
    places = overview(rows, numbered(len(rows)))
    assert places.dtype == np.float32
    assert places.min(axis=0).tolist() == [0, 0]
    assert places.max(axis=0).tolist() == [1, 1]
    assert share_of_neighbours_in_group(places, of) > 0.8


def test_the_same_rows_give_the_same_places():
    rows, _ = groups([40, 40])
    first, second = overview(rows, numbered(80)), overview(rows, numbered(80))
    np.testing.assert_array_equal(first, second)


def test_beyond_a_size_the_others_stand_between_their_nearest(monkeypatch):
    monkeypatch.setattr(module, "MOST_LAID_OUT", 60)
    rows, of = groups([50, 50, 50])
    places = overview(rows, numbered(150))
    assert places.shape == (150, 2)
    assert np.isfinite(places).all()
    assert share_of_neighbours_in_group(places, of) > 0.8


def test_an_entry_of_several_rows_has_one_place():
    rows = np.eye(3, dtype=np.float32)[[0, 0, 1, 2, 2]]
    places = overview(rows, np.array([0, 0, 1, 2, 2], dtype=np.int32))
    assert places.shape == (3, 2)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_entries_have_places_too(count):
    places = overview(np.eye(4, dtype=np.float32)[:count], numbered(count))
    assert places.shape == (count, 2)
    assert ((places >= 0) & (places <= 1)).all()


def test_entries_that_all_mean_the_same_stand_in_the_middle():
    places = overview(np.full((5, 4), 0.5, dtype=np.float32), numbered(5))
    np.testing.assert_allclose(places, 0.5)
