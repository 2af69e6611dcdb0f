import json
from dataclasses import replace

import pytest

from indexer.build import build
from indexer.glossary import Glossary
from indexer.overrides import Arrangement, Overrides
from tests.fakes import Prepared, WordEncoder, fears


@pytest.fixture
def names(tmp_path):
    """Two snapshots of one index: "Mood" goes, "Nightmare" is reworded, "Phobia" is capped."""
    prepare = Prepared(WordEncoder())
    first = build(fears(), tmp_path / "index", prepare=prepare).snapshot
    entries = list(fears().entries[:7])
    entries[4] = replace(entries[4], definitions=("Bad dreams.",))
    second = build(
        Glossary(tuple(entries), title="Fears"),
        tmp_path / "index",
        overrides=Overrides({3: Arrangement(cap=5)}),
        live=False,
        prepare=prepare,
    )
    return first, second.snapshot


def test_it_tells_what_changed_and_why(glossary, names):
    done = glossary("diff", "live", names[1])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[:6] == [
        f"From {names[0]} to {names[1]}.",
        "Terms added: 0",
        "Terms removed: 1",
        "    Mood",
        "Terms changed: 1",
        "    Nightmare: definitions",
    ]
    # All lists hold all others: each of seven loses "Mood", and the cap leaves out one more.
    assert "Related lists changed: 7 of 7" in lines
    assert lines.count("        - Mood  (neighbour removed)") == 7
    assert sum("(override)" in line for line in lines) == 1
    # 7 x 7 items before, 6 x 6 + 5 after, 8 gone.
    assert lines[-1] == (
        f"Churn: {8 / 90:.1%} of the related items; override: 1; neighbour removed: 7"
    )


def test_as_json_it_has_the_same(glossary, names):
    body = json.loads(glossary("diff", *names, "--json").stdout)
    assert (body["before"], body["after"]) == names
    assert body["removed"] == [{"id": "mood", "term": "Mood"}]
    assert body["changed"] == [{"id": "nightmare", "term": "Nightmare", "fields": ["definitions"]}]
    assert body["reasons"] == {"override": 1, "neighbour removed": 7}
    assert body["churn"] == pytest.approx(8 / 90, abs=1e-4)
    assert body["lists"][0] == {
        "id": "agoraphobia",
        "term": "Agoraphobia",
        "came": [],
        "left": [{"id": "mood", "term": "Mood", "reason": "neighbour removed"}],
    }


def test_index_folders_are_compared_by_their_live_snapshots(glossary, names, tmp_path):
    build(fears(), tmp_path / "other", prepare=Prepared(WordEncoder("other")))
    done = glossary("diff", tmp_path / "index", tmp_path / "other")
    assert f"From {names[0]} to " in done.stdout
    assert "They have different encoders" in done.stdout


def test_a_name_of_no_snapshot_is_told_with_those_there_are(glossary, names):
    done = glossary("diff", "live", "yesterday")
    assert done.exit_code == 1
    assert f"has no snapshot 'yesterday'; there are: {names[0]}, {names[1]}." in done.stderr
