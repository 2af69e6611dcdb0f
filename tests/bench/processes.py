"""Services under measurement: processes of their own, with their memory and their end."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LONGEST_START = 120


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB: resident, of the largest process; and proportional, all of them together."""

    rss: float
    pss: float


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def started(
    command: Sequence[object],
    answers: Callable[[], object],
    *,
    environment: Mapping[str, str] | None = None,
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a service while the block runs; yield its process, and the seconds until it answered.

    ``answers`` asks it; it raises ``OSError`` or returns something false until it is ready.
    """
    with tempfile.TemporaryFile() as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=log,
            stderr=log,
            env=os.environ | dict(environment or {}),
        )
        try:
            while not _ready(answers):
                if process.poll() is not None or time.perf_counter() - began > _LONGEST_START:
                    log.seek(0)
                    told = log.read().decode(errors="replace")[-2000:]
                    raise RuntimeError(f"{command} did not answer: {told}")
                time.sleep(0.01)
            yield process, time.perf_counter() - began
        finally:
            stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process that was started, by force when it does not go."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def memory(pid: int) -> Memory:
    """Return what a process and those it started take; what they share is counted once."""
    texts = [Path(f"/proc/{one}/smaps_rollup").read_text() for one in _family(pid)]
    rss, pss = (
        [int(text.partition(f"\n{name}:")[2].split()[0]) / 1024 for text in texts]
        for name in ("Rss", "Pss")
    )
    return Memory(max(rss), sum(pss))


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and those it started have had."""
    ticks = 0
    for one in _family(pid):
        # Behind the name, which may hold anything, in its parentheses.
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _ready(answers: Callable[[], object]) -> bool:
    try:
        return bool(answers())
    except OSError:
        return False
