"""Loads a sentence-transformers model, merges an adapter into it, and runs it by torch.

Imports sentence-transformers and torch inside the functions that need them: who opens a snapshot
does not pay for them.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import safe_open

from indexer.encoding import Encoder, Fingerprint, Model, Progress, Rows, unit_rows
from indexer.errors import BadEncoderError
from indexer.modelfiles import ADAPTER_WEIGHTS, ModelFiles, find_model
from indexer.room import Room

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LONGEST_WINDOW = 1 << 20
_ROOM = Room(library=3200, a_core=128)


@dataclass(frozen=True, slots=True)
class TokenTable:
    """A model that looks tokens up: a text's direction is that of the sum of its tokens' rows.

    ``tokenizer`` is JSON of the library of that name; a text is cut into tokens without those that
    it would put around it.
    """

    tokenizer: str
    rows: Rows


class OriginalEncoder:
    """A model run by sentence-transformers itself: the judge of an export, or its stand-in.

    ``batch`` texts are encoded at a time.
    """

    def __init__(
        self,
        model: "SentenceTransformer",
        facts: Model,
        *,
        precision: str = "f32",
        batch: int = 32,
    ) -> None:
        self._model, self._facts = model, facts
        self._precision, self._batch = precision, batch

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the model and what torch runs it in."""
        return Fingerprint(self._facts, self._precision)

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one float32 unit row per query, (texts, dimension)."""
        return unit_rows(np.asarray(self._model.encode_query(list(texts), show_progress_bar=False)))

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one float32 unit row per text, (texts, dimension)."""
        rows = [np.empty((0, self._facts.dimension), dtype=np.float32)]
        step = 16 * self._batch
        for start in range(0, len(texts), step):
            part = list(texts[start : start + step])
            encoded = self._model.encode_document(
                part, batch_size=self._batch, show_progress_bar=False
            )
            rows.append(np.asarray(encoded, dtype=np.float32))
            if progress is not None:
                progress(len(part))
        return unit_rows(np.concatenate(rows))

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        tokenizer: Any = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch"):
            return len(tokenizer.encode(text).ids)
        return len(tokenizer(text, truncation=False, verbose=False)["input_ids"])


def accelerated_encoder(name: str) -> Encoder | None:
    """Return a model that runs in float16 on this machine's accelerator; ``None`` without one.

    Its rows are for the machine that they were made on: no snapshot holds them.

    Raises:
        BadEncoderError: The model is not found or not safetensors, or is a false default.
    """
    import torch  # noqa: PLC0415

    device = torch.accelerator.current_accelerator(check_available=True)
    if device is None:
        return None
    model, facts = load_model(find_model(name))
    return OriginalEncoder(model.to(device).half(), facts, precision="f16", batch=256)


def load_original(model: Model) -> Encoder:
    """Load the model of a snapshot that carries no export, to encode queries for it.

    Raises:
        BadEncoderError: The model is not found, or is not the one the snapshot was built with.
    """
    original, facts = _load_again(model)
    return OriginalEncoder(original, replace(facts, exported=False))


def token_table(model: Model) -> TokenTable | None:
    """Return the table of a model that looks tokens up; ``None`` for a model of another build.

    Raises:
        BadEncoderError: The model is not found, or is not the one the snapshot was built with.
    """
    # What looks tokens up has no export: a snapshot that carries one is of another build.
    if model.exported:
        return None
    from sentence_transformers.sentence_transformer.modules import (  # noqa: PLC0415  4 s
        Normalize,
        StaticEmbedding,
    )

    first, *others = _load_again(model)[0]
    if not isinstance(first, StaticEmbedding) or not all(isinstance(o, Normalize) for o in others):
        return None
    rows = first.embedding.weight.detach().numpy()
    return TokenTable(first.tokenizer.to_str(), np.asarray(rows, dtype=np.float32))


def _load_again(model: Model) -> tuple["SentenceTransformer", Model]:
    source = find_model(model.name)
    if source.files_sha256 != model.files_sha256:
        raise BadEncoderError(
            f"{model.name} is not the model this snapshot was built with (its files have the "
            f"SHA-256 {source.files_sha256}, not {model.files_sha256}); build the snapshot again."
        )
    return load_model(source)


def load_model(source: ModelFiles) -> tuple["SentenceTransformer", Model]:
    """Load a model onto the processor, its adapter merged, and say what it is.

    Raises:
        BadEncoderError: It cannot be loaded, or its adapter is for another model.
        LowMemoryError: A limit on this process leaves too little for it.
    """
    _ROOM.require("A model run by torch", source.folder)
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  4 s, for builds only

    quieten_transformers()
    try:
        model = SentenceTransformer(
            str(source.folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise BadEncoderError(f"The model in {source.folder} cannot be loaded: {reason}") from error
    # Saved in half precision, it would run so, where processors are slow at it or cannot do it.
    model.float()
    if source.adapter is not None:
        _merge(model, source.adapter.folder)
    facts = Model(
        name=source.name,
        weights_sha256=source.weights_sha256,
        files_sha256=source.files_sha256,
        dimension=model.get_embedding_dimension() or 0,
        # A model that looks words up has a window without end.
        max_tokens=int(min(model.max_seq_length or 512, _LONGEST_WINDOW)),
        query_prompt=_prompt(model, "query"),
        document_prompt=_prompt(model, "document", "passage", "corpus"),
        base=source.base,
        adapter_sha256=source.adapter.weights_sha256 if source.adapter else "",
    )
    return model, facts


def _merge(model: "SentenceTransformer", adapter: Path) -> None:
    """Add an adapter's matrices to those of the model; no trace of it is left to run."""
    from peft import PeftModel  # noqa: PLC0415  for adapted models only

    transformer: Any = model[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Matrices that the file lacks would stay as they are, with a warning.
            warnings.filterwarnings("error", message=".*missing adapter keys.*")
            adapted: Any = PeftModel.from_pretrained(transformer.auto_model, str(adapter))
        _check_all_placed(adapter, adapted)
        transformer.model = adapted.merge_and_unload()
    except Exception as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise BadEncoderError(
            f"The adapter in {adapter} does not fit its model: {reason}"
        ) from error


def _check_all_placed(adapter: Path, adapted: Any) -> None:
    placed = sum("lora_" in name for name in adapted.state_dict())
    with safe_open(adapter / ADAPTER_WEIGHTS, framework="numpy") as file:
        held = len(file.keys())
    if held != placed:
        raise ValueError(f"it holds {held} matrices, and {placed} have a place in the model")


def quieten_transformers() -> None:
    """Keep its progress bars and advice off the terminal."""
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    quiet: Any = transformers_logging
    quiet.disable_progress_bar()
    quiet.set_verbosity_error()


def _prompt(model: "SentenceTransformer", *names: str) -> str:
    """Return the prompt that ``encode_query`` or ``encode_document`` puts in front."""
    for name in (*names, model.default_prompt_name):
        if name is not None and model.prompts.get(name) is not None:
            return str(model.prompts[name])
    return ""
