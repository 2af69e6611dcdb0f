"""Whether snapshots are what was published, down to the last bit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import BadSnapshotError
from indexer.snapshot.checking import problems
from indexer.snapshot.manifest import read_manifest
from indexer.snapshot.opening import Snapshot, current_name
from indexer.snapshot.switching import check_name, no_folder, snapshot_names


@dataclass(frozen=True, slots=True)
class Verified:
    """What reading every byte of a snapshot found; ``files`` and ``bytes`` are the manifest's."""

    name: str
    files: int
    bytes: int
    problems: tuple[str, ...]


def verify(index: Path, names: Sequence[str] = ()) -> list[Verified]:
    """Compare every byte of snapshots with their manifests: those named, or all, newest first.

    Raises:
        BadSnapshotError: There is no such folder or snapshot, or ``current`` is damaged.
    """
    if not index.is_dir():
        raise no_folder(index)
    current_name(index)
    there = snapshot_names(index)
    for name in names:
        check_name(index, name, there)
    return [_verified(index, name) for name in (names or reversed(there))]


def _verified(index: Path, name: str) -> Verified:
    try:
        manifest = read_manifest(index / name)
        found = tuple(problems(index / name, manifest, every_byte=True))
        if not found:
            Snapshot.open(index / name)
    except BadSnapshotError as error:
        return Verified(name, 0, 0, (str(error),))
    size = sum(facts.bytes for facts in manifest.files.values())
    return Verified(name, len(manifest.files), size, found)
