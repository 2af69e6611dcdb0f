"""What could run the encoder: OpenVINO and ONNX Runtime in three precisions each, side by side.

    python -m tests.bench.runtimes [--data DIR] [--rounds 3] [--definitions 5000] [--no-quality]

All run the default model, with the same tokens in the same batches, on all cores, each in a process
of its own, in turn. Measured are the seconds until it is open, definitions a second, one query's
time, and memory; how close the rows are to those of OpenVINO in float32, as the lowest and the
middle cosine; and what `glossary evaluate` makes of OpenVINO's precisions and of what is shipped.
Eight bits are had by the makers' own tools, NNCF for OpenVINO, calibrated on 300 definitions, and
``quantize_dynamic`` for ONNX Runtime; "smoothed" is the latter after what `indexer.quantising`
does, as queries are encoded with.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from indexer import encoder, exported, search
from indexer.encoder import prepare_encoder
from indexer.encoding import Rows
from indexer.evaluation.foreign import Protocol
from indexer.exported import (
    MODEL_FILE,
    WEIGHTS_FILE,
    ExportedEncoder,
    Workload,
    cpu_precision,
)
from indexer.modelfiles import DEFAULT_MODEL, find_model
from indexer.original import load_model
from tests.bench.compare.corpus import definitions
from tests.bench.compare.telling import tell
from tests.bench.judged import figures, judged
from tests.bench.peers.environments import WORK, python_of
from tests.bench.peers.peer import run

_ENVIRONMENT = "runtimes"
_PROGRAMS = "tests.bench.peers.programs"
_SHIPPED = "as shipped"
_FIGURES = ("open, s", "definitions/s", "one query, ms", "peak, MiB")


def main() -> None:
    """Print a table in Markdown, and then what is found with each precision."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="a folder of texts by others")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--definitions", type=int, default=5000)
    parser.add_argument("--quality", action=argparse.BooleanOptionalAction, default=True)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK, prefix="runtimes-") as folder:
        work = Path(folder)
        texts = definitions(options.data, options.definitions)
        (work / "texts.json").write_text(json.dumps(texts))
        _prepare(work)
        kinds = _kinds()
        found: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
        for number in range(options.rounds):
            for kind, python in kinds.items():
                tell(f"{kind}, round {number + 1} of {options.rounds}")
                program = f"{_PROGRAMS}.runtime_encoder"
                command = [python, "-m", program, kind, work, work / "texts.json"]
                found[kind].append(json.loads(run(command, seconds=900)))
        _print(found, {kind: np.load(work / f"{kind}.npy") for kind in kinds})
        if options.quality:
            for kind in (*(kind for kind in kinds if kind.startswith("openvino")), _SHIPPED):
                _judge(kind, work, options.data)


def _kinds() -> dict[str, str | Path]:
    """Return the runtimes by name, each with the Python that runs it."""
    theirs = python_of(_ENVIRONMENT)
    kinds: dict[str, str | Path] = {"openvino f32": sys.executable}
    if cpu_precision() == "bf16":
        kinds["openvino bf16"] = sys.executable
    kinds["openvino int8"] = sys.executable
    return kinds | {f"onnx {precision}": theirs for precision in ("f32", "int8", "smoothed")}


def _prepare(work: Path) -> None:
    """Export the default model, and let the makers' tools do the rest in their environment."""
    tell("exporting")
    prepare_encoder(DEFAULT_MODEL, work / "exported")
    load_model(find_model(DEFAULT_MODEL))[0].save(str(work / "merged"))
    run([python_of(_ENVIRONMENT), "-m", f"{_PROGRAMS}.other_exports", work], seconds=1800)


def _print(found: dict[str, list[dict[str, float]]], rows: dict[str, Rows]) -> None:
    first = next(iter(found))
    print("| | " + " | ".join(_FIGURES) + " | lowest, middle cosine |")  # noqa: T201
    print("| --- |" + " --- |" * (len(_FIGURES) + 1))  # noqa: T201
    for kind, rounds in found.items():
        cells = []
        for name in _FIGURES:
            value = statistics.median(one[name] for one in rounds)
            ratio = statistics.median(
                one[name] / base[name] for one, base in zip(rounds, found[first], strict=True)
            )
            cells.append(f"{value:,.2f} (x {ratio:.2f})")
        cosines = (rows[kind] * rows[first]).sum(axis=1)
        cells.append(f"{cosines.min():.5f}, {np.median(cosines):.5f}")
        print(f"| {kind} | {' | '.join(cells)} |", flush=True)  # noqa: T201


def _judge(kind: str, work: Path, data: Path | None) -> None:
    tell(f"evaluating {kind}")
    with _run_in(kind, work), tempfile.TemporaryDirectory(dir=work) as indexes:
        found = judged(Path(indexes), data)
    if data is not None:
        assert {one.name for one in found} >= {Protocol.CROSS_GLOSSARY.value}
    print(f"{kind:14} {'  '.join(figures(found))}", flush=True)  # noqa: T201


@contextmanager
def _run_in(kind: str, work: Path) -> Iterator[None]:
    """Let documents and queries be encoded so; OpenVINO's eight bits are files of their own."""
    if kind == _SHIPPED:
        yield
        return
    precision = kind.removeprefix("openvino ")
    with ExitStack() as stack:
        stack.enter_context(patch.object(search, "is_usable", lambda folder: False))
        if precision != "int8":
            stack.enter_context(patch.object(exported, "cpu_precision", lambda: precision))
        else:
            export = encoder._export

            def in_eight_bits(*arguments: Any) -> ExportedEncoder:
                export(*arguments)
                folder: Path = arguments[2]
                for name in (MODEL_FILE, WEIGHTS_FILE):
                    (folder / name).write_bytes((work / "int8" / name).read_bytes())
                return ExportedEncoder(folder, Workload.DOCUMENTS)

            stack.enter_context(patch.object(encoder, "_export", in_eight_bits))
        yield


if __name__ == "__main__":
    main()
