"""One runtime alone: ``KIND WORK TEXTS.json``; its rows are written to ``WORK/KIND.npy``."""

import json
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer import exported
from indexer.encoding import unit_rows
from indexer.exported import ExportedEncoder, Workload
from indexer.quantised import QuantisedEncoder, session
from indexer.tokens import Tokens, batches
from tests.bench.peers.programs.timing import peak_mib

_WARMING, _QUERIES, _UNCOUNTED, _KEPT = 64, 220, 20, 2000


class OnnxEncoder:
    """The same model by ONNX Runtime, with our tokens in our batches."""

    def __init__(self, file: Path, exported_folder: Path) -> None:
        self._session, self._tokens = session(file), Tokens(exported_folder)

    def encode_documents(self, texts: Sequence[str]) -> Any:
        """Return one unit row for each text."""
        found = self._tokens.of("", texts)
        rows = np.zeros((len(texts), self._tokens.settings.model.dimension), dtype=np.float32)
        for batch in batches(found):
            inputs = self._tokens.inputs([found[place] for place in batch])
            rows[batch] = self._session.run(None, inputs)[0]
        return unit_rows(rows)

    encode_queries = encode_documents


class OneByOne:
    """Our encoder of queries, given documents: it takes one text at a time."""

    def __init__(self, queries: QuantisedEncoder) -> None:
        self.encode_documents = queries.encode_queries


def main() -> None:
    """Print what was measured."""
    kind, work, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    texts = json.loads(file.read_text())
    runtime, precision = kind.split()
    began = time.perf_counter()
    queries, documents = (_openvino if runtime == "openvino" else _onnx)(work, precision)
    queries.encode_queries(texts[:1])
    opened = time.perf_counter() - began
    documents.encode_documents(texts[:_WARMING])
    began = time.perf_counter()
    rows = documents.encode_documents(texts)
    rate = len(texts) / (time.perf_counter() - began)
    np.save(work / f"{kind}.npy", rows[:_KEPT])
    taken = []
    for text in texts[:_QUERIES]:
        asked = time.perf_counter()
        queries.encode_queries([text])
        taken.append((time.perf_counter() - asked) * 1000)
    body = {
        "open, s": opened,
        "definitions/s": rate,
        "one query, ms": statistics.median(taken[_UNCOUNTED:]),
        "peak, MiB": peak_mib(),
    }
    sys.stdout.write(json.dumps(body))


def _openvino(work: Path, precision: str) -> tuple[Any, Any]:
    folder = work / ("int8" if precision == "int8" else "exported")
    if precision != "int8":
        exported.cpu_precision = lambda: precision
    return ExportedEncoder(folder), ExportedEncoder(folder, Workload.DOCUMENTS)


def _onnx(work: Path, precision: str) -> tuple[Any, Any]:
    folder = work / "exported"
    if precision == "smoothed":
        ours = QuantisedEncoder(folder)
        return ours, OneByOne(ours)
    both = OnnxEncoder(work / "onnx" / f"{precision}.onnx", folder)
    return both, both


if __name__ == "__main__":
    main()
