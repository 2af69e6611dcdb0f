import math

import pytest

from indexer.evaluation.figures import evaluation
from indexer.evaluation.outcomes import Keys, Outcome, Shape


def strengths(values, *, answerable, kind, rank=None):
    return [
        Outcome(f"{kind}{n}", {"strength": v, "answerable": float(answerable)}, kind, rank)
        for n, v in enumerate(values)
    ]


def test_ranked_outcomes_have_figures_for_all_and_for_each_kind(figures_of):
    outcomes = [
        Outcome("a", {"acc@1": 1.0, "acc@3": 1.0, "RR": 1.0}, "x", 1),
        Outcome("b", {"acc@1": 0.0, "acc@3": 1.0, "RR": 0.5}, "x", 2),
        Outcome("c", {"acc@1": 0.0, "acc@3": 0.0, "RR": 0.0}, "y"),
    ]
    judged = evaluation("queries", Shape.RANKED, outcomes)
    assert figures_of(judged) == {
        ("all", "acc@1"): pytest.approx(1 / 3),
        ("all", "acc@3"): pytest.approx(2 / 3),
        ("all", "MRR"): 0.5,
        ("all", "median rank (0 is first)"): 1,
        ("x", "acc@1"): 0.5,
        ("x", "MRR"): 0.75,
        ("y", "acc@1"): 0,
        ("y", "MRR"): 0,
    }
    assert [f.count for f in judged.figures] == [3, 3, 3, 3, 2, 2, 1, 1]
    assert judged.figures[3].high == math.inf


def test_the_threshold_keeps_95_percent_of_right_answers(figures_of):
    """Of 21 right answers of strength 0 to 20, one may fall: 1 is kept, and 2 of 3 reach it."""
    outcomes = strengths(range(21), answerable=True, kind="lay", rank=1)
    outcomes += strengths([0.0, 1.0, 5.0], answerable=False, kind="far")
    figures = figures_of(evaluation("no-match", Shape.LET_THROUGH, outcomes))
    assert figures == {
        ("all kinds", "threshold"): 1,
        ("all kinds", "let through"): pytest.approx(2 / 3),
        ("all kinds", "AUC"): pytest.approx((20.5 + 19.5 + 15.5) / 63),
        ("far", "let through"): pytest.approx(2 / 3),
    }


def test_queries_that_may_name_their_answer_are_left_out_in_a_row_of_its_own(figures_of):
    outcomes = strengths([50.0], answerable=True, kind="lay", rank=1)
    outcomes += strengths([10.0], answerable=True, kind="acronym", rank=1)
    outcomes += strengths([0.0], answerable=True, kind="situation")
    outcomes += strengths([20.0], answerable=False, kind="far")
    judged = evaluation("no-match", Shape.LET_THROUGH, outcomes)
    figures = figures_of(judged)
    assert figures["all kinds", "threshold"] == 10
    assert figures["in words", "threshold"] == 50
    assert figures["all kinds", "let through"] == 1
    assert figures["in words", "let through"] == 0
    assert [figure.count for figure in judged.figures[:2]] == [2, 1]


def test_without_a_right_answer_found_there_is_no_threshold(figures_of):
    outcomes = strengths([0.0], answerable=True, kind="lay")
    outcomes += strengths([20.0], answerable=False, kind="far")
    figures = figures_of(evaluation("no-match", Shape.LET_THROUGH, outcomes))
    assert all(math.isnan(value) for value in figures.values())


def test_pairs_have_a_figure_for_each_kind_and_none_over_all(figures_of):
    outcomes = [
        Outcome(f"{kind}{n}", {"strength": float(n), "score": float(sign * n)}, kind)
        for kind, sign in (("one", 1), ("other", -1))
        for n in range(4)
    ]
    figures = figures_of(evaluation("relatedness", Shape.PAIRS, outcomes))
    assert figures == {
        ("one", "Spearman"): pytest.approx(1),
        ("other", "Spearman"): pytest.approx(-1),
    }


def test_a_set_without_outcomes_has_no_figures():
    assert evaluation("queries", Shape.RANKED, []).figures == ()


def test_a_key_that_stands_twice_gets_a_number():
    keys = Keys()
    assert [keys.of(text) for text in ("a", "b", "a", "a")] == ["a", "b", "a (2)", "a (3)"]
