import numpy as np
import pytest

from indexer.pairing import Kept, looking
from indexer.pairing.every import Every
from indexer.scoring import FewScores
from tests.indexer.pairing.conftest import assert_same


@pytest.mark.parametrize(("kept", "fewest", "most"), [(50, 10, 100), (400, 0, 5)])
def test_lists_are_those_of_all_scores_however_few_are_kept(
    material, expected, kept, fewest, most, monkeypatch
):
    """Those that the kept ones do not tell are looked at again; the more, the fewer are kept."""
    monkeypatch.setattr(looking, "_KEPT", kept)
    looked, look = [], Every.look

    def noted(every, question, handle, among, progress):
        looked.append(len(among))
        look(every, question, handle, among, progress)

    monkeypatch.setattr(Every, "look", noted)
    assert_same(material.related(), expected)
    again = sum(looked[1:])
    assert fewest <= again <= most


def test_progress_counts_each_entry_twice(material):
    counts: list[int] = []
    material.related(progress=counts.append)
    assert sum(counts) == 3000


def test_a_list_is_full_though_most_of_the_closest_have_one_term(material, expected):
    """Of group 9, all but a few have one term: the closest of others come next."""
    terms = [entry.term for entry in material.glossary.entries]
    listed = [number for number in expected.lists.numbers[1489] if number >= 0]
    assert len(listed) == 20
    assert [terms[number] for number in listed].count("often") == 1


def test_the_best_are_in_order_of_their_scores_and_what_is_missing_is_filled_up(material):
    kept = Kept.of(material.evidence, 3)
    kept.keep(0, FewScores(np.array([2, 5, 7, 9]), np.array([0.1, 0.3, 0.3, 0.2], dtype="f4")))
    kept.keep(1, FewScores(np.array([4]), np.array([-0.5], dtype="f4")))
    numbers, scores = kept.best(4)
    assert numbers[:3].tolist() == [[5, 7, 9], [4, 0, 0], [0, 0, 0]]
    assert scores[:2].tolist() == [pytest.approx([0.3, 0.3, 0.2]), pytest.approx([-0.5, 0, 0])]
