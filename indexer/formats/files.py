"""Glossary files as text on the way in, and written whole on the way out."""

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from indexer.errors import BadGlossaryError, GlossaryError, Problem
from indexer.glossary import text_problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file a glossary was read from, by its name and content."""

    name: str
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "SourceFile":
        """Hash a file."""
        with path.open("rb") as file:
            return cls(path.name, hashlib.file_digest(file, "sha256").hexdigest())


def read_text(path: Path, encoding: str = "utf-8-sig", *, remedy: str = "") -> str:
    """Return the text of a file, UTF-8 with or without a byte order mark unless told otherwise.

    Raises:
        BadGlossaryError: The file cannot be read, is empty, or is not of this encoding.
    """
    data = read_bytes(path)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line = data.count(b"\n", 0, start) + 1
        name = "UTF-8" if encoding == "utf-8-sig" else encoding
        found = f"byte 0x{data[start]:02X} is not {name}"
        raise _refused(path, line, f"{found}; save the file as UTF-8{remedy}.") from error
    if not text.strip():
        raise _refused(path, 0, "this file is empty.")
    return text


def read_source(path: Path, encoding: str | None) -> str:
    """Return the text of a glossary file, whose encoding the user may name.

    Raises:
        BadGlossaryError: The file cannot be read, is empty, or is not of this encoding.
    """
    return read_text(path, encoding or "utf-8-sig", remedy=", or name its encoding with --encoding")


def read_clean_source(path: Path, encoding: str | None) -> str:
    """Return the text of a glossary file that a parser would drop control characters from.

    Raises:
        BadGlossaryError: The file cannot be read, or has such a character.
    """
    text = read_source(path, encoding)
    for number, line in enumerate(text.split("\n"), start=1):
        if wrong := text_problem(line):
            raise _refused(path, number, f"this line has a {wrong}; take it out.")
    return text


def read_bytes(path: Path) -> bytes:
    """Return what is in a file.

    Raises:
        BadGlossaryError: The file cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise _refused(path, 0, "there is no such file.") from None
    except IsADirectoryError:
        raise _refused(path, 0, "this is a folder; name the glossary file in it.") from None
    except OSError as error:
        raise _refused(path, 0, f"this file cannot be read: {error.strerror}.") from error


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file, whole or not at all: a reader never meets half of it.

    It is on the disk when this returns. Through a link, the file is replaced that it leads to.

    Raises:
        GlossaryError: The file cannot be written, or somebody else is writing it; an old one is as
            it was.
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            raise GlossaryError(f"{path} is no file that can be replaced; name another.")
        with _alone(target) as (work, file):
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
            work.replace(target)
        sync(target.parent)
    except BlockingIOError:
        problem = "another command is writing it; try again when it is done"
        raise GlossaryError(f"{path} cannot be written: {problem}.") from None
    # A loop of links is a RuntimeError.
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GlossaryError(f"{path} cannot be written: {reason}.") from error


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(target: Path) -> Iterator[tuple[Path, TextIO]]:
    """Lend an empty file beside another to write to; what a killed command left in it goes.

    Raises:
        BlockingIOError: Somebody has it.
    """
    work = target.with_name(f".{target.name}.part")
    # Not emptied, nor a link followed, before it is known to be ours.
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
    with os.fdopen(os.open(work, flags, 0o666), "w", encoding="utf-8", newline="") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not work.exists() or not os.path.samestat(work.stat(), os.fstat(file.fileno())):
            # Between the two calls above, another command was done with it and renamed it.
            raise BlockingIOError
        file.truncate()
        try:
            yield work, file
        except BaseException:
            work.unlink(missing_ok=True)
            raise


def _refused(path: Path, line: int, message: str) -> BadGlossaryError:
    return BadGlossaryError([Problem(path, line, message)])
