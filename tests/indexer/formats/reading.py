"""Reading a text as if it were a file."""

from pathlib import Path
from typing import Any

from indexer.formats import Reading, read_glossary
from indexer.glossary import Entry


def read(folder: Path, name: str, text: str, **options: Any) -> Reading:
    """Write a text to a file of this name, and read it."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_glossary([path], **options)


def by_term(reading: Reading) -> dict[str, Entry]:
    """Return the entries by their terms."""
    return {entry.term: entry for entry in reading.glossary.entries}


def notes(reading: Reading) -> list[str]:
    """Return the notes without the file's name."""
    return [note.split(": ", 1)[1] for note in reading.notes]
