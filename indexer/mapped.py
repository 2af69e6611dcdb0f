"""Arrays on disk: in memory are the pages that were read, once for all processes."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def mapped(path: Path) -> NDArray[Any]:
    """Return the array in a file, read-only, without reading it.

    Raises:
        OSError: The file is absent.
        ValueError: It holds no array, or one of objects, which only running code would make.
    """
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    # numpy's class for such arrays does work of its own each time a part is taken of one.
    return array.view(np.ndarray)
