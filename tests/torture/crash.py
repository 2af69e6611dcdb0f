"""Commands killed, starved of disk and memory, and run against each other."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.torture import tracing
from tests.torture.stage import COMMANDS, Command, Ended, Stage
from tests.torture.tally import NotWholeError, Tally

# What Python itself tells of; each is a change of a file, a folder or its names.
_EVENTS = {
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "os.truncate",
    "os.chmod",
    "fcntl.flock",
}
_TMPFS_SIZES = range(40, 1200, 36)
_MEMORY = (*range(0, 260, 20), *range(300, 1200, 100))


def killed_by_calls(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Kill each command in place of each system call that writes, as far as the time goes."""
    for command in COMMANDS:
        found = _traced(stage, command)
        tally = Tally(f"kill -9 at each of {len(found)} writing calls, {command.name}", "kills")
        until = time.monotonic() + _share(command, seconds)
        for call in _spread(list(dict.fromkeys((one.name, one.place) for one in found))):
            if tally.tries and time.monotonic() > until:
                break
            name, place = call
            with tally.trying(f"{name} {place}"):
                stage.reset()
                gate = tracing.Gate()
                process = stage.start(command, gate.wait)
                options = tracing.kill_at(tracing.Call(name, place, ""))
                tracer = gate.traced(process, *options)
                stage.ended(process)
                tracer.communicate()
                stage.check(command)
                stage.check_again(command)
        yield tally


def power_cuts(stage: Stage) -> Iterator[Tally]:
    """Tell from the order of calls what a power cut might lose, and the kernel keep back."""
    tally = Tally("power cut: all on the disk before the rename that publishes it", "kills")
    for command in COMMANDS:
        with tally.trying(command.name):
            found = _traced(stage, command)
            if not any(call.name.startswith("rename") for call in found):
                raise NotWholeError("nothing was renamed")
            if lost := tracing.left_to_the_cache(found, stage.folder):
                raise NotWholeError(f"not on the disk: {lost[:3]}")
    yield tally


def killed_by_events(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Kill each command before each change that Python makes to files. Needs no strace."""
    for command in COMMANDS:
        count = _events(stage, command)
        until = time.monotonic() + _share(command, seconds)
        tally = Tally(f"kill -9 before each of {count} changes of files, {command.name}", "events")
        for place in _spread(range(1, count + 1)):
            if tally.tries and time.monotonic() > until:
                break
            stage.reset()
            with tally.trying(f"change {place}"):
                stage.run(command, partial(_kill_at_event, place))
                stage.check(command)
                if place % 3 == 0:
                    stage.check_again(command)
        yield tally


def without_room(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Limit what may be written to a file, then the memory, step by step."""
    limits: Sequence[tuple[str, Callable[[int], None], Sequence[int]]] = (
        ("files of limited size", _limit_file, [0, 1, 200, 1000, 3000, 9000, 30_000]),
        ("limited memory", _limit_memory, _MEMORY),
    )
    for what, limit, sizes in limits:
        tally = Tally(f"{what}, all commands", "room")
        until = time.monotonic() + seconds / 2
        for size in sizes:
            for command in COMMANDS:
                if time.monotonic() > until:
                    break
                stage.reset()
                with tally.trying(f"{command.name} with {size}"):
                    ended = stage.run(command, partial(limit, size))
                    _note(tally, f"{command.name} with {size}", ended)
                    stage.check(command)
        yield tally


def on_a_full_disk(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Run the commands on file systems of their own, too small, read-only, or just large enough."""
    full = Tally("full disk (tmpfs), all commands", "disk")
    until = time.monotonic() + seconds
    done: set[str] = set()
    for size in _spread(list(_TMPFS_SIZES)):
        for command in COMMANDS:
            if time.monotonic() > until:
                break
            with _mounted(stage, size), full.trying(f"{command.name} on {size} KiB left"):
                ended = stage.run(command)
                _note(full, f"{command.name} on {size} KiB left", ended)
                stage.check(command)
                if ended.code == 0:
                    done.add(command.name)
    if missing := {command.name for command in COMMANDS} - done:
        full.lost.append(f"never enough room for {sorted(missing)}")
    yield full
    frozen = Tally("read-only file system, all commands", "disk")
    for command in COMMANDS:
        with _mounted(stage, 4000, read_only=True), frozen.trying(command.name):
            ended = stage.run(command)
            if ended.code == 0 and command.name != "publish":
                raise NotWholeError("it wrote to what is read-only")
            _note(frozen, command.name, ended)
            stage.check(command)
    yield frozen


def at_once(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Run each command four times at once: one does its work, the others too or are refused."""
    tally = Tally("four of a kind at once, all commands", "together")
    until = time.monotonic() + seconds
    for _ in range(20):
        for command in COMMANDS:
            if time.monotonic() > until:
                break
            stage.reset()
            with tally.trying(command.name):
                ended = _together(stage, command)
                if not any(one.code == 0 for one in ended):
                    raise NotWholeError("none did its work")
                for one in ended:
                    _note(tally, command.name, one)
                stage.check(command)
                stage.check_again(command)
    yield tally


def with_the_clock_back(stage: Stage) -> Iterator[Tally]:
    """Build while the clock says 2001: the new snapshot is still the latest, and live."""
    from indexer.snapshot import current_name, listed

    tally = Tally("clock set back 25 years, index", "together")
    with tally.trying("index"):
        stage.reset()
        _note(tally, "index", stage.run(COMMANDS[0], _set_clock_back))
        stage.check(COMMANDS[0])
        index = stage.folder / "index"
        if listed(index)[0].name != current_name(index):
            raise NotWholeError("the snapshot built last is not the latest")
    yield tally


def _traced(stage: Stage, command: Command) -> list[tracing.Call]:
    stage.reset()
    return tracing.calls(
        lambda before: stage.start(command, before), stage.folder.with_name("calls.log")
    )


def _share(command: Command, seconds: float) -> float:
    """Give a build, which takes longer and writes more than all others, half of the time."""
    return seconds / 2 if command.name == "index" else seconds / 2 / (len(COMMANDS) - 1)


def _spread(items: Sequence[Any]) -> Iterator[Any]:
    """Yield items from all over, so that a time that runs out has seen every part."""
    step = 7
    for first in range(step):
        yield from items[first::step]


def _note(tally: Tally, what: str, ended: Ended) -> None:
    if not ended.is_told:
        tally.untold.append(f"{what}: exit code {ended.code}, {ended.said[-400:]!r}")


def _events(stage: Stage, command: Command) -> int:
    """Count the changes that a command makes to files, by where it is no longer killed."""
    stage.reset()
    told = stage.folder.with_name("events")
    stage.run(command, lambda: _count_events(told))
    return len(told.read_bytes())


def _count_events(told: Path) -> None:
    descriptor = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    _at_each_event(lambda: os.write(descriptor, b"."))


def _kill_at_event(place: int) -> None:
    left = place

    def count_down() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)

    _at_each_event(count_down)


def _at_each_event(act: Callable[[], object]) -> None:
    def hook(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        if writes or event in _EVENTS:
            act()

    sys.addaudithook(hook)


def _limit_file(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _limit_memory(mebibytes: int) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + (mebibytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _set_clock_back() -> None:
    import indexer.build

    class Clock(datetime):
        """Says that it is 2001."""

        @classmethod
        def now(cls, tz: object = None) -> "Clock":
            return cls(2001, 1, 1, tzinfo=UTC)

    indexer.build.datetime = Clock  # type: ignore[attr-defined]


@contextmanager
def _mounted(stage: Stage, left: int, *, read_only: bool = False) -> Iterator[None]:
    """Have the stage on a file system of its own with so many KiB left."""
    stage.reset()
    used = sum(-(-path.stat().st_size // 4096) * 4 for path in stage.folder.rglob("*"))
    aside = stage.folder.with_name("aside")
    stage.folder.rename(aside)
    stage.folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={used + left}k", "torture",
                    str(stage.folder)], check=True)  # fmt: skip
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", str(stage.folder)], check=True)
        if read_only:
            subprocess.run(["mount", "-o", "remount,ro", str(stage.folder)], check=True)
        yield
    finally:
        subprocess.run(["umount", str(stage.folder)], check=True)
        stage.folder.rmdir()
        aside.rename(stage.folder)


def _together(stage: Stage, command: Command) -> list[Ended]:
    reading, writing = os.pipe()

    def wait() -> None:
        os.close(writing)
        os.read(reading, 1)

    processes = [stage.start(command, wait) for _ in range(4)]
    os.close(reading)
    os.close(writing)
    return [stage.ended(process) for process in processes]


def may_mount() -> bool:
    """Tell whether this process may mount file systems that nobody else sees."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "torture", folder]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return False
        subprocess.run(["umount", folder], check=True)
    return True
