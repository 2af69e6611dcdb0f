"""Which snapshot is live, and going back: the last good one is always there to go back to."""

import pytest
from filelock import FileLock

from indexer.build import build
from indexer.errors import BadSnapshotError
from indexer.glossary import Entry, Glossary
from indexer.snapshot import (
    history,
    listed,
    open_current,
    roll_back,
    switch,
    switch_to_latest,
)
from tests.fakes import Prepared, WordEncoder


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def built(index, text, **options):
    glossary = Glossary((Entry("a", "A", (text,)),), title="t")
    return build(glossary, index, prepare=Prepared(WordEncoder()), **options).snapshot


def live(index):
    return open_current(index).entries[0].definitions[0]


def names(index):
    return {one.name for one in listed(index)}


def damage(index, name):
    path = index / name / "entries.jsonl"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-2] + b"??")


def test_a_snapshot_can_be_built_beside_the_live_one_and_published_later(index):
    built(index, "one")
    second = built(index, "two", live=False)
    assert live(index) == "one"
    done = switch(index, second)
    assert (live(index), done.after) == ("two", second)


def test_the_first_snapshot_may_wait_to_be_published_too(index):
    name = built(index, "one", live=False)
    with pytest.raises(BadSnapshotError, match="holds no snapshot"):
        open_current(index)
    done = switch_to_latest(index)
    assert (done.before, done.after, live(index)) == (None, name, "one")


def test_latest_is_the_one_built_last(index):
    first, _, third = (built(index, text) for text in ("one", "two", "three"))
    switch(index, first)
    assert live(index) == "one"
    assert switch_to_latest(index).after == third


def test_rolling_back_goes_to_what_was_live_before_step_by_step(index):
    for text in ("one", "two", "three"):
        built(index, text)
    seen = []
    for _ in range(2):
        roll_back(index)
        seen.append(live(index))
    assert seen == ["two", "one"]
    with pytest.raises(BadSnapshotError, match=r"No snapshot of .* was live before"):
        roll_back(index)
    assert live(index) == "one"


def test_a_build_after_a_rollback_goes_back_to_the_good_one_and_not_to_the_bad_one(index):
    good, bad = built(index, "good"), built(index, "bad")
    roll_back(index)
    built(index, "next", keep=2)
    # By age the bad one would have stayed.
    assert good in names(index)
    assert bad not in names(index)
    roll_back(index)
    assert live(index) == "good"


def test_what_waits_to_be_published_is_nothing_to_roll_back_to(index):
    built(index, "one")
    built(index, "two", live=False)
    with pytest.raises(BadSnapshotError, match="was live before"):
        roll_back(index)


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_pruning_keeps_the_live_one_and_the_one_just_built(index, keep):
    old = built(index, "old")
    waiting = [built(index, f"waiting {n}", keep=keep, live=False) for n in range(4)]
    assert live(index) == "old"
    assert {old, waiting[-1]} <= names(index)
    assert len(names(index)) == max(keep, 2)


def test_going_to_and_fro_leaves_each_name_once_in_the_history(index):
    first, second = built(index, "one"), built(index, "two")
    for _ in range(3):
        switch(index, first)
        switch(index, second)
    assert history(index) == [first]


def test_publishing_the_live_one_changes_nothing(index):
    first, second = built(index, "one"), built(index, "two")
    done = switch(index, second)
    assert done.before == done.after == second
    assert history(index) == [first]


@pytest.mark.parametrize("name", ["20200101T000000Z-abcdef", "../elsewhere", "", "x" * 500])
def test_a_name_that_is_not_in_the_folder_is_refused_with_those_that_are(index, name):
    there = built(index, "one")
    with pytest.raises(BadSnapshotError, match=f"has no snapshot .*; there are: {there}"):
        switch(index, name)


@pytest.mark.parametrize("go", [lambda index, name: switch(index, name), None])
def test_what_does_not_open_does_not_go_live(index, go):
    first = built(index, "one")
    built(index, "two")
    damage(index, first)
    with pytest.raises(BadSnapshotError, match="is damaged: its SHA-256"):
        go(index, first) if go else roll_back(index)
    assert live(index) == "two"
    assert history(index) == [first]


@pytest.mark.parametrize("go", [switch_to_latest, roll_back])
def test_a_build_at_work_is_not_disturbed(index, go):
    built(index, "one")
    built(index, "two")
    with (
        FileLock(index / ".lock"),
        pytest.raises(BadSnapshotError, match=r"Another build .* try again when it is done"),
    ):
        go(index)


@pytest.mark.parametrize("go", [switch_to_latest, roll_back])
def test_a_folder_that_is_not_there_is_told(tmp_path, go):
    with pytest.raises(BadSnapshotError, match=r"There is no index folder .*name one with --index"):
        go(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_switch_cut_short_between_its_two_writes_does_no_harm(index):
    """History is written first: the live one then stands in it, and is no place to go back to."""
    first, second = built(index, "one"), built(index, "two")
    (index / "history").write_text(f"{first}\n{second}\n")
    assert roll_back(index).after == first


def test_a_list_tells_what_is_live_what_was_and_what_cannot_be_read(index):
    first, second = built(index, "one"), built(index, "two")
    third = built(index, "three", live=False)
    (index / third / "manifest.json").write_text("{")
    found = {one.name: one for one in listed(index)}
    assert list(found) == [third, second, first]
    assert (found[second].live, found[first].was_live, found[third].live) == (True, True, False)
    assert "no JSON" in str(found[third].problem)
    assert found[first].manifest is not None


def test_an_empty_folder_has_no_snapshots(tmp_path):
    assert listed(tmp_path) == []
    assert listed(tmp_path / "none") == []
