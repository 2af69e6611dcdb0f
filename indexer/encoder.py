"""Exports a model for the machines that search, and checks the export against its original."""

import errno
import logging
import os
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.encoding import Encoder, Model
from indexer.errors import BadEncoderError
from indexer.exported import (
    TOKENIZER_FILE,
    ExportedEncoder,
    Settings,
    Workload,
    convert,
    save_settings,
)
from indexer.modelfiles import find_model
from indexer.original import OriginalEncoder, load_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# How close an export must come to its original, as the lowest cosine over the texts compared.
_AGREEMENT = {"f32": 0.9999, "bf16": 0.9998}
# Bytes; a write that found no room leaves less than this.
_ROOM = 1 << 20
_HARD_TEXTS = (
    "dread of open places and crowds",
    "ALL CAPITALS, Ünïcödé, naïve café, 日本語 and 🙂",
    "x",
    "a text far longer than the window of the model " * 80,
)

logger = logging.getLogger(__name__)


def prepare_encoder(
    name: str, folder: Path, *, samples: Sequence[str] = (), previous: Path | None = None
) -> Encoder:
    """Put the exported model into ``folder`` and return it, opened for encoding a glossary.

    ``previous`` is an export to copy when it is of the same model files; then torch is not needed.
    The export is compared with the original on ``samples``. A model that cannot be exported, or
    whose export disagrees, is run by sentence-transformers instead; ``folder`` then stays absent.

    Raises:
        BadEncoderError: The model is not found or not safetensors, or is a false default.
    """
    source = find_model(name)
    if previous is not None and (same := _copied(previous, folder, name, source.files_sha256)):
        return same
    original, facts = load_model(source)
    judge = OriginalEncoder(original, facts)
    try:
        _export(original, facts, folder)
        exported = ExportedEncoder(folder, Workload.DOCUMENTS)
        _compare(exported, judge, [*_HARD_TEXTS, *samples])
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  the export calls foreign model code, which may raise anything
        _refuse_full(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)
        logger.warning(
            "%s runs by sentence-transformers, because it has no export: %s", name, error
        )
        return OriginalEncoder(original, replace(facts, exported=False))
    return exported


def _copied(previous: Path, folder: Path, name: str, files: str) -> ExportedEncoder | None:
    """Copy an earlier export of the same model files; ``None`` when it is of others."""
    if not previous.is_dir():
        return None
    try:
        found = ExportedEncoder(previous).fingerprint.model
        if (found.name, found.files_sha256) != (name, files):
            return None
        shutil.copytree(previous, folder)
        return ExportedEncoder(folder, Workload.DOCUMENTS)
    except BadEncoderError as error:
        shutil.rmtree(folder, ignore_errors=True)
        logger.warning("The encoder is exported anew: %s", error)
        return None


def _export(model: "SentenceTransformer", facts: Model, folder: Path) -> None:
    """Write transformer, pooling and normalisation as one OpenVINO model, and the tokenizer."""
    import torch  # noqa: PLC0415

    class WholeModel(torch.nn.Module):
        """The modules in a row, from token ids to the sentence's row."""

        def __init__(self) -> None:
            super().__init__()
            self.modules_in_a_row = model

        def forward(
            self,
            input_ids: torch.Tensor,
            attention_mask: torch.Tensor,
            token_type_ids: torch.Tensor | None = None,
        ) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            if token_type_ids is not None:
                features["token_type_ids"] = token_type_ids
            return self.modules_in_a_row(features)["sentence_embedding"]

    tokenizer: Any = model.tokenizer
    encoded = tokenizer(["two texts", "of unequal length"], padding=True, return_tensors="pt")
    inputs = tuple(name for name in WholeModel.forward.__annotations__ if name in encoded)
    folder.mkdir()
    with torch.no_grad(), warnings.catch_warnings():
        # Tracing warns of Python branches; the comparison with the original is what counts.
        warnings.simplefilter("ignore")
        convert(WholeModel().eval(), {name: encoded[name] for name in inputs}, folder)
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
    save_settings(folder, Settings(facts, int(tokenizer.pad_token_id or 0), inputs))


def _refuse_full(folder: Path) -> None:
    """Stop where an export failed because it found no room: the model can be exported elsewhere."""
    if shutil.disk_usage(folder).free < _ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _compare(exported: ExportedEncoder, original: OriginalEncoder, texts: Sequence[str]) -> None:
    wanted = _AGREEMENT[exported.fingerprint.precision]
    pairs = [
        (exported.encode_queries(texts), original.encode_queries(texts)),
        (exported.encode_documents(texts), original.encode_documents(texts)),
    ]
    lowest = min(float((ours * theirs).sum(axis=1).min()) for ours, theirs in pairs)
    if not lowest >= wanted:
        raise BadEncoderError(
            f"its export agrees with it to a cosine of {lowest:.5f}, not {wanted}"
        )
    logger.info("The export agrees with its original to a cosine of %.6f.", lowest)
