"""Arrays on disk: in memory are the pages that were read, once for all processes."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def mapped(path: Path, kind: DTypeLike | None = None) -> NDArray[Any]:
    """Return the array in a file, read-only, without reading it.

    Args:
        path: A file of ``numpy.save``.
        kind: What it must hold; ``None`` takes any.

    Raises:
        OSError: The file is absent.
        ValueError: It holds no array, one of another kind, or one of objects, which only running
            code would make.
    """
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    if kind is not None and array.dtype != np.dtype(kind):
        raise ValueError(f"{path.name} holds {array.dtype}, not {np.dtype(kind)}")
    # numpy's class for such arrays does work of its own each time a part is taken of one.
    return array.view(np.ndarray)
