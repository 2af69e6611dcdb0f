"""sentence-transformers' ``semantic_search`` behind a minimal Flask app, on the server of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.bench.peers.environments import python_of
from tests.bench.peers.ours import gunicorn
from tests.bench.peers.peer import Form, Probe, Service, http_service, run
from tests.bench.processes import free_port

ENVIRONMENT = "sentence-transformers"
_PROGRAM = "tests.bench.peers.programs.semantic_search"
_FORM = Form(
    lambda query, limit: f"/search?q={quote(query)}&limit={limit}",
    lambda body: (hit["id"] for hit in body),
)


@dataclass(frozen=True, slots=True)
class SemanticSearch:
    """Exact search over vectors in memory."""

    model: Path
    name: str = "semantic_search"
    note: str = "gunicorn with one process of 8 threads; the vectors are read from a file"

    def build(self, glossary: Path, index: Path, *, seconds: float | None = None) -> None:
        """Encode the definitions."""
        run(
            [python_of(ENVIRONMENT), "-m", _PROGRAM, glossary, index, self.model],
            seconds=seconds,
        )

    @contextmanager
    def serve(self, index: Path, probe: Probe) -> Iterator[Service]:
        """Serve what was encoded."""
        port = free_port()
        command = gunicorn(python_of(ENVIRONMENT), port, f"{_PROGRAM}:make_app()")
        places = {"BENCH_INDEX": str(index), "BENCH_MODEL": str(self.model)}
        with http_service(
            command, port=port, form=_FORM, probe=probe, environment=places
        ) as service:
            yield service
