"""An index folder to do damage to, commands to run in it, and the check that nothing was lost.

Commands run in forks of this process, which has imported all they need: a try takes a fraction of
a second instead of several.
"""

import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.formats import write_glossary
from indexer.glossary import Entry, Glossary
from indexer.snapshot import Layout, Snapshot, current_name, history, listed
from tests.torture.tally import NotWholeError

ENTRIES = 12
OLD_TEXT = "what stood here before\n"


@dataclass(frozen=True, slots=True)
class Command:
    """A command to disturb, in a stage's folder; ``output`` is the file it replaces, if any."""

    name: str
    arguments: tuple[str, ...]
    output: str | None = None


# A model, and the first snapshot with its export.
_FIRST = """
from pathlib import Path
from indexer.cli import main
from tests.models import save_tiny_model
save_tiny_model(Path("tiny"))
main(["index", "first.jsonl", "--output", "index", "--model", "tiny"])
"""


def _exported(suffix: str) -> Command:
    out = f"out.{suffix}"
    return Command(f"export {suffix}", ("export", "--index", "index", "--output", out), out)


def _build(version: str, *options: str) -> Command:
    source = f"{version}.jsonl"
    return Command("index", ("index", source, "--output", "index", "--model", "tiny", *options))


COMMANDS = (
    _build("new", "--keep", "2"),
    Command("publish", ("publish", "--latest", "--index", "index")),
    Command("rollback", ("rollback", "--index", "index")),
    Command("relate", ("relate", "--index", "index", "--output", "out.jsonl"), "out.jsonl"),
    *map(_exported, ("jsonl", "csv", "ttl", "jsonld")),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, below 0 the signal that killed it, and what it said."""

    code: int
    said: str

    @property
    def is_told(self) -> bool:
        """Tell whether it did its work, or ended with a sentence of ours."""
        return self.code == 0 or (self.code == 1 and "Traceback" not in self.said)


def glossary(version: str) -> Glossary:
    """Make a glossary whose every definition says which version it is of."""
    entries = (Entry(f"e{n}", f"Term {n}", (f"{version} text {n}.",)) for n in range(ENTRIES))
    return Glossary(tuple(entries), title=version)


class Stage:
    """A folder with an index of three snapshots, the second live, that is copied for each try.

    What is drawn at random is drawn anew with every other ``seed``.
    """

    def __init__(self, folder: Path, *, seed: int = 0) -> None:
        self._kept, self.folder, self.seed = folder / "kept", folder / "stage", seed
        self._said: dict[int, int] = {}
        self._kept.mkdir(parents=True)
        for version in ("first", "second", "third", "new"):
            write_glossary(glossary(version), self._kept / f"{version}.jsonl")
        # In a process of its own: what comes with torch would not survive a fork.
        making = [sys.executable, "-c", _FIRST]
        made = subprocess.run(making, cwd=self._kept, check=False, capture_output=True, text=True,
                              env=_environment())  # fmt: skip
        if made.returncode:
            raise RuntimeError(made.stderr)
        _preload()
        self._start_from(_build("second"))
        self._start_from(_build("third", "--no-publish"))
        for command in COMMANDS:
            if command.output:
                (self._kept / command.output).write_text(OLD_TEXT, encoding="utf-8")
        # What each output is when nothing disturbs it.
        self._outputs: dict[str, bytes] = {}
        for command in COMMANDS:
            if command.output:
                self.reset()
                self._run_well(command)
                self._outputs[command.name] = (self.folder / command.output).read_bytes()

    def _start_from(self, command: Command) -> None:
        self.reset()
        self._run_well(command)
        shutil.rmtree(self._kept)
        shutil.copytree(self.folder, self._kept)

    def _run_well(self, command: Command) -> None:
        ended = self.run(command)
        if ended.code != 0:
            raise RuntimeError(f"{command.name}: {ended.said}")

    def reset(self, folder: Path | None = None) -> None:
        """Put everything back as it was, or into another folder."""
        folder = folder or self.folder
        shutil.rmtree(folder, ignore_errors=True)
        # Sources and models are only read.
        shutil.copytree(self._kept, folder, symlinks=True)

    def check(self, command: Command) -> None:
        """Make sure that nothing was lost: what is live, or the output, is the old or the new.

        Raises:
            NotWholeError: It is not.
        """
        self._check_index()
        if command.output:
            found = (self.folder / command.output).read_bytes()
            if found not in (OLD_TEXT.encode(), self._outputs[command.name]):
                raise NotWholeError(f"{command.output} is neither old nor new")

    def _check_index(self) -> None:
        index = self.folder / "index"
        try:
            name = current_name(index)
            snapshot = Snapshot.open(index / name)
            past = history(index)
        except GlossaryError as error:
            raise NotWholeError(str(error)) from error
        versions = {entry.definitions[0].split()[0] for entry in snapshot.entries}
        if len(snapshot.entries) != ENTRIES or versions != {snapshot.manifest.title}:
            raise NotWholeError(f"{name} holds entries of {sorted(versions)}")
        if name in past or not set(past) <= {one.name for one in listed(index)}:
            raise NotWholeError(f"the history {past} does not go with {name}")
        if not Layout(index / name).encoder.is_dir():
            raise NotWholeError(f"{name} lost its encoder")

    def check_again(self, command: Command) -> None:
        """Run the command undisturbed, and make sure that it does its work and cleans up.

        Raises:
            NotWholeError: It does not.
        """
        ended = self.run(command)
        # After a rollback that was done there may be nothing left to go back to.
        if ended.code != 0 and "was live before" not in ended.said:
            raise NotWholeError(f"the next run failed: {ended.said[-300:]}")
        self.check(command)
        if ended.code != 0:
            return
        left = [*self.folder.glob("**/.building-*"), *self.folder.glob("**/.*.part")]
        if left:
            raise NotWholeError(f"the next run left {left}")

    def run(self, command: Command, before: Callable[[], None] | None = None) -> Ended:
        """Run a command in a fork; ``before`` is called in there first."""
        return self.ended(self.start(command, before))

    def start(self, command: Command, before: Callable[[], None] | None = None) -> int:
        """Start a command in a fork, and return its process id."""
        reading, writing = os.pipe()
        process = os.fork()
        if process:
            os.close(writing)
            self._said[process] = reading
            return process
        code = 70
        with suppress(BaseException):
            os.chdir(self.folder)
            # A pipe, which no limit on files concerns.
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            code = _called(command.arguments, before)
        os._exit(code)

    def ended(self, process: int) -> Ended:
        """Wait for a command to end."""
        with os.fdopen(self._said.pop(process), "rb") as pipe:
            said = pipe.read().decode("utf-8", "replace")
        status = os.waitpid(process, 0)[1]
        return Ended(os.waitstatus_to_exitcode(status), said)


def _called(arguments: Sequence[str], before: Callable[[], None] | None) -> int:
    from indexer.cli import main

    try:
        if before is not None:
            before()
        main(list(arguments), prog_name="glossary")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  told as a traceback, and found out by that
        traceback.print_exc()
        return 70
    return 0


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


def _preload() -> None:
    """Import what the commands import when they are called."""
    import importlib

    for name in ("faiss", "openvino", "tokenizers", "sklearn.manifold", "rdflib", "Stemmer",
                 "indexer.bundled", "rdflib.plugins.serializers.turtle"):  # fmt: skip
        if name == "openvino":
            from indexer.exported import cpu_precision  # noqa: F401  sets it up on the way
        importlib.import_module(name)
    for command in ("index", "publish", "rollback", "relate", "export"):
        importlib.import_module(f"indexer.commands.{command}")
