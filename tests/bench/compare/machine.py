"""What the figures were measured on and with."""

import importlib.metadata
import os
import platform
from pathlib import Path

from indexer.processor import cores
from tests.bench.peers.environments import pinned

# Instructions that decide how fast matrices are multiplied.
_TELLING = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16")
_BFLOAT16 = ("avx512_bf16", "amx_bf16")
_OURS = ("openvino", "faiss-cpu", "numpy", "Flask", "gunicorn", "sentence-transformers", "torch")
_THEIRS = {
    "sentence-transformers": ("sentence-transformers", "torch", "gunicorn"),
    "txtai": ("txtai", "torch", "faiss-cpu", "uvicorn"),
    "chroma": ("chromadb", "sentence-transformers", "torch"),
}


def about() -> dict[str, object]:
    """Return the CPU, its cores and features, and the versions of what was compared."""
    flags = _flags()
    return {
        "cpu": _cpu("model name"),
        "cores": cores(),
        "features": [name for name in _TELLING if name in flags],
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
        "versions": {
            "glossary": {name: importlib.metadata.version(name) for name in _OURS},
            **{
                environment: {name: pinned(environment, name) for name in names}
                for environment, names in _THEIRS.items()
            },
        },
    }


def has_bfloat16() -> bool:
    """Tell whether the CPU computes in bfloat16; elsewhere it is emulated, hundredfold slower."""
    return any(name in _flags() for name in _BFLOAT16)


def _flags() -> frozenset[str]:
    return frozenset(_cpu("flags").split())


def _cpu(key: str) -> str:
    for line in Path("/proc/cpuinfo").read_text().split("\n"):
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "unknown"
