"""``glossary evaluate`` as a user runs it, with a tiny model."""

import json

import pytest
from click.testing import CliRunner

from indexer.build import build
from indexer.commands.evaluate import DATA_VARIABLE, command
from indexer.errors import BadGlossaryError
from tests.fakes import fears


@pytest.fixture(scope="module")
def index(tiny_model, tmp_path_factory):
    index = tmp_path_factory.mktemp("evaluate") / "index"
    build(fears(), index, model=str(tiny_model))
    return index


@pytest.fixture
def evaluate(index):
    """Run the command on an index of ``fears()``; an error of ours is raised as it is."""

    def run(*arguments, env=None):
        given = [str(argument) for argument in arguments]
        if "--index" not in given:
            given += ["--index", str(index)]
        done = CliRunner(env=env or {}).invoke(command, given)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


@pytest.fixture
def queries(write):
    return write(
        "queries.jsonl",
        {"query": "phobia", "answers": ["phobia"], "split": "dev"},
        {"query": "mood", "answers": ["mood"], "split": "test"},
    )


@pytest.fixture
def data(write):
    entries = [{"term": term, "definition": f"fear of {term}"} for term in ("A", "B", "C")]
    write("data/related/entries.jsonl", *entries)
    page = {"term": "A", "related": [{"term": "B", "bars": 3}, {"term": "C", "bars": 2}]}
    return write("data/related/pages.jsonl", page).parent.parent


def test_figures_are_printed_as_a_table_and_written_as_json(evaluate, queries, tmp_path):
    done = evaluate("--queries", queries, "--json", tmp_path / "r.json")
    assert done.exit_code == 0, done.output
    assert "queries  all    2  acc@1                     1.000  1.000 to 1.000\n" in done.stdout
    body = json.loads((tmp_path / "r.json").read_text())
    assert [outcome["rank"] for outcome in body["sets"][0]["outcomes"]] == [1, 1]
    assert body["split"] == "all"
    assert body["snapshot"]


def test_a_split_is_chosen_by_name(evaluate, queries):
    assert "queries  all    1  acc@1" in evaluate("--queries", queries, "--split", "dev").stdout


def test_a_later_run_is_compared_with_an_earlier_one(evaluate, queries, tmp_path):
    evaluate("--queries", queries, "--json", tmp_path / "r.json")
    done = evaluate("--queries", queries, "--compare", tmp_path / "r.json")
    assert "queries: won 0, lost 0, tied 2\n" in done.stdout


def test_a_comparison_with_nothing_in_common_is_told(evaluate, queries, tmp_path):
    (tmp_path / "r.json").write_text('{"format": 1, "sets": []}')
    done = evaluate("--queries", queries, "--compare", tmp_path / "r.json")
    assert "Note: no set of this run is in r.json; nothing is compared." in done.stderr


def test_another_index_is_evaluated_and_compared_in_one_run(evaluate, queries, index):
    done = evaluate("--queries", queries, "--compare-index", index)
    assert "queries: won 0, lost 0, tied 2\n" in done.stdout


def test_foreign_texts_are_indexed_with_the_model_named(evaluate, data, tiny_model, tmp_path):
    work = tmp_path / "work"
    options = ("--only", "related-articles", "--model", tiny_model, "--work", work)
    done = evaluate(*options, "--data", data)
    line = done.stdout.split("\n")[1]
    assert line.split()[:5] == ["related-articles", "all", "1", "R-precision", "1.000"]
    assert (work / "related-articles" / "current").exists()
    again = evaluate(*options, env={DATA_VARIABLE: str(data)})
    assert again.stdout == done.stdout


def test_foreign_texts_of_the_environment_wait_to_be_asked_for(evaluate, queries, data):
    env = {DATA_VARIABLE: str(data.parent / "nowhere")}
    assert evaluate("--queries", queries, env=env).exit_code == 0
    assert evaluate("--queries", queries, "--only", "queries", env=env).exit_code == 0
    with pytest.raises(BadGlossaryError, match="there is no such folder"):
        evaluate("--queries", queries, "--all", env=env)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--compare", "a", "--compare-index", "b"), "either --compare or --compare-index"),
        (("--model", "x"), "leave out --model"),
        (("--json", "/nowhere/r.json"), "there is no folder /nowhere"),
        (("--only", "nothing"), "'nothing' is not one of 'queries', 'no-match'"),
        (("--split", "train"), "'train' is not one of 'dev', 'test', 'all'"),
    ],
)
def test_options_that_could_not_be_followed_are_refused(evaluate, queries, options, message):
    done = evaluate("--queries", queries, *options)
    assert done.exit_code == 2
    assert message in done.stderr


def test_another_index_is_of_no_use_to_indexes_built_for_the_purpose(evaluate, data, index):
    done = evaluate("--only", "related-articles", "--data", data, "--compare-index", index)
    assert "--compare-index compares own sets and relatedness" in done.stderr


def test_ids_the_index_does_not_have_are_told(evaluate):
    """The bundled sets are judged on the bundled glossary, which this index is not of."""
    with pytest.raises(BadGlossaryError, match=r"queries\.jsonl:1: no entry has the id .*--index"):
        evaluate()


def test_the_bundled_sets_fit_the_bundled_glossary(psychology_index, evaluate):
    done = evaluate("--index", psychology_index, "--only", "related", "--split", "dev")
    assert done.exit_code == 0, done.output
    assert "related  all" in done.stdout
