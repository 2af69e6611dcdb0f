"""Chroma in server mode, asked by a program that embeds with sentence-transformers itself."""

import json
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from os import environ
from pathlib import Path
from typing import Any

from tests.bench.clients import Load
from tests.bench.load import ask_once
from tests.bench.peers.environments import python_of
from tests.bench.peers.peer import ENVIRONMENT, HITS, Probe, Service, entries_of, run
from tests.bench.processes import Memory, cpu_seconds, free_port, memory, started

_ENVIRONMENT = "chroma"
_PROGRAM = "tests.bench.peers.programs.chroma_client"


@dataclass(frozen=True, slots=True)
class Chroma:
    """The server of one node with its HNSW index."""

    model: Path
    name: str = "Chroma"
    note: str = (
        "the server and the program that embeds and asks it, both counted: start, memory, CPU; "
        "clients are threads of that program"
    )

    def build(self, glossary: Path, index: Path, *, seconds: float | None = None) -> None:
        """Have the asking program fill a collection."""
        python = python_of(_ENVIRONMENT)
        with _server(index) as (port, _):
            run([python, "-m", _PROGRAM, str(port), self.model, glossary], seconds=seconds)

    @contextmanager
    def serve(self, index: Path, probe: Probe) -> Iterator[Service]:
        """Start the server and the asking program; both are what it takes to answer."""
        began = time.perf_counter()
        with _server(index) as (port, server), _asking(port, self.model) as program:
            ready = _Asked(server, program)
            if probe.entry not in ready.entries(probe.query, limit=HITS):
                raise RuntimeError(f"Chroma does not find {probe.entry!r} by its definition.")
            yield _Asked(server, program, time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class _Asked:
    server: int
    program: "subprocess.Popen[str]"
    start: float = 0.0

    def entries(self, query: str, *, limit: int) -> list[str]:
        return entries_of(self._job([query], clients=1, limit=limit)["ids"])

    def load(self, queries: Iterable[str], *, clients: int, seconds: float) -> Load:
        done = self._job(list(queries), clients=clients, seconds=seconds)
        return Load(done["times"], done["seconds"], done["cpu_seconds"])

    def memory(self) -> Memory:
        server, program = memory(self.server), memory(self.program.pid)
        return Memory(server.rss + program.rss, server.pss + program.pss)

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.server) + cpu_seconds(self.program.pid)

    def _job(
        self, queries: list[str], *, clients: int, seconds: float = inf, limit: int = HITS
    ) -> Any:
        job = {"queries": queries, "clients": clients, "seconds": seconds, "limit": limit}
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps(job) + "\n")
        self.program.stdin.flush()
        if not (line := self.program.stdout.readline()):
            raise RuntimeError("The program that asks Chroma ended.")
        return json.loads(line)


@contextmanager
def _server(index: Path) -> Iterator[tuple[int, int]]:
    """Yield the port and the process."""
    port = free_port()
    chroma = python_of(_ENVIRONMENT).with_name("chroma")

    def answers() -> bool:
        return ask_once(f"http://127.0.0.1:{port}", "/api/v2/heartbeat").status == 200

    command = [chroma, "run", "--path", index, "--port", str(port)]
    with started(command, answers, environment=ENVIRONMENT) as (process, _):
        yield port, process.pid


@contextmanager
def _asking(port: int, model: Path) -> Iterator["subprocess.Popen[str]"]:
    program = subprocess.Popen(
        [python_of(_ENVIRONMENT), "-m", _PROGRAM, str(port), model],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ | ENVIRONMENT,
    )
    try:
        yield program
    finally:
        program.kill()
        program.wait()
