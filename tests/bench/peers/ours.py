"""Our own service, as ``glossary serve`` starts it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.processor import cores
from tests.bench.peers.peer import Form, Probe, Service, http_service, run
from tests.bench.processes import free_port
from tests.bench.queries import search_path

FORM = Form(
    lambda query, limit: f"{search_path(query)}&limit={limit}",
    lambda body: (hit["id"] for hit in body["hits"]),
)


@dataclass(frozen=True, slots=True)
class Ours:
    """The glossary service, with this model."""

    name: str
    model: str
    note: str = (
        "glossary serve with its defaults, a process of 8 threads for each core; its build makes "
        "the related lists, the calibration and the map, too"
    )

    def build(self, glossary: Path, index: Path, *, seconds: float | None = None) -> None:
        """Build a snapshot: related lists, calibration and the map are in it."""
        command = [sys.executable, "-m", "indexer", "index", glossary]
        run([*command, "--output", index, "--model", self.model], seconds=seconds)

    @contextmanager
    def serve(self, index: Path, probe: Probe) -> Iterator[Service]:
        """Serve with the default settings."""
        port = free_port()
        command = [sys.executable, "-m", "indexer", "serve", "--index", index, "--port", str(port)]
        with http_service(command, port=port, form=FORM, probe=probe) as service:
            yield service


@contextmanager
def hello() -> Iterator[str]:
    """Serve the least that a Flask app can do, on the same server as ours; yield its address.

    Its processes are ours, too: gunicorn's own take all connections of a moment or none, and say
    hello 1,900 or 6,200 times a second on two cores, by chance.
    """
    port = free_port()
    form = Form(lambda query, limit: "/", lambda body: body.values())
    command = gunicorn(
        sys.executable,
        port,
        "tests.bench.peers.programs.hello:app",
        processes=cores(),
        worker="server.worker.Worker",
    )
    with http_service(command, port=port, form=form, probe=Probe("", "world")) as service:
        yield service.address


def gunicorn(
    python: str | Path, port: int, app: str, *, processes: int = 1, worker: str = "gthread"
) -> list[object]:
    """Return the command for a server with the threads of ours."""
    options = ["--worker-class", worker, "--workers", processes, "--threads", "8"]
    kept = ["--keep-alive", "5", "--bind", f"127.0.0.1:{port}", "--no-control-socket"]
    return [python, "-m", "gunicorn", *options, *kept, app]
