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

from indexer.errors import BadSnapshotError
from indexer.formats.files import sync
from indexer.snapshot.layout import WORK_PREFIX, Layout
from indexer.snapshot.manifest import Manifest, manifest_hash
from indexer.snapshot.opening import Snapshot
from indexer.snapshot.switching import (
    history,
    live_name,
    locked,
    make_live,
    snapshot_names,
)

_STAMP = "%Y%m%dT%H%M%SZ"

logger = logging.getLogger(__name__)


@contextmanager
def work_folder(index: Path) -> Iterator[Path]:
    """Lock an index folder, made if need be, and lend an empty folder in it to build in.

    The folder is gone afterwards, unless ``publish`` has renamed it. What killed builds left
    behind goes too.

    Raises:
        BadSnapshotError: Another build holds the folder, or it cannot be written, now or later.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSnapshotError(f"{index} cannot be written ({error.strerror}).") from error
    with locked(index):
        for left_over in index.glob(f"{WORK_PREFIX}*"):
            shutil.rmtree(left_over, ignore_errors=True)
        work = None
        try:
            work = Path(tempfile.mkdtemp(prefix=WORK_PREFIX, dir=index))
            # mkdtemp's folders are for their owner only; a service may run as someone else.
            work.chmod(0o755)
            yield work
        except OSError as error:
            raise BadSnapshotError(
                f"{index} cannot be written ({error}); make room or choose another folder. "
                f"The live snapshot is as it was."
            ) from error
        finally:
            if work is not None:
                shutil.rmtree(work, ignore_errors=True)


def publish(work: Path, manifest: Manifest, *, keep: int, live: bool = True) -> str:
    """Make the snapshot in ``work`` one of its index, by default the live one; return its name.

    Args:
        work: A folder of ``work_folder`` that holds every file but the manifest.
        manifest: Their facts.
        keep: How many snapshots stay, the live one among them.
        live: Whether it is made live, or only put beside the live one.

    Raises:
        BadSnapshotError: What was written does not open; the live snapshot stays.
    """
    index = work.parent
    name, text = _named(index, manifest)
    Layout(work).manifest.write_text(text, encoding="utf-8")
    for folder, _, files in os.walk(work):
        for file in files:
            sync(Path(folder) / file)
        sync(Path(folder))
    work.rename(index / name)
    sync(index)
    try:
        Snapshot.open(index / name, every_byte=True)
    except BadSnapshotError:
        shutil.rmtree(index / name, ignore_errors=True)
        raise
    if live:
        make_live(index, name)
    _prune(index, name, keep=keep)
    return name


def _named(index: Path, manifest: Manifest) -> tuple[str, str]:
    """Return a name that sorts after all others of the folder, and the manifest's text for it."""
    created = datetime.fromisoformat(manifest.created).astimezone(UTC)
    if names := snapshot_names(index):
        # Two in a second, or a clock set back: the new one is still the latest.
        try:
            last = datetime.strptime(names[-1].split("-")[0], _STAMP).replace(tzinfo=UTC)
            created = max(created, last + timedelta(seconds=1))
        except (ValueError, OverflowError) as error:
            raise BadSnapshotError(
                f"{index / names[-1]} is named after no time that another can follow; remove it."
            ) from error
    text = replace(manifest, created=created.isoformat(timespec="seconds")).to_json()
    return f"{created.strftime(_STAMP)}-{manifest_hash(text)}", text


def _prune(index: Path, built: str, *, keep: int) -> None:
    """Remove all but so many snapshots; never the live one, nor the one just built.

    First to stay are those to roll back to, the last live one before the others; a snapshot that
    was rolled back from is no good one, however new.
    """
    safe = [name for name in (live_name(index), built) if name is not None]
    others = reversed(snapshot_names(index))
    wanted = list(dict.fromkeys([*safe, *reversed(history(index)), *others]))
    for old in wanted[max(keep, len(set(safe))) :]:
        logger.info("Removing the old snapshot %s.", old)
        shutil.rmtree(index / old, ignore_errors=True)
