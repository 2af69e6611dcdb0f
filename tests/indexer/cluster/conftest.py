"""A real cluster of two nodes on this machine, each with one core."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="no Ray here; install glossary-search[ray]")

_RAY = Path(sys.executable).with_name("ray")
_STARTS_WITHIN, _TRIES = 120.0, 0.5


@pytest.fixture(scope="session")
def cluster_address() -> Iterator[str]:
    """Start two nodes with ``ray start``, and end them by their ids."""
    # Sockets lie in there, whose paths must be short.
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    address = f"127.0.0.1:{_free_port()}"
    nodes = [_start(folder, "--head", f"--port={address.rpartition(':')[2]}")]
    try:
        _wait(address, nodes=1)
        nodes.append(_start(folder, f"--address={address}"))
        _wait(address, nodes=2)
        yield address
    finally:
        for node in reversed(nodes):
            os.killpg(node.pid, signal.SIGTERM)
        for node in nodes:
            try:
                node.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(node.pid, signal.SIGKILL)
                node.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: str, *options: str) -> "subprocess.Popen[bytes]":
    shared = [] if options[0] != "--head" else [f"--temp-dir={folder}", "--include-dashboard=false"]
    return subprocess.Popen(
        [
            str(_RAY),
            "start",
            *options,
            *shared,
            "--block",
            "--num-cpus=1",
            "--object-store-memory=100000000",
            "--disable-usage-stats",
        ],
        env=os.environ | {"RAY_USAGE_STATS_ENABLED": "0"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait(address: str, *, nodes: int) -> None:
    script = (
        f"import ray; ray.init('{address}', logging_level='ERROR'); "
        "print(sum(node['Alive'] for node in ray.nodes()))"
    )
    until, reason = time.monotonic() + _STARTS_WITHIN, ""
    while time.monotonic() < until:
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode == 0 and int(done.stdout.split()[-1]) == nodes:
            return
        reason = done.stderr[-500:]
        time.sleep(_TRIES)
    raise AssertionError(f"the cluster has not come up: {reason}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
