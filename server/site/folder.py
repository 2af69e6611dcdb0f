"""The folder of a site: written whole beside the old one, then put in its place."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import GlossaryError


@contextmanager
def replaced_folder(folder: Path, *, marker: str, is_ours: Callable[[str], bool]) -> Iterator[Path]:
    """Yield a new folder to write into, which takes the place of ``folder`` when all went well.

    Args:
        folder: Absent, empty, or an earlier one, which is replaced whole.
        marker: The file that tells an earlier one.
        is_ours: Tells of a name whether it may lie in an earlier one; what else lies there was put
            there by somebody.

    Raises:
        GlossaryError: The folder holds anything else, or cannot be written; it is as it was.
    """
    _check_replaceable(folder, marker, is_ours)
    try:
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            new = work / "new"
            new.mkdir()
            yield new
            if folder.exists():
                folder.rename(work / "old")
            new.rename(folder)
        finally:
            if not folder.exists() and (work / "old").exists():
                (work / "old").rename(folder)
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise GlossaryError(f"{folder} cannot be written: {error.strerror}.") from error


def _check_replaceable(folder: Path, marker: str, is_ours: Callable[[str], bool]) -> None:
    if not folder.exists():
        return
    found = sorted(path.name for path in folder.iterdir())
    if found and marker not in found:
        raise GlossaryError(
            f"{folder} holds files that are no earlier export, {found[0]!r} for one; "
            "name a new or an empty folder."
        )
    strange = [name for name in found if not is_ours(name)]
    if strange:
        raise GlossaryError(
            f"{folder} is an earlier export, and would be replaced with what was put there since: "
            f"{strange[0]!r}; move that away, or name another folder."
        )
