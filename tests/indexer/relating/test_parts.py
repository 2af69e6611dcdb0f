"""A run that ends anywhere is gone on with, and the result is the same, byte for byte."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from indexer.build import build
from indexer.errors import GlossaryError
from indexer.glossary import Entry, Glossary
from indexer.relating import Asked, Format, Job, Measure, left_over, relate, running
from indexer.relating.parts import workplace
from indexer.relating.tables import Lines
from indexer.snapshot import open_current
from tests.fakes import Prepared, WordEncoder

ASKED = Asked(Measure.MEANING, limit=4)
SCRIPT = """
import sys
from indexer.cli import main
from indexer.relating import running
running.SOURCES_OF_BLOCK = 1
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """64 entries."""
    words, index = ("fear", "crowds", "sleep", "water"), tmp_path_factory.mktemp("parts") / "index"
    texts = [f"{a} {b} {c}" for a in words for b in words for c in words]
    entries = tuple(Entry(f"e{n}", f"T {n}", (text,)) for n, text in enumerate(texts))
    build(Glossary(entries, title="Many"), index, prepare=Prepared(WordEncoder()))
    return open_current(index)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(running, "SOURCES_OF_BLOCK", 1)


def folders(path):
    return [found for found in path.iterdir() if found.name.startswith(".")]


def test_a_killed_run_is_gone_on_with_to_the_same_bytes(snapshot, tmp_path):
    whole = tmp_path / "whole.csv"
    relate(Job(ASKED, snapshot), whole, Format.CSV)
    index, cut = snapshot.layout.folder.parent, tmp_path / "cut.csv"
    options = ["--index", index, "--measure", "meaning", "--limit", "4", "--output", cut]
    command = [sys.executable, "-c", SCRIPT, "relate", *map(str, options)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None and len(list(tmp_path.glob(".cut.csv.*/0*"))) < 3:
        pass
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL, "it was done before it could be killed"
    assert not cut.exists()

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "Went on after " in done.stdout
    assert f"of 64 blocks.\nWrote 256 pairs of 64 entries to {cut}.\n" in done.stdout
    assert cut.read_bytes() == whole.read_bytes()
    assert not folders(tmp_path)


class StoppedError(Exception):
    """The power went."""


@pytest.mark.parametrize("chosen", list(Format))
def test_a_run_that_stops_in_a_block_goes_on_after_the_one_before(
    snapshot, tmp_path, chosen, monkeypatch
):
    asked = replace(ASKED, measure=Measure.RELATED)
    job, path = Job(asked, snapshot), tmp_path / "r.out"
    relate(job, path, chosen)
    want = path.read_bytes()
    path.write_text("old")
    real, written = os.fsync, []

    def fsync(descriptor):
        written.append(descriptor)
        if len(written) == 9:
            raise StoppedError
        real(descriptor)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fsync)
        with pytest.raises(StoppedError):
            relate(job, path, chosen)
    assert path.read_text() == "old"

    report = relate(job, path, chosen)

    # The settings were the first of the nine files that were written.
    assert (report.kept, report.blocks, report.sources) == (7, 64, 64)
    assert path.read_bytes() == want


def test_nothing_is_taken_over_from_a_run_with_other_settings(snapshot, tmp_path, monkeypatch):
    path = tmp_path / "r.csv"

    def join(lines, parts, output):
        raise StoppedError

    with monkeypatch.context() as broken:
        broken.setattr(Lines, "join", join)
        with pytest.raises(StoppedError):
            relate(Job(ASKED, snapshot), path, Format.CSV)
    report = relate(Job(replace(ASKED, limit=5), snapshot), path, Format.CSV)
    assert (report.kept, report.rows) == (0, 320)
    (folder,) = left_over(path)
    assert json.loads((folder / "settings.json").read_text())["limit"] == 4
    assert relate(Job(ASKED, snapshot), path, Format.CSV).kept == 64


def test_a_file_of_terms_that_changed_is_another_job(snapshot, tmp_path):
    terms = tmp_path / "t.txt"
    settings = set()
    for text in ("T 1", "T 2"):
        terms.write_text(text)
        settings.add(Job(replace(ASKED, terms=terms), snapshot).settings())
    assert len(settings) == 2


def test_two_runs_for_one_output_are_one_too_many(snapshot, tmp_path):
    job, path = Job(ASKED, snapshot), tmp_path / "r.csv"
    settings = job.settings(format=Format.CSV, suffix=".csv", block=1)
    with (
        workplace(path, settings),
        pytest.raises(GlossaryError, match=r"Another run is writing .*r\.csv; wait for it"),
    ):
        relate(job, path, Format.CSV)
    assert relate(job, path, Format.CSV).rows == 256


def test_threads_make_no_difference(snapshot, tmp_path):
    outputs = [tmp_path / f"{threads}.parquet" for threads in (1, 3)]
    for threads, path in zip((1, 3), outputs, strict=True):
        relate(Job(ASKED, snapshot), path, Format.PARQUET, threads=threads)
    assert outputs[0].read_bytes() == outputs[1].read_bytes()
