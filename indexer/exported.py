"""The exported encoder, run by OpenVINO, without torch. The only file that imports openvino."""

import json
import os
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.encoding import Fingerprint, Model, Progress, Rows, unit_rows
from indexer.errors import BadEncoderError

if TYPE_CHECKING:
    from tokenizers import Encoding

MODEL_FILE, WEIGHTS_FILE = "model.xml", "model.bin"
TOKENIZER_FILE, SETTINGS_FILE = "tokenizer.json", "encoder.json"
# Batches of about this many tokens kept both cores busiest on glossary texts; see tests/bench.
_TOKENS_PER_BATCH = 2048
_TEXTS_PER_BATCH = 64


class Workload(Enum):
    """What an encoder is opened for: soonest answers to queries, or most documents a second."""

    QUERIES = "LATENCY"
    DOCUMENTS = "THROUGHPUT"


@dataclass(frozen=True, slots=True)
class Settings:
    """What runs the exported model besides its weights; stored beside them."""

    model: Model
    pad_token: int
    inputs: tuple[str, ...]


class ExportedEncoder:
    """An encoder out of a snapshot. Safe to call from many threads."""

    def __init__(
        self, folder: Path, workload: Workload = Workload.QUERIES, *, threads: int | None = None
    ) -> None:
        """Open the files ``save_settings`` and the export put into ``folder``.

        Args:
            folder: Of a snapshot, or of a build.
            workload: What it is opened for.
            threads: On how many cores it may work at a time; ``None`` is all of them.

        Raises:
            BadEncoderError: A file is missing or is not what it should be.
        """
        self._settings = _load_settings(folder)
        try:
            openvino, tokenizer = _openvino(), _tokenizer(folder / TOKENIZER_FILE)
            core = openvino.Core()
            self._precision = cpu_precision()
            hints: dict[str, str | int] = {
                "PERFORMANCE_HINT": workload.value,
                "INFERENCE_PRECISION_HINT": self._precision,
            }
            if threads is not None:
                hints["INFERENCE_NUM_THREADS"] = threads
            self._compiled = core.compile_model(str(folder / MODEL_FILE), "CPU", hints)
        except Exception as error:
            reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
            raise BadEncoderError(
                f"The encoder in {folder} cannot be opened: {reason[0]}"
            ) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._counter = tokenizer
        self._tokenizer = _tokenizer(folder / TOKENIZER_FILE)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self._settings.model.max_tokens)
        self._queue_type = openvino.AsyncInferQueue
        self._local = threading.local()

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the model, and the precision this machine runs it in."""
        return Fingerprint(self._settings.model, self._precision)

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one float32 unit row per query, (texts, dimension)."""
        tokens = self._tokens(self._settings.model.query_prompt, texts)
        rows = np.zeros((len(texts), self._settings.model.dimension), dtype=np.float32)
        # A request holds its buffers, so each thread has one of its own.
        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        for batch in _batches([len(item.ids) for item in tokens]):
            result = self._local.request.infer(self._inputs([tokens[place] for place in batch]))
            rows[batch] = result[0]
        return unit_rows(rows)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one float32 unit row per text, (texts, dimension), longest texts first at work."""
        tokens = self._tokens(self._settings.model.document_prompt, texts)
        rows = np.zeros((len(texts), self._settings.model.dimension), dtype=np.float32)

        def keep(request: Any, batch: list[int]) -> None:
            rows[batch] = request.get_output_tensor(0).data
            if progress is not None:
                progress(len(batch))

        queue = self._queue_type(self._compiled)
        queue.set_callback(keep)
        for batch in _batches([len(item.ids) for item in tokens]):
            queue.start_async(self._inputs([tokens[place] for place in batch]), batch)
        queue.wait_all()
        return unit_rows(rows)

    def batches(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of the texts that ``encode_documents`` encodes together."""
        tokens = self._tokens(self._settings.model.document_prompt, texts)
        return _batches([len(item.ids) for item in tokens])

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        return len(self._counter.encode(text).ids)

    def _tokens(self, prompt: str, texts: Sequence[str]) -> list["Encoding"]:
        found: list[Encoding] = self._tokenizer.encode_batch_fast([prompt + text for text in texts])
        return found

    def _inputs(self, tokens: Sequence["Encoding"]) -> dict[str, Any]:
        """Pad a batch to its longest text."""
        width = max(len(item.ids) for item in tokens)
        arrays = {
            "input_ids": np.full((len(tokens), width), self._settings.pad_token, dtype=np.int64),
            "attention_mask": np.zeros((len(tokens), width), dtype=np.int64),
            "token_type_ids": np.zeros((len(tokens), width), dtype=np.int64),
        }
        for row, item in enumerate(tokens):
            arrays["input_ids"][row, : len(item.ids)] = item.ids
            arrays["attention_mask"][row, : len(item.ids)] = 1
            arrays["token_type_ids"][row, : len(item.ids)] = item.type_ids
        return {name: arrays[name] for name in self._settings.inputs}


def save_settings(folder: Path, settings: Settings) -> None:
    """Write what ``ExportedEncoder`` needs besides the model and its tokenizer."""
    text = json.dumps(asdict(settings), indent=2, ensure_ascii=False)
    (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


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


def _tokenizer(file: Path) -> Any:
    # Its own threads warn, and may hang, in a process that forks after the first text.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from tokenizers import Tokenizer  # noqa: PLC0415  keeps `glossary --help` quick

    return Tokenizer.from_file(str(file))


def _load_settings(folder: Path) -> Settings:
    try:
        values = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        return Settings(Model(**values["model"]), values["pad_token"], tuple(values["inputs"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadEncoderError(f"The encoder in {folder} cannot be opened: {error}") from error


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Put texts of like length together, longest first, so that little is spent on padding."""
    batches: list[list[int]] = []
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        # The first text of a batch is its longest.
        width = lengths[batch[0]] if batch else 0
        if batch and (
            len(batch) == _TEXTS_PER_BATCH or (len(batch) + 1) * width > _TOKENS_PER_BATCH
        ):
            batches.append(batch)
            batch = []
        batch.append(place)
    if batch:
        batches.append(batch)
    return batches
