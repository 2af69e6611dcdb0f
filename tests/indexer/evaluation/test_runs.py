import pytest

from indexer.errors import BadGlossaryError, GlossaryError
from indexer.evaluation.foreign import Protocol
from indexer.evaluation.runs import NAMES, evaluate, plan_run
from indexer.evaluation.sets import OwnFiles, OwnSet

QUERY = {"query": "fear of spiders", "answers": ["arachnophobia"]}


@pytest.fixture
def bundled(write):
    return OwnFiles(
        write("q.jsonl", QUERY),
        write("n.jsonl", {"query": "eggs"}),
        write("r.jsonl", {"id": "mood", "related": [{"id": "phobia", "grade": 3}]}),
    )


@pytest.fixture
def data(write, tmp_path):
    for name in ("men3000", "simlex999", "umnsrs_relatedness", "wordsim353"):
        write(
            f"data/relatedness/{name}.jsonl",
            {"a": "fear", "b": "mood", "score": 1},
            {"a": "fear", "b": "fear of water", "score": 2},
        )
    return tmp_path / "data"


def names(evaluations):
    return [judged.name for judged in evaluations]


def test_by_default_the_bundled_sets_are_evaluated(bundled, searcher, open_glossary):
    plan = plan_run(OwnFiles(), bundled=bundled)
    assert (plan.own, plan.protocols, plan.asks_a_snapshot) == (tuple(OwnSet), (), True)
    [result] = evaluate(plan, [searcher], open_glossary)
    assert names(result) == ["queries", "no-match", "related"]


def test_files_of_ones_own_replace_the_bundled_ones(bundled, write):
    own = write("own.jsonl", QUERY)
    plan = plan_run(OwnFiles(queries=own), bundled=bundled)
    assert (plan.own, plan.files) == ((OwnSet.QUERIES,), OwnFiles(queries=own))


def test_only_what_is_named_is_evaluated_and_read(bundled):
    plan = plan_run(OwnFiles(), bundled=bundled, only=["related"])
    assert (plan.own, plan.files) == ((OwnSet.RELATED,), OwnFiles(related=bundled.related))
    plan = plan_run(OwnFiles(), bundled=bundled, only=["no-match"])
    assert plan.files == OwnFiles(bundled.queries, bundled.no_match)


def test_a_folder_of_foreign_texts_must_have_all_unless_all_there_is_will_do(bundled, data):
    with pytest.raises(BadGlossaryError, match="reverse-dictionary needs it"):
        plan_run(OwnFiles(), bundled=bundled, data=data)
    plan = plan_run(OwnFiles(), bundled=bundled, data=data, everything=True)
    assert (plan.own, plan.protocols) == (tuple(OwnSet), (Protocol.RELATEDNESS,))
    assert not plan.builds


def test_two_snapshots_are_evaluated_on_the_same_sets(bundled, data, searcher, open_glossary):
    plan = plan_run(OwnFiles(), bundled=bundled, data=data, only=["queries", "relatedness"])
    one, other = evaluate(plan, [searcher, searcher], open_glossary)
    assert names(one) == ["queries", "relatedness"]
    assert one == other


def test_a_protocol_needs_no_snapshot(bundled, write, open_glossary):
    entries = [{"term": term, "definition": "fear"} for term in ("A", "B")]
    write("data/related/entries.jsonl", *entries)
    path = write("data/related/pages.jsonl", {"term": "A", "related": [{"term": "B", "bars": 3}]})
    plan = plan_run(OwnFiles(), bundled=bundled, data=path.parent.parent, only=["related-articles"])
    assert (plan.asks_a_snapshot, plan.builds) == (False, True)
    [result] = evaluate(plan, [], open_glossary)
    assert names(result) == ["related-articles", "related-articles strength"]


@pytest.mark.parametrize(
    ("given", "only", "message"),
    [
        ({"no_match"}, [], "--no-match needs queries with answers beside it"),
        ({"queries"}, ["related"], "No file is named for related; .*--related FILE"),
        (set(), ["cross-glossary"], "cross-glossary needs foreign texts; name them with --data"),
    ],
)
def test_what_has_no_texts_is_refused(bundled, given, only, message):
    files = OwnFiles(**{name: getattr(bundled, name) for name in given})
    with pytest.raises(GlossaryError, match=message):
        plan_run(files, bundled=bundled, only=only)


def test_every_set_and_protocol_has_a_name_of_its_own():
    assert NAMES == (
        "queries",
        "no-match",
        "related",
        "cross-glossary",
        "reverse-dictionary",
        "related-articles",
        "relatedness",
    )
