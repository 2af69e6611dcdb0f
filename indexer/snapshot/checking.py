"""Whether the files of a snapshot are those of its manifest: all of each, or what is quick to tell.

Nothing is read through a link, and no file that the manifest does not name is read at all.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from indexer.errors import BadSnapshotError
from indexer.snapshot.layout import MANIFEST_FILE
from indexer.snapshot.manifest import Manifest, file_facts

# Bytes of a file up to which it is hashed each time a snapshot is opened: most files of most
# glossaries, and a few milliseconds in all.
HASHED_AT_OPENING = 1 << 20
_REMEDY = "build the snapshot again, or go back with `glossary rollback`"


def check_files(folder: Path, manifest: Manifest, *, every_byte: bool) -> None:
    """Compare the files of a snapshot with its manifest.

    Each has to be there, a plain file of the right size; the SHA-256 is compared of those up to
    ``HASHED_AT_OPENING``, or of all with ``every_byte``.

    Raises:
        BadSnapshotError: One is not as it should be.
    """
    for problem in problems(folder, manifest, every_byte=every_byte):
        raise BadSnapshotError(problem)


def problems(folder: Path, manifest: Manifest, *, every_byte: bool) -> Iterator[str]:
    """Yield a sentence for each file that is not as the manifest says; see ``check_files``."""
    found = _files(folder)
    for name, facts in manifest.files.items():
        path, status = folder / name, found.get(name)
        if status is None:
            link = next((up for up in (path, *path.parents) if up.is_symlink()), None)
            if link is not None and link.is_relative_to(folder):
                yield f"{link} is a link, and a snapshot holds its files itself; {_REMEDY}."
            else:
                yield f"{path} is missing; {_REMEDY}."
        elif status.st_size != facts.bytes:
            size = f"it has {status.st_size:,} bytes, not {facts.bytes:,}"
            yield f"{path} is damaged: {size}; {_REMEDY}."
        elif every_byte or facts.bytes <= HASHED_AT_OPENING:
            try:
                same = file_facts(path) == facts
            except OSError as error:
                yield f"{path} cannot be read ({error.strerror}); {_REMEDY}."
                continue
            if not same:
                yield f"{path} is damaged: its SHA-256 is not the manifest's; {_REMEDY}."


def _files(folder: Path) -> dict[str, os.stat_result]:
    """Return the plain files below a folder, by their names in it; links are not followed."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if path.name != MANIFEST_FILE and stat.S_ISREG((status := path.lstat()).st_mode):
                found[path.relative_to(folder).as_posix()] = status
    return found
