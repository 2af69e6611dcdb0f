"""Glossary files in and out. ``read_glossary`` and ``write_glossary`` are the way in.

Each format is one file of this folder and one line of ``FORMATS``.
"""

from collections.abc import Sequence
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.formats.assembly import Reading, assemble
from indexer.formats.columns import Columns
from indexer.formats.files import SourceFile
from indexer.formats.jsonl import entry_body
from indexer.formats.options import ReadOptions, Relation, WriteOptions
from indexer.formats.registry import FORMATS, Format, format_of
from indexer.glossary import Glossary

__all__ = [
    "FORMATS",
    "Columns",
    "Format",
    "Reading",
    "Relation",
    "SourceFile",
    "WriteOptions",
    "entry_body",
    "read_glossary",
    "write_glossary",
]


def read_glossary(
    paths: Sequence[Path],
    *,
    title: str | None = None,
    language: str = "en",
    licence: str | None = None,
    format_name: str | None = None,
    columns: Columns | None = None,
    encoding: str | None = None,
    merge: bool = False,
) -> Reading:
    """Read one or more files, in the order given, into one glossary.

    ``language`` is the glossary's, and chooses labels and definitions where a file has several.
    Title and licence are by default what the first file says, or else its name without suffix.

    Raises:
        BadGlossaryError: Rows are at fault; all faults of all files are in it.
        GlossaryError: A file's format is not known, or no file has columns to map.
    """
    options = ReadOptions(columns or Columns(), language, encoding)
    formats = [(path, format_of(path, format_name)) for path in paths]
    if (options.columns.mapping or options.columns.ignored) and not any(
        known.has_columns for _, known in formats
    ):
        raise GlossaryError(
            f"{paths[0]}: --map and --ignore are for columns and keys of any name, "
            f"which this format has not; leave them out."
        )
    sources = [known.read(path, options) for path, known in formats]
    first = sources[0]
    return assemble(
        sources,
        title=title or first.title or paths[0].stem,
        language=language,
        licence=licence or first.licence,
        merge=merge,
    )


def write_glossary(
    glossary: Glossary,
    path: Path,
    *,
    format_name: str | None = None,
    options: WriteOptions | None = None,
) -> None:
    """Write a glossary whole or not at all, in the format of this name or of the file's suffix.

    Raises:
        GlossaryError: The format is not known, or is only read.
    """
    format_of(path, format_name, writing=True).written(glossary, path, options or WriteOptions())
