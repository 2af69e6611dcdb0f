"""What is compared: a peer builds an index of a glossary, and serves it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from indexer.datafiles import checkout
from tests.bench.clients import Load, load
from tests.bench.load import ask_once
from tests.bench.processes import Memory, cpu_seconds, memory, started

HITS = 10
# Nothing is fetched and nobody is told: the model is a folder.
ENVIRONMENT = {
    "PYTHONPATH": str(checkout()),
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
}


@dataclass(frozen=True, slots=True)
class Probe:
    """A definition of the glossary, asked to see whether a service is ready, and its entry."""

    query: str
    entry: str


class Service(Protocol):
    """A peer that answers."""

    @property
    def start(self) -> float:
        """The seconds from its start until its first right answer."""
        ...

    def entries(self, query: str, *, limit: int) -> list[str]:
        """Return the ids of the entries found, each at its best place."""
        ...

    def load(self, queries: Iterable[str], *, clients: int, seconds: float) -> Load:
        """Ask queries from so many clients, until there are no more or the time is over."""
        ...

    def memory(self) -> Memory:
        """Return what all that it takes to answer takes."""
        ...

    def cpu_seconds(self) -> float:
        """Return the CPU time that all of it has had."""
        ...


class Peer(Protocol):
    """A way of searching a glossary."""

    @property
    def name(self) -> str:
        """How tables call it."""
        ...

    @property
    def note(self) -> str:
        """What a reader of its figures should know."""
        ...

    def build(self, glossary: Path, index: Path, *, seconds: float | None = None) -> None:
        """Build an index of a glossary in JSON Lines.

        Raises:
            subprocess.TimeoutExpired: It took longer than so many seconds.
        """
        ...

    def serve(self, index: Path, probe: Probe) -> AbstractContextManager[Service]:
        """Serve an index while the block runs, as its makers recommend."""
        ...


def run(command: Sequence[object], *, seconds: float | None = None) -> str:
    """Run a program to its end and return what it printed; one that fails tells why."""
    done = subprocess.run(
        list(map(str, command)),
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


@dataclass(frozen=True, slots=True)
class Form:
    """How a service is asked over HTTP, and where the ids are in what it answers."""

    path: Callable[[str, int], str]
    ids: Callable[[Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class HttpService:
    """A service that is asked over HTTP."""

    address: str
    pid: int
    start: float
    form: Form

    def entries(self, query: str, *, limit: int) -> list[str]:
        """Return the entries found."""
        return asked(self.address, self.form, query, limit)

    def load(self, queries: Iterable[str], *, clients: int, seconds: float) -> Load:
        """Ask over kept-alive connections."""
        paths = (self.form.path(query, HITS) for query in queries)
        return load(self.address, paths, clients=clients, seconds=seconds)

    def memory(self) -> Memory:
        """Return the server's."""
        return memory(self.pid)

    def cpu_seconds(self) -> float:
        """Return the server's."""
        return cpu_seconds(self.pid)


@contextmanager
def http_service(
    command: Sequence[object],
    *,
    port: int,
    form: Form,
    probe: Probe,
    environment: Mapping[str, str] | None = None,
) -> Iterator[HttpService]:
    """Run a server until the block ends; it is ready when it finds the probe's entry."""
    address = f"http://127.0.0.1:{port}"

    def found() -> bool:
        return probe.entry in asked(address, form, probe.query, HITS)

    with started(command, found, environment=ENVIRONMENT | dict(environment or {})) as (
        process,
        seconds,
    ):
        yield HttpService(address, process.pid, seconds, form)


def asked(address: str, form: Form, query: str, limit: int) -> list[str]:
    """Ask once; while a service starts, it may refuse or answer that it cannot."""
    reply = ask_once(address, form.path(query, limit))
    return entries_of(form.ids(json.loads(reply.body))) if reply.status == 200 else []


def entries_of(ids: Iterable[str]) -> list[str]:
    """Return the entries of rows, each at its best place."""
    return list(dict.fromkeys(row.partition("/")[0] for row in ids))
