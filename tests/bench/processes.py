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
    """Return what a process and its children take; what they share is counted once."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().split("\n")
    found = [memory(int(child)) for child in children]
    rss, pss = (
        int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024
        for name in ("Rss:", "Pss:")
    )
    return Memory(
        max([rss, *(child.rss for child in found)]), pss + sum(child.pss for child in found)
    )


def _ready(answers: Callable[[], object]) -> bool:
    try:
        return bool(answers())
    except OSError:
        return False
