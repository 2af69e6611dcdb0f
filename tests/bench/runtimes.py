"""What could run the encoder: OpenVINO in three precisions and ONNX Runtime in two, side by side.

    python -m tests.bench.runtimes [--data DIR] [--rounds 3] [--definitions 5000] [--no-quality]

All run the default model, with the same tokens in the same batches, on all cores, each in a process
of its own, in turn. Measured are the seconds until it is open, definitions a second, one query's
time, and memory; how close the rows are to those of OpenVINO in float32, as the lowest and the
middle cosine; and for OpenVINO's precisions what `glossary evaluate` makes of them. Eight bits are
had by the makers' own tools: NNCF for OpenVINO, calibrated on 300 definitions, and
``quantize_dynamic`` for ONNX Runtime.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

from indexer import encoder, exported
from indexer.encoder import prepare_encoder
from indexer.encoding import Rows
from indexer.evaluation.foreign import Protocol
from indexer.exported import MODEL_FILE, WEIGHTS_FILE, cpu_precision
from indexer.modelfiles import DEFAULT_MODEL, find_model
from indexer.original import load_model
from tests.bench.compare.corpus import definitions
from tests.bench.compare.telling import tell
from tests.bench.judged import figures, judged
from tests.bench.peers.environments import WORK, python_of
from tests.bench.peers.peer import run

_ENVIRONMENT = "runtimes"
_PROGRAMS = "tests.bench.peers.programs"
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
            for precision in ("f32", "bf16", "int8"):
                if precision != "bf16" or cpu_precision() == "bf16":
                    _judge(precision, work, options.data)


def _kinds() -> dict[str, str | Path]:
    """Return the runtimes by name, each with the Python that runs it."""
    theirs = python_of(_ENVIRONMENT)
    kinds: dict[str, str | Path] = {"openvino f32": sys.executable}
    if cpu_precision() == "bf16":
        kinds["openvino bf16"] = sys.executable
    return kinds | {"openvino int8": sys.executable, "onnx f32": theirs, "onnx int8": theirs}


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


def _judge(precision: str, work: Path, data: Path | None) -> None:
    tell(f"evaluating {precision}")
    with _run_in(precision, work), tempfile.TemporaryDirectory(dir=work) as indexes:
        found = judged(Path(indexes), data)
    if data is not None:
        assert {one.name for one in found} >= {Protocol.CROSS_GLOSSARY.value}
    print(f"{precision:5} {'  '.join(figures(found))}", flush=True)  # noqa: T201


@contextmanager
def _run_in(precision: str, work: Path) -> Iterator[None]:
    """Let every export run in a precision, eight bits being files of their own."""
    with ExitStack() as stack:
        if precision != "int8":
            stack.enter_context(patch.object(exported, "cpu_precision", lambda: precision))
        else:
            export: Callable[..., None] = encoder._export

            def in_eight_bits(model: object, facts: object, folder: Path) -> None:
                export(model, facts, folder)
                for name in (MODEL_FILE, WEIGHTS_FILE):
                    (folder / name).write_bytes((work / "int8" / name).read_bytes())

            stack.enter_context(patch.object(encoder, "_export", in_eight_bits))
            # It is not as close as an export has to be: by how much it finds less is the question.
            stack.enter_context(patch.object(encoder, "_compare", lambda *_: None))
        yield


if __name__ == "__main__":
    main()
