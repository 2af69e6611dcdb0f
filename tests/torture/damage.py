"""Every file of a snapshot damaged in every way, in place, and mended again."""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.search import Searcher
from indexer.snapshot import Snapshot, open_current, verify
from indexer.snapshot.checking import HASHED_AT_OPENING
from tests.torture.stage import Stage
from tests.torture.tally import NotWholeError, Tally

Damage = Callable[[Path, Path], None]
_FLIPS = 3
_PATIENCE = 60


def flip(place: float) -> Damage:
    """Return what flips one bit, so far into a file."""

    def damage(path: Path, other: Path) -> None:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(int(place * (size - 1)))
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1 << int(place * 1e6) % 8]))

    return damage


def cut(path: Path, other: Path) -> None:
    """Truncate a file by a byte."""
    os.truncate(path, path.stat().st_size - 1)


def empty(path: Path, other: Path) -> None:
    """Truncate a file to nothing."""
    os.truncate(path, 0)


def remove(path: Path, other: Path) -> None:
    """Remove a file."""
    path.unlink()


def link(path: Path, other: Path) -> None:
    """Put a link in a file's place, to the very same content."""
    aside = path.with_name(f"{path.name}.aside")
    path.rename(aside)
    path.symlink_to(aside)


def pipe(path: Path, other: Path) -> None:
    """Put a named pipe there, for which a reader would wait without end."""
    path.unlink()
    os.mkfifo(path)


def folder(path: Path, other: Path) -> None:
    """Put a folder there."""
    path.unlink()
    path.mkdir()


def swap(path: Path, other: Path) -> None:
    """Put another snapshot's file there."""
    shutil.copyfile(other, path)


def damages(rng: random.Random) -> dict[str, Damage]:
    """Return all kinds of damage by name."""
    flips = {
        f"bit {place:.3f} flipped": flip(place) for place in (rng.random() for _ in range(_FLIPS))
    }
    plain = {kind.__name__: kind for kind in (cut, empty, remove, link, pipe, folder, swap)}
    return {**flips, **plain}


def each_file(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Damage each file of the live snapshot in each way: refused by name, when verified."""
    stage.reset()
    index = stage.folder / "index"
    live = open_current(index).layout.folder
    other = next(path for path in index.iterdir() if path.name[0] == "2" and path != live)
    tally = Tally("a file of a snapshot damaged in one of 10 ways, verified", "damage")
    rng, until = random.Random(stage.seed + 5), time.monotonic() + seconds
    while time.monotonic() < until and tally.tries < 2000:
        for path in sorted(path for path in live.rglob("*") if path.is_file()):
            counterpart = other / path.relative_to(live)
            for name, damage in damages(rng).items():
                # Not every file can be cut, or is another's in the other snapshot.
                if path.stat().st_size == 0 and name not in {"remove", "link", "pipe", "folder"}:
                    continue
                if name == "swap" and counterpart.read_bytes() == path.read_bytes():
                    continue
                with _mended(path), tally.trying(f"{path.name}: {name}"):
                    damage(path, counterpart)
                    _expect_refusal(index, live, path)
    yield tally
    yield _unverified(stage, seconds)


def _expect_refusal(index: Path, live: Path, path: Path) -> None:
    told = [problem for one in verify(index, [live.name]) for problem in one.problems]
    if not any(path.name in problem for problem in told):
        raise NotWholeError(f"verify did not name it: {told}")
    for every_byte in (True, False):
        try:
            Snapshot.open(live, every_byte=every_byte)
        except GlossaryError as error:
            if path.name not in str(error):
                raise NotWholeError(f"refused without its name: {error}") from error
        else:
            # All files of this snapshot are small enough to be hashed whenever it is opened.
            raise NotWholeError(f"opened, every byte read: {every_byte}")


def _unverified(stage: Stage, seconds: float) -> Tally:
    """Flip bits in files that opening is made not to hash: nothing dies, nothing hangs."""
    import indexer.snapshot.checking as checking

    tally = Tally("a bit flipped in a file too large to be hashed at opening, asked", "damage")
    rng, until = random.Random(stage.seed + 6), time.monotonic() + seconds
    live = open_current(stage.folder / "index").layout.folder
    files = [path for path in sorted(live.rglob("*")) if path.is_file() and path.stat().st_size]
    while time.monotonic() < until and tally.tries < 1000:
        for path in files:
            # Heads of files, where kinds and sizes stand, more often than the rest.
            place = rng.random() * rng.choice((1.0, 128 / max(path.stat().st_size, 128)))
            if path.name == "manifest.json" or time.monotonic() > until:
                continue
            with _mended(path), tally.trying(f"{path.name}, {place:.6f}"):
                flip(place)(path, path)
                checking.HASHED_AT_OPENING = -1
                try:
                    _ask(stage.folder / "index")
                finally:
                    checking.HASHED_AT_OPENING = HASHED_AT_OPENING
    return tally


def _ask(index: Path) -> None:
    process = os.fork()
    if not process:
        code = 0
        try:
            searcher = Searcher.open(index)
            for number in range(len(searcher.snapshot.entries)):
                searcher.search(f"text {number} of the version")
                searcher.related(number, limit=5)
        except GlossaryError:
            code = 1
        except Exception:  # noqa: BLE001  what it is does not matter here, only that it ends
            code = 2
        os._exit(code)
    until = time.monotonic() + _PATIENCE
    while not (ended := os.waitpid(process, os.WNOHANG))[0]:
        if time.monotonic() > until:
            os.kill(process, 9)
            os.waitpid(process, 0)
            raise NotWholeError("it hung")
        time.sleep(0.01)
    if (code := os.waitstatus_to_exitcode(ended[1])) < 0:
        raise NotWholeError(f"it died of signal {-code}")


@contextmanager
def _mended(path: Path) -> Iterator[None]:
    data = path.read_bytes()
    try:
        yield
    finally:
        aside = path.with_name(f"{path.name}.aside")
        aside.unlink(missing_ok=True)
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
        path.write_bytes(data)
