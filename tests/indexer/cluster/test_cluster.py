import os
import shutil
import signal
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from indexer.build import build
from indexer.cli import main
from indexer.cluster import cluster_prepare, cluster_targets, connected
from indexer.errors import GlossaryError
from indexer.glossary import Entry, Glossary
from indexer.relating import Asked, Format, Job, Measure, relate
from indexer.snapshot import open_current
from tests.models import LETTERS


def words() -> Glossary:
    """200 entries in two categories, all of whose definitions differ."""
    names = [f"{first}{second}" for first in LETTERS[:10] for second in LETTERS[6:26]]
    entries = [
        Entry(name, name, (f"{name[1]} after {name[0]}, then {name[0]}{name[1]}",))
        for name in names
    ]
    return Glossary(
        tuple(
            replace(entry, category="early" if number < 80 else "late")
            for number, entry in enumerate(entries)
        ),
        "words",
    )


@pytest.fixture(scope="module")
def local(tiny_model, tmp_path_factory):
    index = tmp_path_factory.mktemp("local") / "index"
    build(words(), index, model=str(tiny_model))
    return open_current(index)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr("indexer.cluster.encoding._FEWEST_TEXTS", 16)
    monkeypatch.setattr("indexer.cluster.encoding._BATCHES_AT_ONCE", 1)
    monkeypatch.setattr("indexer.cluster.tables._BATCHES_OF_FILE", 1)
    monkeypatch.setattr("indexer.tokens._TEXTS_PER_BATCH", 64)
    monkeypatch.setattr("indexer.relating.running.SOURCES_OF_BLOCK", 25)


def _pids(name: str) -> set[int]:
    """Return the processes that Ray has named after what they run."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if path.joinpath("cmdline").read_bytes().startswith(f"ray::{name}".encode()):
                found.add(int(path.name))
        except OSError:
            continue
    return found


class Killer:
    """Kills one process of that name as soon as there is one."""

    def __init__(self, name: str) -> None:
        self.killed: list[int] = []
        self._name, self._over = name, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set() and not self.killed:
            for pid in sorted(_pids(self._name))[:1]:
                os.kill(pid, signal.SIGKILL)
                self.killed.append(pid)
            time.sleep(0.002)


def _same(one, other):
    np.testing.assert_array_equal(one.passages, other.passages)
    every = np.arange(one.index.count)
    np.testing.assert_array_equal(one.index.rows(every), other.index.rows(every))
    np.testing.assert_array_equal(one.related.numbers, other.related.numbers)
    np.testing.assert_array_equal(one.related.scores, other.related.scores)
    assert one.manifest.encoder == other.manifest.encoder


def test_a_build_on_a_cluster_is_the_same(cluster_address, local, tiny_model, tmp_path):
    with connected(cluster_address) as cluster:
        assert cluster.cores == 2
        prepare = cluster_prepare(cluster)
        build(words(), tmp_path / "index", model=str(tiny_model), prepare=prepare)
    snapshot = open_current(tmp_path / "index")
    _same(snapshot, local)
    assert not list(snapshot.layout.folder.glob("on-cluster*"))


def test_a_build_goes_on_when_a_worker_is_killed(cluster_address, local, tiny_model, tmp_path):
    with connected(cluster_address) as cluster, Killer("MapWorker") as killer:
        prepare = cluster_prepare(cluster)
        build(words(), tmp_path / "index", model=str(tiny_model), prepare=prepare)
    assert killer.killed
    _same(open_current(tmp_path / "index"), local)


@pytest.mark.parametrize(
    "asked",
    [
        Asked(Measure.MEANING, 7),
        Asked(Measure.MEANING, None, min_strength=20.0),
        Asked(Measure.MEANING, 3, category="late", source_category="early"),
    ],
    ids=["closest", "all", "category"],
)
def test_pairs_found_on_a_cluster_are_the_same(cluster_address, local, tmp_path, asked):
    job = Job(asked, local)
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    relate(job, ours, Format.CSV)
    with connected(cluster_address) as cluster:
        relate(job, theirs, Format.CSV, targets=cluster_targets(cluster))
    assert len(ours.read_text().splitlines()) > 100
    assert theirs.read_bytes() == ours.read_bytes()


def test_a_job_goes_on_when_a_shard_is_killed(cluster_address, local, tmp_path):
    job = Job(Asked(Measure.MEANING, 7), local)
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    relate(job, ours, Format.CSV)
    killed: list[int] = []

    class KillsMidway:
        def stage(self, name, total):
            def count(done):
                if not killed:
                    pids = _pids("Shard")
                    assert len(pids) == 2
                    killed.append(min(pids))
                    os.kill(killed[0], signal.SIGKILL)

            return count

    with connected(cluster_address) as cluster:
        targets = cluster_targets(cluster)
        relate(job, theirs, Format.CSV, targets=targets, stages=KillsMidway())
    assert killed
    assert theirs.read_bytes() == ours.read_bytes()


def test_the_commands_take_a_cluster(cluster_address, local, tmp_path):
    index, output = local.layout.folder.parent, tmp_path / "pairs.csv"
    command = ["relate", "--index", str(index), "--output", str(output), "--ray", cluster_address]
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 2
    assert "give --ray with --measure meaning" in refused.output
    done = CliRunner().invoke(main, [*command, "--measure", "meaning"])
    assert done.exit_code == 0, done.output
    assert "of 200 entries" in done.output


def test_a_folder_that_the_nodes_do_not_see_is_told(cluster_address, local, tmp_path):
    index = local.layout.folder.parent
    shutil.copytree(index, tmp_path / "index")
    job = Job(Asked(Measure.MEANING, 7), open_current(tmp_path / "index"))
    # What is open stays so here, and cannot be opened there.
    shutil.move(tmp_path / "index", tmp_path / "elsewhere")
    output = tmp_path / "pairs.csv"
    with (
        connected(cluster_address) as cluster,
        pytest.raises(GlossaryError, match="the index folder under the same path"),
    ):
        relate(job, output, Format.CSV, targets=cluster_targets(cluster))
    assert not output.exists()


def test_a_cluster_that_is_not_there_is_told():
    with (
        pytest.raises(GlossaryError, match=r"No Ray cluster can be joined at 127\.0\.0\.1:1"),
        connected("127.0.0.1:1"),
    ):
        pass
