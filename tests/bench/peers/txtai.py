"""txtai's API server over an index that stores its content, as its documentation sets it up."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.bench.peers.environments import python_of
from tests.bench.peers.peer import Form, Probe, Service, http_service, run
from tests.bench.processes import free_port

ENVIRONMENT = "txtai"
_FORM = Form(
    lambda query, limit: f"/search?query={quote(query)}&limit={limit}",
    lambda body: (hit["id"] for hit in body),
)


@dataclass(frozen=True, slots=True)
class Txtai:
    """txtai; ``hybrid`` has it score words beside meaning."""

    model: Path
    name: str = "txtai"
    hybrid: bool = False
    note: str = "uvicorn with one process; content is stored, so that answers have texts"

    def build(self, glossary: Path, index: Path, *, seconds: float | None = None) -> None:
        """Index the definitions."""
        program = "tests.bench.peers.programs.txtai_index"
        run(
            [python_of(ENVIRONMENT), "-m", program, glossary, index, json.dumps(self._settings())],
            seconds=seconds,
        )

    @contextmanager
    def serve(self, index: Path, probe: Probe) -> Iterator[Service]:
        """Serve the index for reading."""
        config = index.with_name(f"{index.name}.yml")
        # What it reads is YAML, and JSON is.
        config.write_text(json.dumps({"path": str(index), "embeddings": self._settings()}))
        port = free_port()
        with http_service(
            [python_of(ENVIRONMENT), "-m", "uvicorn", "txtai.api:app", "--port", str(port)],
            port=port,
            form=_FORM,
            probe=probe,
            environment={"CONFIG": str(config)},
        ) as service:
            yield service

    def _settings(self) -> dict[str, object]:
        return {"path": str(self.model), "content": True, "hybrid": self.hybrid}
