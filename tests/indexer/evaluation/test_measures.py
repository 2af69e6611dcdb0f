import math

import numpy as np
import pytest

from indexer.evaluation.measures import (
    auc,
    first_place,
    interval,
    list_values,
    ranking_values,
    spearman,
)


def test_a_ranking_is_worth_what_its_first_right_item_is():
    rankings = [["a", "b", "c", "d"], ["a", "b", "c", "d"], ["a"], []]
    answers = [["a"], ["d", "c"], ["z"], ["z"]]
    assert ranking_values(rankings, answers, at=(1, 3)) == [
        {"acc@1": 1, "acc@3": 1, "RR": 1},
        {"acc@1": 0, "acc@3": 1, "RR": pytest.approx(1 / 3)},
        {"acc@1": 0, "acc@3": 0, "RR": 0},
        {"acc@1": 0, "acc@3": 0, "RR": 0},
    ]


def test_a_query_is_the_same_whatever_its_items_are_called():
    """trec_eval breaks ties by name: places must not be ties."""
    forward = ranking_values([["a", "b", "c"]], [["b"]], at=(1,))
    assert (
        forward == ranking_values([["z", "b", "a"]], [["b"]], at=(1,)) == [{"acc@1": 0, "RR": 0.5}]
    )


def test_the_first_place_counts_from_one():
    assert first_place(["a", "b"], {"b", "a"}) == 1
    assert first_place(["a", "b"], {"b"}) == 2
    assert first_place(["a", "b"], {"c"}) is None


def test_the_gain_of_an_item_is_its_grade_itself():
    """Gains 2^grade - 1 would give .695 here."""
    [value] = list_values([["c", "a", "b"]], [["a", "b"]], [{"a": 3, "b": 2, "c": 1}])
    found = 1 + 3 / math.log2(3) + 2 / 2
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    assert value == {"R-precision": 0.5, "nDCG@10": pytest.approx(found / ideal)}


def test_an_item_of_unknown_grade_is_listed_all_the_same():
    [value] = list_values([["a", "x"]], [["a", "b"]], [{"a": 0, "b": 2}])
    assert value == {"R-precision": 0.5, "nDCG@10": 0}


def test_spearman_compares_orders_and_not_sizes():
    one = np.array([1.0, 2.0, 3.0, 400.0])
    assert spearman(one, np.array([0.1, 0.2, 0.3, 0.4])) == pytest.approx(1)
    assert spearman(one, np.array([2.0, 1.0, 4.0, 3.0])) == pytest.approx(1 - 6 * 4 / (4 * 15))


@pytest.mark.parametrize("same", [[], [1.0], [2.0, 2.0]])
def test_what_is_the_same_everywhere_has_no_rank_correlation(same):
    assert math.isnan(spearman(np.array(same), np.arange(float(len(same)))))


def test_auc_counts_the_pairs_in_the_right_order():
    assert auc(np.array([2.0, 3.0]), np.array([1.0])) == 1
    assert auc(np.array([1.0, 3.0]), np.array([2.0, 2.0])) == 0.5
    assert auc(np.array([2.0]), np.array([2.0, 1.0])) == 0.75
    assert math.isnan(auc(np.array([]), np.array([1.0])))


def test_an_interval_is_about_two_standard_errors_each_way():
    values = np.array([0.0, 1.0] * 50)
    found = interval(lambda picks: float(values[picks].mean()), [str(n) for n in range(100)])
    assert (found.low, found.high) == pytest.approx((0.4, 0.6), abs=0.02)
    again = interval(lambda picks: float(values[picks].mean()), [str(n) for n in range(100)])
    assert (again.low, again.high) == (found.low, found.high)


def test_rows_of_one_unit_are_drawn_together():
    values = np.array([0.0, 0.0, 1.0, 1.0])
    found = interval(lambda picks: float(values[picks].mean()), ["a", "a", "b", "b"])
    assert set(found.draws) == {0.0, 0.5, 1.0}


def test_an_interval_of_no_number_is_no_number():
    found = interval(lambda picks: float("nan"), ["a", "b"])
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_an_interval_may_reach_to_infinity():
    values = np.array([1.0, np.inf])
    found = interval(lambda picks: float(np.median(values[picks])), ["a", "b"])
    assert (found.low, found.high) == (1, np.inf)
