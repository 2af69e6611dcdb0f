"""Glossary files as text on the way in, and written whole on the way out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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

    Raises:
        GlossaryError: The file cannot be written; an old one is as it was.
    """
    work = path.with_name(f".{path.name}.part")
    try:
        with work.open("w", encoding="utf-8", newline="") as file:
            file.writelines(f"{line}\n" for line in lines)
        work.replace(path)
    except OSError as error:
        raise GlossaryError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        work.unlink(missing_ok=True)


def _refused(path: Path, line: int, message: str) -> BadGlossaryError:
    return BadGlossaryError([Problem(path, line, message)])
