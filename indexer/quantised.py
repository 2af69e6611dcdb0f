"""The encoder of queries in eight bits, run by ONNX Runtime: fast and small, where the CPU has it.

Documents are encoded by the exported encoder, in full precision, when any have to be. The only file
that imports onnxruntime to search.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.encoding import Fingerprint, Progress, Rows, unit_rows
from indexer.exported import ExportedEncoder
from indexer.processor import cores, has_eight_bits
from indexer.room import Room
from indexer.tokens import Tokens, cannot_open

QUERIES_FILE = "queries.onnx"
_PRECISION = "int8"
# Errors and what ends the process; warnings are about what its optimiser could not do.
_SEVERE = 3
# It adds and normalises number by number; apart, both are done many at a time, in a third of it.
_SLOW = ["SkipLayerNormFusion"]
_ROOM = Room(library=480, a_core=64)


class QuantisedEncoder:
    """An encoder out of a snapshot that reads queries in eight bits. Safe to call from threads."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Open the files that the export put into ``folder``.

        Args:
            folder: Of a snapshot; it has a ``QUERIES_FILE``.
            threads: On how many cores it may work at a time; ``None`` is all of them.

        Raises:
            BadEncoderError: A file is missing or is not what it should be.
            LowMemoryError: A limit on this process leaves too little for it.
        """
        _ROOM.require("An encoder of queries", folder / QUERIES_FILE)
        self._folder, self._threads = folder, threads
        self._tokens = Tokens(folder)
        self._model = self._tokens.settings.model
        try:
            self._session = session(folder / QUERIES_FILE, threads=threads)
        except Exception as error:
            raise cannot_open(folder, error) from error
        self._inputs = names_of_inputs(self._session)
        self._documents: ExportedEncoder | None = None
        self._opening = threading.Lock()

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the model, and that queries are encoded in eight bits."""
        return Fingerprint(self._model, _PRECISION)

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one float32 unit row per query, (texts, dimension).

        Each by itself: the steps that a text's numbers are rounded to are as large as it needs, and
        in a batch would depend on the other texts.
        """
        rows = np.zeros((len(texts), self._model.dimension), dtype=np.float32)
        for place, item in enumerate(self._tokens.of(self._model.query_prompt, texts)):
            given = self._tokens.inputs([item], self._inputs)
            rows[place] = self._session.run(None, given)[0][0]
        return unit_rows(rows)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one float32 unit row per text, (texts, dimension), in full precision."""
        with self._opening:
            if self._documents is None:
                self._documents = ExportedEncoder(self._folder, threads=self._threads)
        return self._documents.encode_documents(texts, progress)

    def moved(self, folder: Path) -> None:
        """Take what is opened later out of another folder, which has the same files."""
        self._folder = folder

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        return self._tokens.count(text)


def is_usable(folder: Path) -> bool:
    """Tell whether an export has an encoder of queries in eight bits that this machine can run."""
    return has_eight_bits() and (folder / QUERIES_FILE).exists()


def session(model: Path | bytes, *, threads: int | None = None) -> Any:
    """Open a model for ONNX Runtime on so many cores; ``None`` is all of them."""
    import onnxruntime  # noqa: PLC0415  keeps `glossary --help` quick

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cores(threads)
    options.inter_op_num_threads = 1
    options.log_severity_level = _SEVERE
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=_SLOW,
    )


def names_of_inputs(opened: Any) -> list[str]:
    """Tell what a session takes: one for single texts has no mask."""
    return [one.name for one in opened.get_inputs()]
