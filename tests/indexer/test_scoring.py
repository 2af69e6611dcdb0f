import numpy as np

from indexer.scoring import (
    FewScores,
    become_list_scores,
    become_pair_scores,
    list_score,
    pair_score,
)


def drawn(count, few):
    rng = np.random.default_rng(0)
    numbers = rng.permutation(count)[:few].astype(np.int32)
    some = FewScores(numbers, rng.random(few, dtype=np.float32))
    whole = np.zeros(count, dtype=np.float32)
    whole[numbers] = some.values
    return rng.uniform(-1, 1, count).astype(np.float32), some, whole


def test_scores_of_a_pair_are_the_same_to_the_bit_where_few_share_words():
    scores, few, whole = drawn(5000, 300)
    expected = pair_score(scores, whole)
    become_pair_scores(scores, few)
    assert scores.tobytes() == expected.tobytes()


def test_scores_of_a_list_are_the_same_to_the_bit_where_few_have_neighbours_in_common():
    scores, few, whole = drawn(5000, 300)
    lost = np.random.default_rng(1).random(5000, dtype=np.float32)
    expected = list_score(scores, lost, whole)
    become_list_scores(scores, lost, few)
    assert scores.tobytes() == expected.tobytes()


def test_nobody_who_shares_anything_is_no_special_case():
    scores, few, whole = drawn(50, 0)
    expected = pair_score(scores, whole)
    become_pair_scores(scores, few)
    assert scores.tobytes() == expected.tobytes()
