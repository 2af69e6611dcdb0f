"""Which snapshot is live, which were before it, and switching between them by one rename.

``history`` names those that were live before the current one, oldest first. A snapshot that was
rolled back from is not among them: going back again does not lead to it, and a build that comes
after has the last good one to go back to.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.errors import BadSnapshotError
from indexer.formats.files import write_lines
from indexer.snapshot.layout import CURRENT_FILE, HISTORY_FILE, LOCK_FILE, SNAPSHOT_NAME
from indexer.snapshot.manifest import Manifest, read_manifest
from indexer.snapshot.opening import Snapshot, current_name


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot of an index folder. ``problem`` tells why its manifest cannot be read."""

    name: str
    live: bool
    was_live: bool
    manifest: Manifest | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Switch:
    """What a switch did: ``before`` is the snapshot that was live, if there was one."""

    before: str | None
    after: str


@contextmanager
def locked(index: Path) -> Iterator[None]:
    """Hold an index folder, so that nobody else builds or switches in it.

    Raises:
        BadSnapshotError: Somebody does, or the folder cannot be written.
    """
    lock = FileLock(index / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BadSnapshotError(
            f"Another build is writing to {index}; try again when it is done."
        ) from None
    except OSError as error:
        raise BadSnapshotError(f"{index} cannot be written ({error.strerror}).") from error
    try:
        yield
    finally:
        lock.release()


def switch(index: Path, name: str) -> Switch:
    """Make another snapshot of the folder the live one, after opening it as a service would.

    Raises:
        BadSnapshotError: It is not there or does not open; or a build is at work.
    """
    with _existing(index):
        return _switch(index, name)


def switch_to_latest(index: Path) -> Switch:
    """Make the snapshot that was built last the live one; see ``switch``."""
    with _existing(index):
        names = snapshot_names(index)
        if not names:
            raise BadSnapshotError(
                f"{index} holds no snapshot; build one with `glossary index SOURCE "
                f"--output {index}`."
            )
        return _switch(index, names[-1])


def roll_back(index: Path) -> Switch:
    """Make the snapshot live again that was so before the current one.

    Raises:
        BadSnapshotError: There is none, or it does not open; or a build is at work.
    """
    with _existing(index):
        before, past = current_name(index), history(index)
        if not past:
            raise BadSnapshotError(
                f"No snapshot of {index} was live before {before}; "
                f"`glossary snapshots` lists what there is to publish."
            )
        Snapshot.open(index / past[-1], every_byte=True)
        point(index, past[-1])
        write_lines(index / HISTORY_FILE, past[:-1])
        return Switch(before, past[-1])


def listed(index: Path) -> list[Listed]:
    """List the snapshots of an index folder, newest first, their files unchecked."""
    live = live_name(index)
    past = history(index)
    return [_listed(index, name, live, past) for name in reversed(snapshot_names(index))]


def snapshot_names(index: Path) -> list[str]:
    """Return the names of all snapshots of an index folder, oldest first."""
    if not index.is_dir():
        return []
    return sorted(path.name for path in index.iterdir() if SNAPSHOT_NAME.fullmatch(path.name))


def open_named(index: Path, name: str, *, every_byte: bool = False) -> Snapshot:
    """Open the snapshot of this name, live or not; see ``Snapshot.open``.

    Raises:
        BadSnapshotError: The folder has none of this name, or it is damaged.
    """
    check_name(index, name, snapshot_names(index))
    return Snapshot.open(index / name, every_byte=every_byte)


def live_name(index: Path) -> str | None:
    """Return the name of the live snapshot; ``None`` where nothing was published yet.

    Raises:
        BadSnapshotError: ``current`` is damaged.
    """
    return current_name(index) if (index / CURRENT_FILE).exists() else None


def history(index: Path) -> list[str]:
    """Return the snapshots that were live before the current one and are still there."""
    try:
        text = (index / HISTORY_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, ValueError) as error:
        raise BadSnapshotError(
            f"{index / HISTORY_FILE} cannot be read ({error}); remove it to forget what was "
            f"live before."
        ) from error
    there, live = set(snapshot_names(index)), _told_live(index)
    # Between the two writes of a switch the live one may still, or already, stand here.
    return [name for name in text.split("\n") if name in there and name != live]


def make_live(index: Path, name: str) -> Switch:
    """Point ``current`` at a snapshot that was opened; what was live goes into the history."""
    before = _told_live(index)
    if before == name:
        return Switch(before, name)
    past = [other for other in history(index) if other != name]
    write_lines(index / HISTORY_FILE, [*past, *([before] if before else [])])
    point(index, name)
    return Switch(before, name)


def point(index: Path, name: str) -> None:
    """Replace ``current`` by one rename: a reader finds the old name or the new one."""
    write_lines(index / CURRENT_FILE, [name])


@contextmanager
def _existing(index: Path) -> Iterator[None]:
    if not index.is_dir():
        raise no_folder(index)
    with locked(index):
        yield


def _switch(index: Path, name: str) -> Switch:
    open_named(index, name, every_byte=True)
    return make_live(index, name)


def _listed(index: Path, name: str, live: str | None, past: Sequence[str]) -> Listed:
    try:
        manifest, problem = read_manifest(index / name), None
    except BadSnapshotError as error:
        manifest, problem = None, str(error)
    return Listed(name, name == live, name in past, manifest, problem)


def _told_live(index: Path) -> str | None:
    """Return the live snapshot's name; a damaged ``current``, which a switch mends, tells none."""
    try:
        return live_name(index)
    except BadSnapshotError:
        return None


def check_name(index: Path, name: str, there: Sequence[str]) -> None:
    """Refuse a name that is not among those that are there."""
    # A name only: a path would lead out of the folder.
    if name not in there:
        shown = ", ".join(there) or "none"
        raise BadSnapshotError(f"{index} has no snapshot {name[:80]!r}; there are: {shown}.")


def no_folder(index: Path) -> BadSnapshotError:
    """Return the error to raise where an index folder is not there."""
    return BadSnapshotError(f"There is no index folder {index}; name one with --index.")
