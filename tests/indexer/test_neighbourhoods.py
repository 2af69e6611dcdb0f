import numpy as np
import pytest

from indexer.neighbourhoods import NEIGHBOURS, neighbourhoods


def test_an_entry_stands_first_in_its_neighbourhood_and_weighs_as_its_nearest():
    found = neighbourhoods(np.array([[1, 2], [0, 2], [1, 0]], dtype="i4"), SCORES)
    assert found.numbers[:, 0].tolist() == [0, 1, 2]
    # Squares of .8, .8 and .6, scaled to length 1.
    length = np.sqrt(0.64**2 + 0.64**2 + 0.36**2)
    assert found.weights[0, :3] == pytest.approx(np.array([0.64, 0.64, 0.36]) / length)
    assert found.weights.shape == (3, NEIGHBOURS)


SCORES = np.array([[0.8, 0.6], [0.8, -0.1], [-0.1, 0.6]], dtype="f4")


def test_what_is_not_near_weighs_nothing_and_a_lonely_entry_has_itself_alone():
    candidates = np.array([[1, 2], [0, 2], [0, 1]], dtype="i4")
    found = neighbourhoods(candidates, np.array([[0.5, -0.2], [0.5, 0.0], [-0.2, 0]], dtype="f4"))
    assert found.weights[0, 2] == 0
    assert found.weights[2].tolist() == [1.0, *[0.0] * (NEIGHBOURS - 1)]
    assert found.alike(2, 0) == 0


def test_the_matrix_tells_what_single_comparisons_tell():
    random = np.random.default_rng(0)
    scores = random.uniform(-0.2, 1, size=(20, 19)).astype("f4")
    candidates = np.array([[n for n in range(20) if n != row] for row in range(20)], dtype="i4")
    found = neighbourhoods(candidates, scores)
    cosines = (found.matrix() @ found.matrix().T).toarray()
    assert np.diag(cosines) == pytest.approx(np.ones(20))
    assert found.alike(3, 7) == pytest.approx(float(cosines[3, 7]))
    assert cosines == pytest.approx(cosines.T)
    assert cosines.min() >= 0


def test_the_nearest_candidates_are_chosen_and_equal_ones_by_number():
    candidates = np.array([list(range(20, 0, -1))], dtype="i4")
    found = neighbourhoods(candidates, np.full((1, 20), 0.5, dtype="f4"))
    assert found.numbers[0].tolist() == list(range(NEIGHBOURS))


def test_of_many_entries_the_last_are_like_the_first():
    candidates = np.tile(np.arange(5001, 5013, dtype="i4"), (5000, 1))
    scores = np.tile(np.linspace(0.1, 0.9, 12, dtype="f4"), (5000, 1))
    found = neighbourhoods(candidates, scores)
    assert found.numbers[:, 0].tolist() == list(range(5000))
    assert (found.numbers[:, 1:] == np.arange(5012, 5012 - NEIGHBOURS + 1, -1)).all()
    assert found.weights == pytest.approx(np.tile(found.weights[0], (5000, 1)))
    assert found.weights[0, 0] == found.weights[0, 1] > found.weights[0, -1] > 0
