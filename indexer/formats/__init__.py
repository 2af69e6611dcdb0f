"""Glossary files in and out. ``read_glossary`` and ``write_glossary`` are the way in.

Each format is one file of this folder and one line of ``FORMATS``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.formats.assembly import Reading, assemble
from indexer.formats.columns import Columns
from indexer.formats.csv import read_csv, write_csv
from indexer.formats.files import SourceFile
from indexer.formats.jsonl import entry_body, read_jsonl, write_jsonl
from indexer.formats.records import Source
from indexer.glossary import Glossary

__all__ = [
    "FORMATS",
    "Columns",
    "Format",
    "Reading",
    "SourceFile",
    "entry_body",
    "read_glossary",
    "write_glossary",
]


@dataclass(frozen=True, slots=True)
class Format:
    """One file format: how it is recognised, read and written."""

    suffixes: tuple[str, ...]
    read: Callable[[Path, Columns], Source]
    write: Callable[[Glossary, Path], None]


FORMATS: dict[str, Format] = {
    "jsonl": Format((".jsonl", ".ndjson"), read_jsonl, write_jsonl),
    "csv": Format((".csv", ".tsv"), read_csv, write_csv),
}


def format_of(path: Path, name: str | None = None) -> Format:
    """Return the format of this name, or else the one of the file's suffix.

    Raises:
        GlossaryError: There is no such format, or the suffix belongs to none.
    """
    if name is not None:
        if name not in FORMATS:
            raise GlossaryError(f"There is no format {name!r}; choose one of {', '.join(FORMATS)}.")
        return FORMATS[name]
    for known in FORMATS.values():
        if path.suffix.lower() in known.suffixes:
            return known
    raise GlossaryError(
        f"{path}: the suffix {path.suffix!r} tells no format; "
        f"name one with --format {'|'.join(FORMATS)}."
    )


def read_glossary(
    paths: Sequence[Path],
    *,
    title: str | None = None,
    language: str = "en",
    licence: str | None = None,
    format_name: str | None = None,
    columns: Columns | None = None,
) -> Reading:
    """Read one or more files, in the order given, into one glossary.

    The title is by default the first file's name without its suffix.

    Raises:
        BadGlossaryError: Rows are at fault; all faults of all files are in it.
        GlossaryError: A file's format is not known.
    """
    readers = [(format_of(path, format_name).read, path) for path in paths]
    sources = [read(path, columns or Columns()) for read, path in readers]
    return assemble(sources, title=title or paths[0].stem, language=language, licence=licence)


def write_glossary(glossary: Glossary, path: Path, *, format_name: str | None = None) -> None:
    """Write a glossary whole or not at all, in the format of this name or of the file's suffix.

    Raises:
        GlossaryError: The format is not known.
    """
    format_of(path, format_name).write(glossary, path)
