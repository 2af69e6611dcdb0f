"""The exported encoder, run by OpenVINO, without torch. The only file that imports openvino."""

import sys
import threading
from collections import deque
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from indexer.encoding import Fingerprint, Progress, Rows, unit_rows
from indexer.room import Room
from indexer.tokens import Tokens, batches, cannot_open

MODEL_FILE, WEIGHTS_FILE = "model.xml", "model.bin"
_ROOM = Room(library=800, a_core=64)


class Workload(Enum):
    """What an encoder is opened for: soonest answers to queries, or most documents a second."""

    QUERIES = "LATENCY"
    DOCUMENTS = "THROUGHPUT"


class ExportedEncoder:
    """An encoder out of a snapshot. Safe to call from many threads."""

    def __init__(
        self, folder: Path, workload: Workload = Workload.QUERIES, *, threads: int | None = None
    ) -> None:
        """Open the files that the export put into ``folder``.

        Args:
            folder: Of a snapshot, or of a build.
            workload: What it is opened for.
            threads: On how many cores it may work at a time; ``None`` is all of them.

        Raises:
            BadEncoderError: A file is missing or is not what it should be.
            LowMemoryError: A limit on this process leaves too little for it.
        """
        _ROOM.require("An encoder", folder / WEIGHTS_FILE)
        self._tokens = Tokens(folder)
        self._model = self._tokens.settings.model
        try:
            openvino = _openvino()
            self._precision = cpu_precision()
            hints: dict[str, str | int] = {
                "PERFORMANCE_HINT": workload.value,
                "INFERENCE_PRECISION_HINT": self._precision,
            }
            if threads is not None:
                hints["INFERENCE_NUM_THREADS"] = threads
            core = openvino.Core()
            self._compiled = core.compile_model(str(folder / MODEL_FILE), "CPU", hints)
        except Exception as error:
            raise cannot_open(folder, error) from error
        self._local = threading.local()

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the model, and the precision this machine runs it in."""
        return Fingerprint(self._model, self._precision)

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one float32 unit row per query, (texts, dimension)."""
        tokens = self._tokens.of(self._model.query_prompt, texts)
        rows = np.zeros((len(texts), self._model.dimension), dtype=np.float32)
        # A request holds its buffers, so each thread has one of its own.
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        for batch in batches(tokens):
            inputs = self._tokens.inputs([tokens[place] for place in batch])
            rows[batch] = self._local.request.infer(inputs)[0]
        return unit_rows(rows)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one float32 unit row per text, (texts, dimension), longest texts first at work."""
        tokens = self._tokens.of(self._model.document_prompt, texts)
        rows = np.zeros((len(texts), self._model.dimension), dtype=np.float32)
        # Not openvino's queue with its callback: a thread of it may still wait for Python's lock
        # when the model is given up, which then waits for that thread, and has the lock.
        idle, running = self._requests(len(texts)), deque[tuple[Any, list[int]]]()

        def finish() -> None:
            request, batch = running.popleft()
            request.wait()
            rows[batch] = request.get_output_tensor(0).data
            idle.append(request)
            if progress is not None:
                progress(len(batch))

        for batch in batches(tokens):
            if not idle:
                finish()
            request = idle.pop()
            request.start_async(self._tokens.inputs([tokens[place] for place in batch]))
            running.append((request, batch))
        while running:
            finish()
        return unit_rows(rows)

    def _requests(self, texts: int) -> list[Any]:
        """Return requests for so many texts: one more for each that the cores work on, to wait."""
        at_once = 2 * int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        return [self._compiled.create_infer_request() for _ in range(min(at_once, texts))]

    def batches(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of the texts that ``encode_documents`` encodes together."""
        return batches(self._tokens.of(self._model.document_prompt, texts))

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        return self._tokens.count(text)


def cpu_precision() -> str:
    """Return "bf16" where the CPU computes in it, "f32" elsewhere."""
    capabilities = _openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return "bf16" if "BF16" in capabilities else "f32"


def convert(module: Any, example: dict[str, Any], folder: Path) -> None:
    """Write a torch module as an OpenVINO model in float32, traced with the example inputs."""
    openvino = _openvino()
    model = openvino.convert_model(module, example_input=example)
    openvino.save_model(model, folder / MODEL_FILE, compress_to_fp16=False)


def _openvino() -> Any:
    # Its telemetry writes into the home folder and calls out as soon as openvino is imported;
    # without the package, openvino falls back to a stub of its own.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino  # noqa: PLC0415  0.2 s, and only here

    return openvino
