"""Adapters of one model in, their average out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from indexer.errors import GlossaryError
from indexer.modelfiles import ADAPTER_CONFIG, ADAPTER_WEIGHTS, find_model
from indexer.training.saving import save_adapter, save_json

AVERAGE_FILE = "average.json"
_WORK_SUFFIX = ".part"
_DOWN, _UP = ".lora_A.", ".lora_B."
# Forms of LoRA whose change of a matrix is more than the product of two.
_OTHER_FORMS = ("use_dora", "use_rslora", "rank_pattern", "alpha_pattern")

Change = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Averaged:
    """The rank of an average, and the share of the squared mean change that it holds, 0 to 1."""

    rank: int
    kept: float


@dataclass(frozen=True, slots=True)
class _Member:
    folder: Path
    base: str
    weights_sha256: str
    config: dict[str, Any]


def average(adapters: Sequence[Path], output: Path, *, rank: int | None = None) -> Averaged:
    """Write an adapter that changes its model by the mean of what others change it by.

    Runs that differ in their seed err differently, and their mean can do better than each
    (weights averaged, Wortsman et al. 2022, arXiv:2203.05482). The mean change of each matrix is
    cut to ``rank`` by its singular values, which loses the least in squares.

    Args:
        adapters: Folders of two or more LoRA adapters for the same matrices of the same model.
        output: The new adapter's folder; must not exist.
        rank: Of the new one; ``None`` is the highest among the adapters.

    Raises:
        GlossaryError: ``output`` exists, there are too few adapters, or they are not alike.
        BadEncoderError: One is no adapter that can be merged.
    """
    work = output.with_name(output.name + _WORK_SUFFIX)
    for place in (output, work):
        if place.exists():
            raise GlossaryError(f"{place} exists; name a new folder, or remove it first.")
    if len(adapters) < 2:
        raise GlossaryError(f"An average is of two adapters or more, got {len(adapters)}.")
    members = [_member(folder) for folder in adapters]
    for other in members[1:]:
        if other.base != members[0].base:
            raise GlossaryError(
                f"{other.folder} is for {other.base}, {members[0].folder} for {members[0].base}; "
                f"only adapters for one model have an average."
            )
    rank = rank or max(int(member.config["r"]) for member in members)
    tensors, kept = _cut(_mean_change(members), rank)
    averaged = Averaged(rank, kept)
    work.mkdir(parents=True)
    # What members are scaled by is in the change already.
    save_adapter(work, members[0].config | {"r": rank, "lora_alpha": float(rank)}, tensors)
    names = [{"name": m.folder.name, "weights_sha256": m.weights_sha256} for m in members]
    save_json(work / AVERAGE_FILE, {"base": members[0].base, "members": names, **asdict(averaged)})
    work.rename(output)
    return averaged


def _member(folder: Path) -> _Member:
    found = find_model(str(folder))
    if found.adapter is None:
        raise GlossaryError(f"{folder} is a model and no adapter; name what `glossary train` made.")
    config = json.loads((folder / ADAPTER_CONFIG).read_text(encoding="utf-8"))
    if others := [name for name in _OTHER_FORMS if config.get(name)]:
        raise GlossaryError(f"{folder} has {others[0]}, which leaves it without an average.")
    return _Member(folder, found.base, found.adapter.weights_sha256, config)


def _mean_change(members: Sequence[_Member]) -> dict[str, Change]:
    """Return what each matrix is changed by on average, by the name of its lower part."""
    total: dict[str, Change] = {}
    for member in members:
        tensors = load_file(member.folder / ADAPTER_WEIGHTS)
        scale = member.config["lora_alpha"] / member.config["r"] / len(members)
        changes = {
            name: scale * (tensors[name.replace(_DOWN, _UP)].astype(float) @ tensor.astype(float))
            for name, tensor in tensors.items()
            if _DOWN in name
        }
        if total and changes.keys() != total.keys():
            raise GlossaryError(
                f"{member.folder} changes other matrices than {members[0].folder}; "
                "only adapters of one form have an average."
            )
        total = {name: total.get(name, 0.0) + change for name, change in changes.items()}
    return total


def _cut(changes: Mapping[str, Change], rank: int) -> tuple[dict[str, NDArray[np.float64]], float]:
    """Return two thin matrices for each change, and the share of the squares that they hold."""
    tensors, kept, whole = {}, 0.0, 0.0
    for name, change in changes.items():
        left, values, right = np.linalg.svd(change, full_matrices=False)
        roots = np.sqrt(values[:rank])
        tensors[name] = roots[:, None] * right[:rank]
        tensors[name.replace(_DOWN, _UP)] = left[:, :rank] * roots
        kept += float((values[:rank] ** 2).sum())
        whole += float((values**2).sum())
    return tensors, kept / whole if whole else 1.0
