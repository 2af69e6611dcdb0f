"""Whether this process may map as much memory as a library will ask for.

A library that gets less may end the process, or wait for ever for a thread that never began.
"""

import mmap
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import LowMemoryError
from indexer.processor import cores

_MIB = 1 << 20
# Weights are read, laid out anew, and multiplied by what is as large for long texts.
_TIMES_THE_WEIGHTS = 4


@dataclass(frozen=True, slots=True)
class Room:
    """MiB of address space that a library maps for itself, and more for each core's threads.

    Most of it is never used.
    """

    library: int
    a_core: int

    def require(self, what: str, weights: Path | None = None) -> None:
        """Make sure that so much can still be mapped; whether it is free is not asked.

        Args:
            what: Needs it, at the beginning of a sentence.
            weights: The file, or folder of files, of the model that is opened, if it is one.

        Raises:
            LowMemoryError: A limit on this process, ``ulimit -v`` or a supervisor's, leaves less.
        """
        needed = self.library + self.a_core * cores()
        if weights is not None:
            needed += _TIMES_THE_WEIGHTS * _size(weights) // _MIB
        try:
            # Read only, so that the kernel counts nothing of it as promised.
            mmap.mmap(-1, needed * _MIB, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ).close()
        except OSError as error:
            raise LowMemoryError(
                f"{what} needs about {needed:,} MiB more of address space, and the limit on this "
                "process leaves less; raise it, by `ulimit -v unlimited` for example."
            ) from error


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    # One that is missing is told of by who opens it.
    return sum(file.stat().st_size for file in files if file.is_file())
