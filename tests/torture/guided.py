"""Files that a fuzzer makes up for the readers, guided by which of their branches were taken.

By atheris, Google's libFuzzer for Python, a process a core. It is asked for by hand, with
``pip install atheris``, since it is made for few systems.
"""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from indexer.processor import cores
from tests.indexer.formats.samples import FILES
from tests.torture.stage import Stage
from tests.torture.tally import Tally

_PROCESSES = cores()
_LONGEST_FILE, _SECONDS_A_FILE, _MIB = 4096, 5, 1024
_RUNS = re.compile(rb"^Done (\d+) runs|stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
_SLOWEST = re.compile(rb"stat::slowest_unit_time_sec:\s*(\d+)")
_SAID = "said"
_FOUND = ("crash-*", "timeout-*", "oom-*", "leak-*")


def is_there() -> bool:
    """Tell whether atheris can be had."""
    return importlib.util.find_spec("atheris") is not None


def made_up(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Read what the fuzzer makes of samples of every format: no traceback, no hang, little memory.

    ``seconds`` is the time of all its processes together; each goes on from what it found.
    """
    tally = Tally(f"files of {len(FILES)} formats made up by a guided fuzzer", "guided")
    running = [
        _start(stage.folder.parent / f"guided {number}", number + stage.seed, seconds)
        for number in range(_PROCESSES)
    ]
    for folder, process in running:
        process.wait()
        said = (folder / _SAID).read_bytes()
        counted = _RUNS.search(said)
        if counted is None:
            raise RuntimeError(said[-3000:].decode(errors="replace"))
        tally.tries += int(counted[1] or counted[2])
        tally.worst = max(tally.worst, *(float(slow[1]) for slow in _SLOWEST.finditer(said)), 0.0)
        found = [path for pattern in _FOUND for path in folder.glob(pattern)]
        tally.lost += [_told(path, said) for path in found]
    yield tally


def _start(folder: Path, seed: int, seconds: float) -> tuple[Path, subprocess.Popen[bytes]]:
    corpus = folder / "found"
    corpus.mkdir(parents=True)
    for number, (name, text) in enumerate(FILES.items()):
        (corpus / name).write_bytes(bytes([number]) + text.encode())
    options = {
        "max_total_time": max(1, round(seconds / _PROCESSES)),
        "max_len": _LONGEST_FILE,
        "timeout": _SECONDS_A_FILE,
        "rss_limit_mb": _MIB,
        "seed": seed + 1,
        "print_final_stats": 1,
    }
    command = [sys.executable, "-m", "tests.torture.guided_reading", str(folder)]
    with (folder / _SAID).open("wb") as told:
        process = subprocess.Popen(
            [*command, *(f"-{name}={value}" for name, value in options.items())],
            stdout=told,
            stderr=told,
        )
    return folder, process


def _told(path: Path, said: bytes) -> str:
    name = list(FILES)[path.read_bytes()[0] % len(FILES)]
    return f"{name}: {path.read_bytes()[1:2000]!r}: {said[-1500:].decode(errors='replace')}"
