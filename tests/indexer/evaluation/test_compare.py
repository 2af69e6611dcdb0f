import math

import pytest

from indexer.evaluation.compare import Change, compare, compare_all
from indexer.evaluation.figures import evaluation
from indexer.evaluation.outcomes import Outcome, Shape


def ranked(ranks, name="queries"):
    outcomes = [
        Outcome(key, {"acc@1": float(rank == 1), "RR": 1 / rank if rank else 0.0}, None, rank)
        for key, rank in ranks.items()
    ]
    return evaluation(name, Shape.RANKED, outcomes)


def test_each_query_is_won_lost_or_tied_by_its_rank():
    old = ranked({"a": 3, "b": 1, "c": None, "d": None, "e": 2, "only old": 1})
    new = ranked({"e": 2, "a": 1, "b": 4, "c": 9, "d": None, "f": 1, "g": 1})
    compared = compare(old, new)
    assert (compared.won, compared.lost, compared.tied, compared.unmatched) == (2, 1, 2, 3)
    assert compared.changes == (
        Change("a", won=True, old=3, new=1),
        Change("b", won=False, old=1, new=4),
        Change("c", won=True, old=None, new=9),
    )


def test_a_difference_is_taken_over_what_both_have():
    """acc@1 of a and b goes from 0 to 1/2; "only new" would make it 2/3."""
    compared = compare(ranked({"a": 2, "b": 2}), ranked({"a": 1, "b": 2, "only new": 1}))
    first = compared.differences[0]
    assert (first.name, first.count, first.old, first.new) == ("acc@1", 2, 0, 0.5)
    assert (first.low, first.high) == (0, 1)


def test_the_p_value_is_small_for_what_is_better_everywhere_and_1_for_no_change():
    old = ranked({str(n): 2 for n in range(20)})
    better = compare(old, ranked({str(n): 1 for n in range(20)})).differences[0]
    assert better.p == pytest.approx(2 / 1001)
    same = compare(old, old).differences[0]
    assert (same.p, same.low, same.high) == (1, 0, 0)


def test_an_interval_of_a_change_is_narrower_than_that_of_its_figures():
    """Pairs: the queries differ widely, and each is better by the same."""
    old = ranked({str(n): n + 2 for n in range(20)})
    new = ranked({str(n): n + 1 for n in range(20)})
    median = compare(old, new).differences[2]
    assert (median.name, median.low, median.high) == ("median rank (0 is first)", -1, -1)


def test_a_rank_that_stays_beyond_all_is_no_change():
    median = compare(ranked({"a": None}), ranked({"a": None})).differences[2]
    assert (median.old, median.new, median.low, median.high) == (math.inf, math.inf, 0, 0)


def test_lists_are_compared_by_ndcg():
    def lists(**gains):
        outcomes = [Outcome(k, {"R-precision": 0.5, "nDCG@10": v}) for k, v in gains.items()]
        return evaluation("related", Shape.LISTS, outcomes)

    compared = compare(lists(a=0.5, b=0.5, c=0.5), lists(a=0.6, b=0.1, c=0.5))
    assert (compared.won, compared.lost, compared.tied) == (1, 1, 1)
    assert compared.changes[1] == Change("b", won=False, old=0.5, new=0.1)


def test_no_match_queries_are_won_when_they_are_no_longer_let_through():
    def no_match(right, **wrong):
        outcomes = [Outcome("q", {"strength": right, "answerable": 1.0}, None, 1)]
        outcomes += [Outcome(k, {"strength": v, "answerable": 0.0}) for k, v in wrong.items()]
        return evaluation("no-match", Shape.LET_THROUGH, outcomes)

    old = no_match(50.0, a=60.0, b=40.0, c=70.0)
    compared = compare(old, no_match(30.0, a=20.0, b=30.0, c=90.0))
    assert (compared.won, compared.lost, compared.tied) == (1, 1, 1)
    assert compared.changes == (
        Change("a", won=True, old=1, new=0),
        Change("b", won=False, old=0, new=1),
    )


def test_pairs_have_differences_and_no_winners():
    def pairs(*strengths):
        outcomes = [
            Outcome(str(n), {"strength": s, "score": float(n)}, "men")
            for n, s in enumerate(strengths)
        ]
        return evaluation("relatedness", Shape.PAIRS, outcomes)

    compared = compare(pairs(3.0, 2.0, 1.0), pairs(1.0, 2.0, 3.0))
    assert (compared.won, compared.lost, compared.tied, compared.changes) == (0, 0, 0, ())
    [difference] = compared.differences
    assert (difference.old, difference.new) == pytest.approx((-1, 1))


def test_only_sets_on_both_sides_are_compared():
    old = [ranked({"a": 1}), ranked({"a": 1}, "cross-glossary")]
    new = [ranked({"a": 2}, "reverse-dictionary"), ranked({"a": 2}, "cross-glossary")]
    assert [compared.name for compared in compare_all(old, new)] == ["cross-glossary"]


def test_sets_without_a_common_query_have_no_differences():
    compared = compare(ranked({"a": 1}), ranked({"b": 1}))
    assert (compared.differences, compared.unmatched) == ((), 2)
