"""What a user tells of glossary files, for every command that reads some."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from indexer.formats import FORMATS, Columns, Reading, read_glossary

# A dry run shows all.
SHOWN_NOTES = 20


@dataclass(frozen=True, slots=True)
class Told:
    """The options about glossary files, as typed."""

    source_format: str | None
    mapped: tuple[str, ...]
    ignored: tuple[str, ...]
    encoding: str | None
    merge: bool
    title: str | None
    language: str
    licence: str | None

    def read(self, sources: Sequence[Path]) -> Reading:
        """Read the files into one glossary."""
        return read_glossary(
            sources,
            title=self.title,
            language=self.language,
            licence=self.licence,
            format_name=self.source_format,
            columns=Columns(dict(_pair(text) for text in self.mapped), frozenset(self.ignored)),
            encoding=self.encoding,
            merge=self.merge,
        )


SOURCE_OPTIONS = tuple(field.name for field in fields(Told))

_OPTIONS = (
    click.option(
        "--map",
        "mapped",
        multiple=True,
        metavar="COLUMN=FIELD",
        help="Read a column, or a JSON key, as this field. Repeatable.",
    ),
    click.option(
        "--ignore",
        "ignored",
        multiple=True,
        metavar="COLUMN",
        help="Leave out a column, or a JSON key. Repeatable.",
    ),
    click.option(
        "--encoding",
        metavar="NAME",
        help="The files' encoding, cp1252 say. [default: UTF-8, or what an XML file declares]",
    ),
    click.option(
        "--merge",
        is_flag=True,
        help="Join entries of several files by term, those with ids too.",
    ),
    click.option("--title", help="The glossary's title. [default: what the first file says]"),
    click.option(
        "--language",
        default="en",
        show_default=True,
        help="Its language, a BCP 47 tag. Of a file in several languages, only this one is read.",
    ),
    click.option("--licence", help="Its licence. [default: what the first file says]"),
)


def source_options(
    format_option: str = "--format",
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add the options; the command gets them as one argument, ``told``.

    ``format_option`` is another where ``--format`` says what is written.
    """
    form = click.option(
        format_option,
        "source_format",
        metavar="NAME",
        help=f"The files' format: {', '.join(FORMATS)}. [default: by suffix and content]",
    )

    def added(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def collected(**given: Any) -> None:
            told = Told(**{name: given.pop(name) for name in SOURCE_OPTIONS})
            command(told=told, **given)

        for option in reversed((form, *_OPTIONS)):
            collected = option(collected)
        return collected

    return added


def tell_reading(reading: Reading, *, notes: int | None = SHOWN_NOTES) -> None:
    """Say what was read, with so many notes, or all of them, on stderr."""
    tell_notes(reading, notes=notes)
    entries = reading.glossary.entries
    definitions = sum(len(entry.definitions) for entry in entries)
    click.echo(f"Read: {len(entries):,} entries, {definitions:,} definitions.")


def tell_notes(reading: Reading, *, notes: int | None = SHOWN_NOTES) -> None:
    """Say what was left out and why, so many of it, or all, on stderr."""
    for note in reading.notes[:notes]:
        click.echo(f"Note: {note}", err=True)
    if notes is not None and (more := len(reading.notes) - notes) > 0:
        click.echo(
            f"Note: … and {more} more notes; `glossary index --dry-run` tells all.", err=True
        )


def _pair(text: str) -> tuple[str, str]:
    column, separator, name = text.rpartition("=")
    if not separator or not column:
        raise click.BadParameter(f"{text!r} is not COLUMN=FIELD.", param_hint="--map")
    return column, name
