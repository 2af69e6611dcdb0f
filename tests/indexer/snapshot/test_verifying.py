"""What opening a snapshot tells of damage, and what only ``glossary verify`` does."""

import json
import os
import shutil

import pytest
from click.testing import CliRunner

from indexer.build import build
from indexer.cli import main
from indexer.errors import BadSnapshotError
from indexer.snapshot import Snapshot, listed, open_current, roll_back, switch, verify
from indexer.snapshot.checking import HASHED_AT_OPENING
from tests.fakes import Prepared, WordEncoder, fears


@pytest.fixture
def index(make_index):
    """Two snapshots; the later one is live."""
    index = make_index()
    build(fears(), index, prepare=Prepared(WordEncoder("others")))
    return index


@pytest.fixture
def live(index):
    return open_current(index).layout.folder


def flip(path, place=0.5):
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)


def link(path):
    path.rename(path.with_name("aside"))
    path.symlink_to("aside")


def link_folder(path):
    path.parent.rename(path.parent.with_name("aside"))
    path.parent.symlink_to("aside")


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (link, r"words/tokens\.npy is a link, and a snapshot holds its files itself; build the"),
        (link_folder, "words is a link, and a snapshot holds its files itself"),
        (pipe, r"words/tokens\.npy is missing; build the snapshot again, or go back with"),
        (folder, r"words/tokens\.npy is missing"),
    ],
)
def test_what_is_no_plain_file_is_refused(index, live, damage, message):
    damage(live / "words" / "tokens.npy")
    with pytest.raises(BadSnapshotError, match=message):
        open_current(index)
    assert [problem for one in verify(index, [live.name]) for problem in one.problems]


@pytest.mark.parametrize("name", ["manifest.json", "../current"])
def test_a_pipe_is_not_waited_for(index, live, name):
    pipe(live / name)
    with pytest.raises(BadSnapshotError, match=r"is no (plain )?file"):
        open_current(index)


def test_a_file_of_another_snapshot_is_found(index, live):
    (other,) = (index / one.name for one in listed(index) if not one.live)
    flip(other / "passages.npy")
    shutil.copy(other / "passages.npy", live / "passages.npy")
    with pytest.raises(BadSnapshotError, match=r"passages\.npy is damaged: its SHA-256 is not"):
        open_current(index)


def test_a_link_to_another_snapshot_is_no_snapshot(index, live):
    (other,) = (index / one.name for one in listed(index) if not one.live)
    shutil.rmtree(live)
    live.symlink_to(other.name)
    with pytest.raises(BadSnapshotError, match=f"it is not the one {live.name} was published with"):
        open_current(index)


@pytest.fixture
def large(monkeypatch):
    """Have every file count as too large to be hashed when a snapshot is opened."""
    assert HASHED_AT_OPENING == 1 << 20
    monkeypatch.setattr("indexer.snapshot.checking.HASHED_AT_OPENING", -1)


def test_a_bit_of_a_large_file_is_found_by_all_that_makes_live_and_not_by_opening(
    index, live, large
):
    flip(live / "related_scores.npy", 0.99)
    flip(live / "overview.npy", 0.99)
    assert len(open_current(index).entries) == 8
    with pytest.raises(BadSnapshotError, match=r"overview\.npy is damaged: its SHA-256 is not the"):
        Snapshot.open(live, every_byte=True)
    (found,) = verify(index, [live.name])
    assert len(found.problems) == 2, "all that is wrong, not the first alone"
    (other,) = (one.name for one in listed(index) if not one.live)
    switch(index, other)
    with pytest.raises(BadSnapshotError, match="is damaged"):
        switch(index, live.name)
    (index / "current").write_text(f"{live.name}\n")
    (index / "history").write_text(f"{other}\n")
    flip(index / other / "related_scores.npy", 0.99)
    with pytest.raises(BadSnapshotError, match=f"{other}/related_scores.npy is damaged"):
        roll_back(index)


def test_a_build_takes_nothing_over_from_a_damaged_snapshot(index, live, large, caplog):
    flip(live / "related_scores.npy", 0.99)
    report = build(fears(), index, prepare=Prepared(WordEncoder("others")))
    assert report.reused == 0
    assert "Nothing is taken over from the snapshot before" in caplog.text


@pytest.mark.parametrize(
    "name", ["related_numbers.npy", "sentence_rows.npy", "neighbour_numbers.npy"]
)
def test_an_array_of_another_kind_is_refused_without_its_hash(index, live, large, name):
    path = live / name
    data = path.read_bytes()
    wrong = data.replace(b"'<i4'", b"'<f4'").replace(b"'<f2'", b"'<u2'")
    assert wrong != data
    path.write_bytes(wrong)
    with pytest.raises(BadSnapshotError, match=rf"cannot be opened \({name} holds "):
        open_current(index)


def run(*arguments):
    return CliRunner().invoke(main, ["verify", *map(str, arguments)])


def test_the_command_tells_what_is_whole_and_fails_on_what_is_not(index, live):
    done = run("--index", index)
    assert done.exit_code == 0
    assert done.output.startswith(f"{live.name}  whole: 32 files, 0.0 MiB\n")
    assert len(done.output.splitlines()) == 2
    flip(live / "entries.jsonl")
    done = run("--index", index)
    assert done.exit_code == 1
    assert done.output.count("whole") == 1
    assert f"Error: {live}/entries.jsonl is damaged: its SHA-256" in done.output
    (other,) = (one.name for one in listed(index) if not one.live)
    assert run(other, "--index", index).exit_code == 0


def test_the_command_prints_json(index, live):
    (live / "hubness.npy").unlink()
    body = json.loads(run("--index", index, "--json").stdout)
    first, second = body["snapshots"]
    assert first["name"] == live.name
    assert "hubness.npy is missing" in first["problems"][0]
    assert (second["problems"], second["files"]) == ([], 32)


def test_names_and_folders_that_are_not_there_are_told(index, tmp_path):
    assert "has no snapshot '../x'; there are: " in run("../x", "--index", index).output
    assert "There is no index folder" in run("--index", tmp_path / "none").output
