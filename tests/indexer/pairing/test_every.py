import numpy as np
import pytest

from indexer.neighbourhoods import neighbourhoods
from indexer.pairing import Around, Looking, Question
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


def test_what_goes_wrong_in_a_thread_is_raised(material):
    def handle(number, _scores):
        if number == 1:
            raise ValueError("broken")

    with Looking.opened(material.evidence, block_bytes=64) as pairs:
        kept = pairs.closest(50)
        with pytest.raises(ValueError, match="broken"):
            pairs.way.look(Question(lambda _number: 5), handle, np.arange(3), lambda _done: None)
        # From what is kept, the same.
        around = Around.of(np.zeros(1500, dtype="f4"), neighbourhoods(*kept.best(50)))
        with pytest.raises(ValueError, match="broken"):
            pairs.answer(Question(lambda _number: 5, around=around), kept, handle)
