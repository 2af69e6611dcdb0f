"""Multiply square matrices: ``numpy`` in float32, or torch in ``float32`` or ``bfloat16``."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

_SIDE, _TIMES = 2048, 10


def main() -> None:
    """Print the GFLOP/s of the quickest of a few, and what did it."""
    multiply, by = _numpy() if sys.argv[1] == "numpy" else _torch(sys.argv[1])
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        multiply()
        taken.append(time.perf_counter() - began)
    sys.stdout.write(json.dumps({"gflops": 2 * _SIDE**3 / min(taken) / 1e9, "by": by}))


def _numpy() -> tuple[Callable[[], Any], str]:
    import numpy as np
    from threadpoolctl import threadpool_info

    matrix = np.random.default_rng(0).random((_SIDE, _SIDE), dtype=np.float32)
    library = next(one for one in threadpool_info() if one["user_api"] == "blas")
    by = f"{library['internal_api']} with its kernels for {library.get('architecture')}"
    return lambda: matrix @ matrix, by


def _torch(kind: str) -> tuple[Callable[[], Any], str]:
    import torch

    matrix = torch.rand(_SIDE, _SIDE, dtype=getattr(torch, kind))
    return lambda: matrix @ matrix, f"torch on {torch.get_num_threads()} threads"


if __name__ == "__main__":
    main()
