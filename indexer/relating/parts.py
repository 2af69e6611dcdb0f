"""A long job in blocks: each finished one is a file in a folder beside the output.

The folder's name binds all that the result depends on. A run that is killed leaves whole blocks,
and the next one with the same settings goes on after them; in the end they become the output by
one rename.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.errors import GlossaryError
from indexer.snapshot.switching import sync

_PART = re.compile(r"(\d{8})-(\d+)")
_SETTINGS, _LOCK, _UNDER_WAY = "settings.json", ".lock", "under-way"


@dataclass(frozen=True, slots=True)
class Part:
    """A finished block: its number, and how many rows it has."""

    path: Path
    block: int
    rows: int


class Workplace:
    """The folder that the blocks of one job wait in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def parts(self) -> list[Part]:
        """Return the finished blocks, in order."""
        found = ((path, _PART.fullmatch(path.name)) for path in self._folder.iterdir())
        parts = [Part(path, int(match[1]), int(match[2])) for path, match in found if match]
        return sorted(parts, key=lambda part: part.block)

    def add(self, block: int, write: Callable[[Path], int]) -> None:
        """Have a block written, which returns how many rows it has, and keep it whole."""
        path = self._folder / _UNDER_WAY
        rows = write(path)
        sync(path)
        path.replace(self._folder / f"{block:08}-{rows}")

    def remembered(self, name: str, make: Callable[[], str]) -> str:
        """Return a text that is made by the first run of the job and the same for all others."""
        path = self._folder / name
        if not path.exists():
            work = self._folder / _UNDER_WAY
            work.write_text(make(), encoding="utf-8")
            sync(work)
            work.replace(path)
        return path.read_text(encoding="utf-8")

    def finish(self, output: Path, join: Callable[[Sequence[Path], Path], None]) -> None:
        """Join the blocks to one file, put it in place, and remove what is not needed any more."""
        path = self._folder / _UNDER_WAY
        join([part.path for part in self.parts()], path)
        sync(path)
        path.replace(output)
        sync(output.parent)
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def workplace(output: Path, settings: str) -> Iterator[Workplace]:
    """Lend the folder for a job with these settings, with what an earlier run left there.

    Raises:
        GlossaryError: The folder cannot be written, or another run is at work in it.
    """
    digest = hashlib.sha256(settings.encode()).hexdigest()[:16]
    folder = output.with_name(f".{output.name}.{digest}")
    try:
        folder.mkdir(exist_ok=True)
        with FileLock(folder / _LOCK, timeout=0):
            place = Workplace(folder)
            place.remembered(_SETTINGS, lambda: settings)
            yield place
    except Timeout:
        raise GlossaryError(
            f"Another run is writing {output}; wait for it, or name another file."
        ) from None
    except OSError as error:
        raise GlossaryError(f"{output} cannot be written: {error.strerror}.") from error


def left_over(output: Path) -> list[Path]:
    """Return the folders beside an output that runs with other settings left."""
    pattern = re.compile(re.escape(f".{output.name}.") + "[0-9a-f]{16}")
    return sorted(path for path in output.parent.iterdir() if pattern.fullmatch(path.name))
