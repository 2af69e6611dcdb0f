import numpy as np
import pytest

from indexer.pairing.every import at_least


def scores_of(kind, count):
    random = np.random.default_rng(1)
    scores = random.normal(size=count).astype("f4")
    if kind == "ties":
        scores = np.round(scores, 1)
    elif kind == "the largest side by side":
        scores = np.sort(scores)[::-1].copy()
    elif kind == "all where a part of them looks":
        scores[::32] = 10
    elif kind == "none allowed":
        scores[:] = -np.inf
    return scores


@pytest.mark.parametrize("wanted", [50, 5000])
@pytest.mark.parametrize("count", [1, 50, 4096, 4097, 20_011])
@pytest.mark.parametrize(
    "kind",
    [
        "random",
        "ties",
        "the largest side by side",
        "all where a part of them looks",
        "none allowed",
    ],
)
def test_the_largest_are_those_of_a_whole_sort_with_their_equals(kind, count, wanted):
    scores = scores_of(kind, count)
    take = min(wanted, count)
    edge = np.sort(scores)[-take]
    assert at_least(scores, take).tolist() == np.flatnonzero(scores >= edge).tolist()
