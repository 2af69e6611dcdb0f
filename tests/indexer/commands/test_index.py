"""``glossary index`` with editors' rules and a limit to what may change."""

import json

import pytest

from indexer.formats import write_glossary
from indexer.glossary import Glossary
from indexer.snapshot import current_name
from tests.fakes import fears


@pytest.fixture
def index(glossary, tmp_path, tiny_model):
    """Build a glossary file with the tiny model and more options."""

    def run(entries, *options):
        path = tmp_path / "fears.jsonl"
        write_glossary(Glossary(entries, title="Fears"), path)
        output = ("--output", tmp_path / "index", "--model", tiny_model)
        return glossary("index", path, *output, *options)

    return run


def test_rules_are_applied_and_stale_ones_told(index, glossary, tmp_path):
    rules = tmp_path / "rules.jsonl"
    rules.write_text('{"entry": "phobia", "pin": ["Mood", "Gone"]}\n{"entry": "mood", "cap": 2}\n')
    done = index(fears().entries, "--overrides", rules)
    assert done.exit_code == 0, done.output
    assert f"Stale: {rules}:1: pin of 'phobia' names 'Gone', no entry" in done.stderr
    body = json.loads(glossary("related", "phobia", "--json").stdout)
    assert (body["related"][0]["id"], body["related"][0]["curated"]) == ("mood", True)
    assert len(json.loads(glossary("related", "mood", "--json").stdout)["related"]) == 2
    assert json.loads(glossary("info", "--json").stdout)["overrides"]["name"] == "rules.jsonl"


def test_bad_rules_build_nothing(index, tmp_path):
    rules = tmp_path / "rules.jsonl"
    rules.write_text('{"entry": "phobia", "pin": 3}\n{"entry": "phobia"}\n')
    done = index(fears().entries, "--overrides", rules)
    assert done.exit_code == 1
    assert f"{rules}:1: pin must be a name or a list of names, got 3." in done.stderr
    assert f"{rules}:2: a rule has one of pin, block, order, cap" in done.stderr
    assert not (tmp_path / "index").exists()


def test_a_dry_run_tells_stale_rules(index, tmp_path):
    rules = tmp_path / "rules.jsonl"
    rules.write_text('{"entry": "gone", "cap": 3}\n')
    done = index(fears().entries, "--overrides", rules, "--dry-run")
    assert (done.exit_code, "Stale: " in done.stderr) == (0, True)


def test_above_the_churn_it_does_not_publish_and_says_how_to(index, glossary, tmp_path):
    first = index(fears().entries, "--max-churn", 0)
    assert (first.exit_code, "Published" in first.stdout) == (0, True)
    live = current_name(tmp_path / "index")
    # Each of seven lists of seven loses "Mood": of 7 x 7 + 7 x 6 items, 7 are gone.
    done = index(fears().entries[:7], "--max-churn", 5)
    assert done.exit_code == 1
    assert "Related items changed: 7.7%." in done.stdout
    assert "Not published: 7.7% of the related items changed, and --max-churn allows 5 %" in (
        done.stderr
    )
    assert current_name(tmp_path / "index") == live
    (built,) = {path.name for path in (tmp_path / "index").glob("2*")} - {live}
    assert f"`glossary publish {built} --index {tmp_path / 'index'}` makes it live" in done.stdout
    assert f"`glossary diff live {built} --index {tmp_path / 'index'}`" in done.stderr
    assert glossary("publish", built).exit_code == 0
    assert current_name(tmp_path / "index") == built
