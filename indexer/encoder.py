"""Loads, checks and exports a sentence-transformers model.

The only file that imports sentence-transformers or torch, inside the functions that need them:
who opens a snapshot does not pay for them.
"""

import logging
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import safe_open

from indexer.encoding import Encoder, Fingerprint, Model, Progress, Rows, unit_rows
from indexer.errors import BadEncoderError
from indexer.exported import (
    TOKENIZER_FILE,
    ExportedEncoder,
    Settings,
    Workload,
    convert,
    save_settings,
)
from indexer.modelfiles import ADAPTER_WEIGHTS, ModelFiles, find_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# How close an export must come to its original, as the lowest cosine over the texts compared.
_AGREEMENT = {"f32": 0.9999, "bf16": 0.9998}
_LONGEST_WINDOW = 1 << 20
_HARD_TEXTS = (
    "dread of open places and crowds",
    "ALL CAPITALS, Ünïcödé, naïve café, 日本語 and 🙂",
    "x",
    "a text far longer than the window of the model " * 80,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TokenTable:
    """A model that looks tokens up: a text's direction is that of the sum of its tokens' rows.

    ``tokenizer`` is JSON of the library of that name; a text is cut into tokens without those that
    it would put around it.
    """

    tokenizer: str
    rows: Rows


class OriginalEncoder:
    """A model run by sentence-transformers itself: the judge of an export, or its stand-in."""

    def __init__(self, model: "SentenceTransformer", facts: Model) -> None:
        self._model, self._facts = model, facts

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the model; torch runs it in float32."""
        return Fingerprint(self._facts, "f32")

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one float32 unit row per query, (texts, dimension)."""
        return unit_rows(np.asarray(self._model.encode_query(list(texts), show_progress_bar=False)))

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one float32 unit row per text, (texts, dimension)."""
        rows = [np.empty((0, self._facts.dimension), dtype=np.float32)]
        for start in range(0, len(texts), 256):
            part = list(texts[start : start + 256])
            rows.append(np.asarray(self._model.encode_document(part, show_progress_bar=False)))
            if progress is not None:
                progress(len(part))
        return unit_rows(np.concatenate(rows))

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        tokenizer: Any = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch"):
            return len(tokenizer.encode(text).ids)
        return len(tokenizer(text, truncation=False, verbose=False)["input_ids"])


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
    original, facts = _load(source)
    judge = OriginalEncoder(original, facts)
    try:
        _export(original, facts, folder)
        exported = ExportedEncoder(folder, Workload.DOCUMENTS)
        _compare(exported, judge, [*_HARD_TEXTS, *samples])
    except Exception as error:  # noqa: BLE001  the export calls foreign model code, which may raise anything
        shutil.rmtree(folder, ignore_errors=True)
        logger.warning(
            "%s runs by sentence-transformers, because it has no export: %s", name, error
        )
        return OriginalEncoder(original, replace(facts, exported=False))
    return exported


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
    return _load(source)


def _load(source: ModelFiles) -> tuple["SentenceTransformer", Model]:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  4 s, for builds only

    quieten_transformers()
    try:
        model = SentenceTransformer(
            str(source.folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise BadEncoderError(f"The model in {source.folder} cannot be loaded: {reason}") from error
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
    except (BadEncoderError, OSError) as error:
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
