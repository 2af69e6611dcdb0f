"""All pairs: the ten closest definitions of every definition, exactly."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from indexer.encoder import prepare_encoder
from indexer.exported import ExportedEncoder, Workload
from indexer.modelfiles import BASE_MODEL
from tests.bench.compare.findings import Findings, Measure
from tests.bench.compare.telling import tell
from tests.bench.peers.environments import python_of
from tests.bench.peers.peer import run
from tests.bench.peers.semantic import ENVIRONMENT

PART = "pairs"
SECONDS, PEAK = Measure(PART, "s", 1), Measure(PART, "peak memory, MiB", 0)
OURS = "relate"
_PROGRAM = "tests.bench.peers.programs.closest_rows"
_LIMIT, _LONGEST, _SAMPLE = 10, 900, 500


def measure_pairs(texts: list[str], findings: Findings, *, work: Path, rounds: int) -> None:
    """Compare all definitions with all, by ours and by others, in alternating rounds."""
    work.mkdir(parents=True)
    tell(f"pairs: encoding {len(texts):,} definitions")
    prepare_encoder(BASE_MODEL, work / "exported")
    file = work / "rows.npy"
    rows = ExportedEncoder(work / "exported", Workload.DOCUMENTS).encode_documents(texts)
    np.save(file, rows)
    pythons = {
        OURS: ("ours", sys.executable),
        "faiss.knn": ("faiss", sys.executable),
        f"{ENVIRONMENT} semantic_search": ("semantic_search", python_of(ENVIRONMENT)),
    }
    for number in range(rounds):
        for subject, (how, python) in list(pythons.items()):
            tell(f"pairs: {subject}, round {number + 1} of {rounds}")
            command = [python, "-m", _PROGRAM, how, file, _LIMIT, work / f"{how}.npy"]
            try:
                done = json.loads(run(command, seconds=_LONGEST))
            except subprocess.TimeoutExpired:
                findings.note(PART, f"{subject} took longer than {_LONGEST} s.")
                del pythons[subject]
                continue
            findings.add(SECONDS, subject, done["seconds"])
            findings.add(PEAK, subject, done["peak_mib"])
    findings.note(PART, f"The {_LIMIT} closest of each of {len(texts):,} rows of {rows.shape[1]}.")
    sample = np.random.default_rng(0).choice(len(rows), min(_SAMPLE, len(rows)), replace=False)
    exact = rows[sample].astype(np.float64) @ rows.T.astype(np.float64)
    exact[np.arange(len(sample)), sample] = -np.inf
    # Equal scores are one; so scores are compared, not numbers.
    best = -np.sort(-exact, axis=1)[:, :_LIMIT]
    for subject, (how, _) in pythons.items():
        found = np.take_along_axis(exact, np.load(work / f"{how}.npy")[sample], axis=1)
        right = int((np.abs(found - best) < 1e-7).all(axis=1).sum())
        findings.note(
            PART, f"{subject}: {right} of {len(sample)} lists are those of double precision."
        )
