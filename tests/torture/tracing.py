"""strace: kills a process at a system call that writes, and tells in which order it wrote."""

import os
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# All that changes a file, a folder or its names; ``openat`` counts where it creates or empties.
CALLS = (
    "write", "pwrite64", "writev", "pwritev", "sendfile", "copy_file_range", "rename", "renameat",
    "renameat2", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "link", "linkat", "symlink",
    "ftruncate", "truncate", "fsync", "fdatasync", "chmod", "fchmod", "fchmodat", "utimensat",
    "fallocate", "flock",
)  # fmt: skip
_LINE = re.compile(r"(?P<thread>\d+) +(?P<call>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_DESCRIPTOR = re.compile(r"\d+<([^>]*)>")
_CREATES = ("O_CREAT", "O_TRUNC")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call of a thread; ``place`` counts those of its name within the thread from 1."""

    name: str
    place: int
    arguments: str

    @property
    def paths(self) -> list[str]:
        """The paths it names, by descriptor or by name."""
        return [*_DESCRIPTOR.findall(self.arguments), *_PATH.findall(self.arguments)]


def is_there() -> bool:
    """Tell whether strace is installed and may be used."""
    command = ["strace", "-o", os.devnull, "true"]
    return (
        shutil.which("strace") is not None
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


class Gate:
    """Holds a fork back until strace is attached to it."""

    def __init__(self) -> None:
        self._reading, self._writing = os.pipe()

    def wait(self) -> None:
        """In the fork: wait to be let through."""
        os.close(self._writing)
        os.read(self._reading, 1)

    def traced(self, process: int, *options: str) -> subprocess.Popen[str]:
        """Attach strace to the fork, and let it through."""
        command = ["strace", "-f", "-p", str(process), *options]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert tracer.stderr is not None
        while "attached" not in (line := tracer.stderr.readline()):
            if not line:
                raise RuntimeError("strace could not attach")
        os.close(self._reading)
        os.close(self._writing)
        return tracer


def calls(start: Callable[[Callable[[], None]], int], log: Path) -> list[Call]:
    """Run a fork under strace, and return its calls that write, in their order."""
    gate = Gate()
    process = start(gate.wait)
    traced = ",".join(("openat", *CALLS))
    tracer = gate.traced(process, "-y", "-s", "4096", "-o", str(log), "-e", f"trace={traced}")
    os.waitpid(process, 0)
    tracer.communicate()
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    found = []
    for line in log.read_text(encoding="utf-8", errors="replace").split("\n"):
        if not (match := _LINE.match(line)):
            continue
        name, arguments = match["call"], match["arguments"]
        counts[match["thread"]][name] += 1
        if name == "openat" and not any(flag in arguments for flag in _CREATES):
            continue
        found.append(Call(name, counts[match["thread"]][name], arguments))
    return found


def kill_at(call: Call) -> tuple[str, ...]:
    """Return the options that have a process killed in place of this call."""
    inject = f"inject={call.name}:signal=SIGKILL:when={call.place}"
    return ("-o", os.devnull, "-e", f"trace={call.name}", "-e", inject)


def left_to_the_cache(found: list[Call], root: Path) -> list[str]:
    """Return what a power cut might lose, because it was not on the disk when it had to be.

    What a rename makes public has to be there before; and its new name when the command is done.
    """
    written, named, lost = set[Path](), set[Path](), list[str]()
    for call in found:
        paths = [Path(os.path.normpath(root / path)) for path in call.paths]
        inside = [path for path in paths if path.is_relative_to(root)]
        if call.name in {"fsync", "fdatasync"}:
            written -= set(inside)
            named = {path for path in named if path.parent not in inside}
        elif call.name.startswith("rename"):
            source, target = inside[-2:]
            if target.name == "current":
                lost += [str(path) for path in written | named if _is_of_a_snapshot(path, root)]
            if source in written:
                lost.append(str(source))
            written = {_moved(path, source, target) for path in written}
            named = {_moved(path, source, target) for path in named - {source}} | {target}
        elif call.name in {"unlink", "unlinkat", "rmdir"}:
            written -= set(inside)
            named -= set(inside)
        elif call.name in {"openat", "mkdir", "mkdirat"}:
            named |= set(inside[-1:])
            written |= set(inside[-1:]) if call.name == "openat" else set()
        elif call.name.startswith(("write", "pwrite", "ftrunc", "copy_file", "sendfile")):
            written |= set(inside[:1])
    public = [path for path in named | written if not path.name.startswith(".")]
    return lost + [str(path) for path in public if path.is_file()]


def _is_of_a_snapshot(path: Path, root: Path) -> bool:
    below = path.relative_to(root).parts
    return len(below) > 1 and below[0] == "index" and below[1].startswith("2")


def _moved(path: Path, source: Path, target: Path) -> Path:
    return target / path.relative_to(source) if path.is_relative_to(source) else path
