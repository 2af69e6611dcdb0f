"""The encoders alone, in a process of their own, and how fast this machine multiplies matrices."""

import json
import os
import subprocess
import sys
from pathlib import Path

from indexer.modelfiles import BASE_MODEL, locate
from tests.bench.compare.findings import Findings, Measure
from tests.bench.compare.machine import has_bfloat16
from tests.bench.compare.telling import tell
from tests.bench.peers.environments import python_of
from tests.bench.peers.peer import run
from tests.bench.peers.semantic import ENVIRONMENT

PART, LIMITS = "encoding", "limits"
DOCUMENTS = Measure(PART, "definitions/s", 0, more=True)
QUERY = Measure(PART, "one query, p50 ms", 2)
OURS = "exported encoder"
FLOPS = Measure(LIMITS, "GFLOP/s", 0, more=True)
_PROGRAMS = "tests.bench.peers.programs"
_LONGEST = 600
# Which matrix kernels numpy takes is to be its own choice.
_CHOSEN_FOR_IT = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
_ABSENT = "bfloat16 is absent: this CPU has neither AVX512-BF16 nor AMX."


def measure_encoding(texts: list[str], findings: Findings, *, work: Path, rounds: int) -> None:
    """Encode the same texts with ours and with sentence-transformers, in alternating rounds."""
    work.mkdir(parents=True)
    file, exported = work / "texts.json", work / "exported"
    file.write_text(json.dumps(texts))
    theirs = {"float32": f"{ENVIRONMENT}, float32"}
    if has_bfloat16():
        theirs["bfloat16"] = f"{ENVIRONMENT}, bfloat16"
    else:
        findings.note(PART, _ABSENT)
    findings.note(PART, f"{len(texts):,} definitions; the queries are 200 of them.")
    ours = [sys.executable, "-m", f"{_PROGRAMS}.exported_encoder", BASE_MODEL, exported, file]
    for number in range(rounds):
        tell(f"encoding, round {number + 1} of {rounds}")
        _add(findings, OURS, ours)
        for precision, subject in theirs.items():
            program = f"{_PROGRAMS}.sentence_encoder"
            model = locate(BASE_MODEL)
            command = [python_of(ENVIRONMENT), "-m", program, model, precision, file]
            try:
                _add(findings, subject, command)
            except subprocess.TimeoutExpired:
                findings.note(PART, f"{subject} took longer than {_LONGEST} s.")


def measure_limits(findings: Findings, *, rounds: int) -> None:
    """Multiply matrices by numpy in float32, and by torch in bfloat16 where the CPU has it."""
    matmul = Path(__file__).parent.parent / "peers" / "programs" / "matmul.py"
    kept = {name: value for name, value in os.environ.items() if name not in _CHOSEN_FOR_IT}
    programs = {"numpy, float32": [sys.executable, matmul, "numpy"]}
    torch = python_of(ENVIRONMENT)
    programs["torch, float32"] = [torch, matmul, "float32"]
    if has_bfloat16():
        programs["torch, bfloat16"] = [torch, matmul, "bfloat16"]
    else:
        findings.note(LIMITS, _ABSENT)
    for number in range(rounds):
        tell(f"matrix multiply, round {number + 1} of {rounds}")
        for subject, command in programs.items():
            printed = subprocess.check_output(
                list(map(str, command)), text=True, env=kept, timeout=_LONGEST
            )
            done = json.loads(printed)
            findings.add(FLOPS, subject, done["gflops"])
            findings.note(LIMITS, f"{subject}: {done['by']}.")


def _add(findings: Findings, subject: str, command: list[object]) -> None:
    done = json.loads(run(command, seconds=_LONGEST))
    findings.add(DOCUMENTS, subject, done["documents_a_second"])
    findings.add(QUERY, subject, done["query_ms"])
    findings.note(PART, f"{subject}: {done['precision']}.")
