"""kill -9 at random moments of a build: the live snapshot opens and answers after each.

``GLOSSARY_KILLS=50 pytest tests/indexer/test_crash.py`` for more than the few of every run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from indexer.formats import write_glossary
from indexer.glossary import Entry, Glossary
from indexer.search import Searcher

KILLS = int(os.environ.get("GLOSSARY_KILLS", "4"))


def glossary(version: int) -> Glossary:
    entries = tuple(
        Entry(f"e{n}", f"Term {n}", (f"Version {version} of text {n}.",)) for n in range(40)
    )
    return Glossary(entries, title="t")


def start(source: Path, index: Path, model: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "indexer", "index", str(source), "--output", str(index)]
    return subprocess.Popen(
        [*command, "--model", str(model)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_a_killed_build_leaves_the_old_snapshot_or_the_new_one(tmp_path, tiny_model):
    source, index = tmp_path / "g.jsonl", tmp_path / "index"
    write_glossary(glossary(0), source)
    assert start(source, index, tiny_model).wait(timeout=60) == 0
    # The second build copies the encoder, as all the following do, and is much shorter.
    write_glossary(glossary(1), source)
    began = time.monotonic()
    assert start(source, index, tiny_model).wait(timeout=60) == 0
    whole = time.monotonic() - began
    moments = random.Random(7)  # noqa: S311  any moment will do, but the same ones each time
    killed = 0
    for version in range(2, KILLS + 2):
        write_glossary(glossary(version), source)
        process = start(source, index, tiny_model)
        # Most of a build is imports; the second half is where files are written.
        time.sleep(whole * moments.uniform(0.3, 1.05))
        process.send_signal(signal.SIGKILL)
        killed += process.wait(timeout=60) == -signal.SIGKILL

        searcher = Searcher.open(index)
        hit = searcher.search("text 7 of the version", limit=1).hits[0]
        assert hit.entry.definitions[0].startswith("Version ")
        found = {entry.definitions[0].split()[1] for entry in searcher.snapshot.entries}
        assert len(found) == 1, "entries of two versions in one snapshot"
    # A few builds are done before their moment comes.
    assert killed > KILLS // 2
    assert start(source, index, tiny_model).wait(timeout=60) == 0
    assert not list(index.glob(".building-*"))
    assert Searcher.open(index).snapshot.entries[0].definitions == (
        f"Version {KILLS + 1} of text 0.",
    )
