import pytest

from indexer.errors import UnknownEntryError
from indexer.evaluation.own import (
    evaluate_no_match,
    evaluate_own,
    evaluate_queries,
    evaluate_related,
)
from indexer.evaluation.sets import JudgedList, JudgedQuery, NoMatchQuery, OwnSet, OwnSets

QUERIES = (
    JudgedQuery("fear of spiders", ("arachnophobia",), "lay"),
    JudgedQuery("phobia", ("mood", "phobia"), "lay"),
    JudgedQuery("loss of sleep", ("amnesia", "nowhere")),
    JudgedQuery("fobia", ("nowhere",)),
)


def test_each_query_has_the_rank_of_its_first_right_answer(searcher):
    """ "Loss of sleep" is insomnia; amnesia shares one of its two words, and comes second."""
    judged = evaluate_queries(searcher, QUERIES)
    assert [(outcome.key, outcome.rank) for outcome in judged.outcomes] == [
        ("fear of spiders", 1),
        ("phobia", 1),
        ("loss of sleep", 2),
        ("fobia", None),
    ]
    assert judged.outcomes[2].values == {"acc@1": 0, "acc@3": 1, "acc@10": 1, "RR": 0.5}


def test_the_strength_of_the_first_right_answer_is_held_against_the_best_without(searcher):
    judged = evaluate_no_match(searcher, QUERIES, [NoMatchQuery("eggs and ham", "far")])
    by_key = {outcome.key: outcome for outcome in judged.outcomes}
    assert by_key["phobia"].values == {"strength": 100.0, "answerable": 1.0}
    assert by_key["fobia"].values == {"strength": 0.0, "answerable": 1.0}
    hits, others = searcher.rank_many(["loss of sleep", "eggs and ham"], depth=10)
    assert by_key["loss of sleep"].values["strength"] == hits[1].strength
    best = max(hit.strength for hit in others)
    assert by_key["eggs and ham"].values == {"strength": best, "answerable": 0.0}


def test_a_related_list_is_right_where_its_grades_are_two_or_three(searcher, figures_of):
    number = searcher.number_of("amnesia")
    first, second, third = (item.entry.id for item in searcher.related(number, limit=3))
    judged = evaluate_related(searcher, [JudgedList("amnesia", {second: 2, first: 1, third: 3})])
    found = (1 + 2 / 1.5849625 + 3 / 2) / (3 + 2 / 1.5849625 + 1 / 2)
    assert figures_of(judged) == {
        ("all", "R-precision"): 0.5,
        ("all", "nDCG@10"): pytest.approx(found),
    }


def test_a_list_of_no_entry_is_refused(searcher):
    with pytest.raises(UnknownEntryError, match="'nowhere'"):
        evaluate_related(searcher, [JudgedList("nowhere", {"mood": 3})])


def test_only_the_sets_chosen_are_evaluated(searcher):
    sets = OwnSets(QUERIES, (NoMatchQuery("eggs"),), (JudgedList("mood", {"phobia": 3}),))
    names = [judged.name for judged in evaluate_own(searcher, sets)]
    assert names == ["queries", "no-match", "related"]
    [judged] = evaluate_own(searcher, sets, only=[OwnSet.NO_MATCH])
    assert judged.name == "no-match"
