"""Making a snapshot live: locked, written beside the others, checked, published by one rename.

A crash at any point leaves the snapshot that was live before. Nothing published is ever changed.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.errors import BadSnapshotError
from indexer.snapshot.layout import CURRENT_FILE, LOCK_FILE, SNAPSHOT_NAME, WORK_PREFIX, Layout
from indexer.snapshot.manifest import Manifest, manifest_hash
from indexer.snapshot.opening import Snapshot, current_name

logger = logging.getLogger(__name__)


@contextmanager
def work_folder(index: Path) -> Iterator[Path]:
    """Lock an index folder, made if need be, and lend an empty folder in it to build in.

    The folder is gone afterwards, unless ``publish`` has renamed it. What killed builds left
    behind goes too.

    Raises:
        BadSnapshotError: Another build holds the folder, or it cannot be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / LOCK_FILE, timeout=0)
        lock.acquire()
    except Timeout:
        raise BadSnapshotError(
            f"Another build is writing to {index}; try again when it is done."
        ) from None
    except OSError as error:
        raise BadSnapshotError(f"{index} cannot be written ({error.strerror}).") from error
    try:
        for left_over in index.glob(f"{WORK_PREFIX}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=index))
        # mkdtemp's folders are for their owner only; a service may run as someone else.
        work.chmod(0o755)
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    finally:
        lock.release()


def publish(work: Path, manifest: Manifest, *, keep: int) -> str:
    """Make the snapshot in ``work`` the live one of its index; return its name.

    Args:
        work: A folder of ``work_folder`` that holds every file but the manifest.
        manifest: Their facts.
        keep: How many snapshots stay, the live one among them.

    Raises:
        BadSnapshotError: What was written does not open; the live snapshot stays.
    """
    index = work.parent
    name, text = _named(index, manifest)
    Layout(work).manifest.write_text(text, encoding="utf-8")
    for folder, _, files in os.walk(work):
        for file in files:
            _sync(Path(folder) / file)
        _sync(Path(folder))
    work.rename(index / name)
    _sync(index)
    try:
        Snapshot.open(index / name)
    except BadSnapshotError:
        shutil.rmtree(index / name, ignore_errors=True)
        raise
    _point(index, name)
    _prune(index, keep=keep)
    return name


def _named(index: Path, manifest: Manifest) -> tuple[str, str]:
    """Return a name that is free in the folder, and the text of the manifest that goes with it."""
    while True:
        text = manifest.to_json()
        created = datetime.fromisoformat(manifest.created)
        name = f"{created.astimezone(UTC).strftime('%Y%m%dT%H%M%SZ')}-{manifest_hash(text)}"
        if not (index / name).exists():
            return name, text
        # The same content in the same second: it takes the next one.
        later = (created + timedelta(seconds=1)).isoformat(timespec="seconds")
        manifest = replace(manifest, created=later)


def _point(index: Path, name: str) -> None:
    """Replace ``current`` by one rename: a reader finds the old name or the new one."""
    work = index / f".{CURRENT_FILE}.part"
    work.write_text(f"{name}\n", encoding="utf-8")
    _sync(work)
    work.replace(index / CURRENT_FILE)
    _sync(index)


def _prune(index: Path, *, keep: int) -> None:
    """Remove all but the live snapshot and the newest others."""
    live = current_name(index)
    others = sorted(
        (
            path
            for path in index.iterdir()
            if SNAPSHOT_NAME.fullmatch(path.name) and path.name != live
        ),
        reverse=True,
    )
    for old in others[max(keep - 1, 0) :]:
        logger.info("Removing the old snapshot %s.", old.name)
        shutil.rmtree(old, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
