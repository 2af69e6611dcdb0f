"""Writes an adapter as peft reads it: its configuration, and its matrices in half precision."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from indexer.modelfiles import ADAPTER_CONFIG, ADAPTER_WEIGHTS


def save_adapter(
    folder: Path, config: Mapping[str, Any], tensors: Mapping[str, NDArray[np.floating]]
) -> None:
    """Write both files of an adapter into a folder, over those that are there."""
    save_json(folder / ADAPTER_CONFIG, config)
    halved = {name: tensor.astype(np.float16) for name, tensor in tensors.items()}
    save_file(halved, folder / ADAPTER_WEIGHTS, metadata={"format": "pt"})


def save_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write a mapping with its names in order."""
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")
