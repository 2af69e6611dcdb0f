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

from indexer.encoding import Encoder, Rows
from indexer.errors import BadEncoderError
from indexer.exported import ExportedEncoder, Workload, convert
from indexer.modelfiles import find_model
from indexer.original import OriginalEncoder, load_model
from indexer.processor import has_eight_bits
from indexer.quantised import QUERIES_FILE, QuantisedEncoder
from indexer.quantising import quantise
from indexer.tokens import TOKENIZER_FILE, Settings, Tokens, save_settings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# How close an export must come to its original, as the lowest cosine over the texts compared.
_AGREEMENT = {"f32": 0.9999, "bf16": 0.9998, "int8": 0.98}
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
    texts = [*_HARD_TEXTS, *samples]
    try:
        return _export(original, judge, folder, texts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  the export calls foreign model code, which may raise anything
        _refuse_full(folder.parent)
        shutil.rmtree(folder, ignore_errors=True)
        logger.warning(
            "%s runs by sentence-transformers, because it has no export: %s", name, error
        )
        return OriginalEncoder(original, replace(facts, exported=False))


def _copied(previous: Path, folder: Path, name: str, files: str) -> ExportedEncoder | None:
    """Copy an earlier export of the same model files; ``None`` when it is of others, or lacks."""
    if not previous.is_dir():
        return None
    try:
        found = Tokens(previous).settings
        untried = found.quantised is None and has_eight_bits()
        if untried or (found.model.name, found.model.files_sha256) != (name, files):
            return None
        shutil.copytree(previous, folder)
        return ExportedEncoder(folder, Workload.DOCUMENTS)
    except BadEncoderError as error:
        shutil.rmtree(folder, ignore_errors=True)
        logger.warning("The encoder is exported anew: %s", error)
        return None


def _export(
    model: "SentenceTransformer", judge: OriginalEncoder, folder: Path, texts: Sequence[str]
) -> ExportedEncoder:
    """Write the model and its tokenizer; return it, found to agree with the original."""
    import torch  # noqa: PLC0415

    module, example = _whole(model)
    tokenizer: Any = model.tokenizer
    facts = judge.fingerprint.model
    settings = Settings(facts, int(tokenizer.pad_token_id or 0), tuple(example))
    folder.mkdir()
    with torch.no_grad(), warnings.catch_warnings():
        # Tracing warns of Python branches; the comparison with the original is what counts.
        warnings.simplefilter("ignore")
        convert(module, example, folder)
        tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
        save_settings(folder, settings)
        exported = ExportedEncoder(folder, Workload.DOCUMENTS)
        _compare(exported, judge, texts)
        if has_eight_bits():
            done = _quantised(module, example, judge, folder, texts)
            save_settings(folder, replace(settings, quantised=done))
    return exported


def _whole(model: "SentenceTransformer") -> tuple[Any, dict[str, Any]]:
    """Return transformer, pooling and normalisation as one module, and its inputs for two texts."""
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
    names = [name for name in WholeModel.forward.__annotations__ if name in encoded]
    return WholeModel().eval(), {name: encoded[name] for name in names}


def _quantised(
    module: Any,
    example: dict[str, Any],
    judge: OriginalEncoder,
    folder: Path,
    texts: Sequence[str],
) -> bool:
    """Write the encoder of queries in eight bits, and tell whether it is there."""
    reasons = []
    for one_step in (True, False):
        try:
            quantise(module, example, folder, texts, one_step=one_step)
            _compare_queries(QuantisedEncoder(folder), judge, texts)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  as for the export
            _refuse_full(folder.parent)
            (folder / QUERIES_FILE).unlink(missing_ok=True)
            reasons.append(str(error))
        else:
            return True
    logger.warning("Queries are not encoded in eight bits, but in more, slower: %s", reasons[-1])
    return False


def _refuse_full(folder: Path) -> None:
    """Stop where an export failed because it found no room: the model can be exported elsewhere."""
    if shutil.disk_usage(folder).free < _ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _compare(exported: ExportedEncoder, judge: OriginalEncoder, texts: Sequence[str]) -> None:
    _compare_queries(exported, judge, texts)
    _agree(exported, exported.encode_documents(texts), judge.encode_documents(texts))


def _compare_queries(encoder: Encoder, judge: OriginalEncoder, texts: Sequence[str]) -> None:
    _agree(encoder, encoder.encode_queries(texts), judge.encode_queries(texts))


def _agree(encoder: Encoder, ours: Rows, theirs: Rows) -> None:
    precision = encoder.fingerprint.precision
    lowest, wanted = float((ours * theirs).sum(axis=1).min()), _AGREEMENT[precision]
    if not lowest >= wanted:
        raise BadEncoderError(
            f"its export agrees with it to a cosine of {lowest:.5f}, not {wanted}"
        )
    logger.info("The export in %s agrees with its original to %.6f.", precision, lowest)
