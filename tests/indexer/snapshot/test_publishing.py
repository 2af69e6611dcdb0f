import re
import stat

import pytest
from filelock import FileLock

from indexer.build import build
from indexer.errors import BadSnapshotError
from indexer.glossary import Entry, Glossary
from indexer.snapshot import open_current, work_folder
from tests.fakes import Prepared, WordEncoder, fears


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def publish(index, text="x", **options):
    glossary = Glossary((Entry("a", "A", (text,)),), title="t")
    return build(glossary, index, prepare=Prepared(WordEncoder()), **options).snapshot


def snapshots(index):
    return sorted(path.name for path in index.iterdir() if path.is_dir())


def test_current_names_the_newest_and_nothing_else_is_left(index):
    first, second = publish(index, "one"), publish(index, "two")
    assert open_current(index).name == second
    assert snapshots(index) == sorted([first, second])
    files = {path.name for path in index.iterdir() if path.is_file()}
    assert files - {".lock"} == {"current", "history"}
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{6}", second)


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_old_snapshots_are_pruned(index, keep):
    names = [publish(index, f"text {n}", keep=keep) for n in range(5)]
    assert len(snapshots(index)) == keep
    assert open_current(index).name == names[-1]


def test_the_same_glossary_twice_in_a_second_gives_two_snapshots(index):
    names = [publish(index), publish(index), publish(index)]
    assert len(set(names)) == 3
    assert sorted(names) == names
    assert open_current(index).entries[0].id == "a"


def test_what_a_killed_build_left_behind_goes(index):
    index.mkdir()
    (index / ".building-abc").mkdir()
    (index / ".building-abc" / "entries.jsonl").write_text("half")
    publish(index)
    assert not (index / ".building-abc").exists()


def test_a_build_that_fails_leaves_the_live_snapshot_and_no_trace(index):
    name = publish(index)

    class Failing(WordEncoder):
        def encode_documents(self, texts, progress=None):
            raise RuntimeError("no memory")

    with pytest.raises(RuntimeError, match="no memory"):
        build(fears(), index, prepare=Prepared(Failing()))
    assert snapshots(index) == [name]
    assert open_current(index).name == name


def test_what_does_not_open_is_not_published(index, monkeypatch):
    name = publish(index)
    monkeypatch.setattr("indexer.build._files", lambda work: {})
    monkeypatch.setattr("indexer.build.save_index", lambda path, rows: path.write_bytes(b"broken"))
    with pytest.raises(BadSnapshotError, match="is no FAISS index"):
        publish(index, "other")
    assert snapshots(index) == [name]
    assert open_current(index).name == name


def test_two_builds_at_once_are_refused_with_a_sentence(index):
    index.mkdir()
    with (
        FileLock(index / ".lock"),
        pytest.raises(BadSnapshotError, match="Another build is writing"),
    ):
        publish(index)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(BadSnapshotError, match="file/index cannot be written"),
        work_folder(tmp_path / "file" / "index"),
    ):
        pass


def test_others_may_read_a_snapshot(index):
    name = publish(index)
    assert stat.S_IMODE((index / name).stat().st_mode) == 0o755
