"""The formats there are, and which one a file is of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.formats.article import holds_article, read_article
from indexer.formats.cnxml import holds_cnxml, read_cnxml
from indexer.formats.csv import read_csv, write_csv
from indexer.formats.datahub import holds_datahub, read_datahub
from indexer.formats.files import read_bytes
from indexer.formats.html import read_html
from indexer.formats.jsonl import read_jsonl, write_jsonl
from indexer.formats.markdown import read_markdown
from indexer.formats.obo import read_obo
from indexer.formats.options import ReadOptions, WriteOptions
from indexer.formats.records import Source
from indexer.formats.schemaorg import holds_schemaorg, read_schemaorg
from indexer.formats.schemaorg_writing import write_schemaorg
from indexer.formats.skos import holds_skos, read_skos
from indexer.formats.skos_writing import write_skos
from indexer.formats.sphinx import read_sphinx
from indexer.formats.tbx import holds_tbx, read_tbx
from indexer.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Format:
    """One file format: how it is recognised, read and written.

    ``holds`` tells from the text whether a file is of this format, for suffixes that several
    formats share. ``has_columns`` tells that its columns or keys may have any name, ``has_links``
    that it links terms by address and has a place for related lists.
    """

    suffixes: tuple[str, ...]
    read: Callable[[Path, ReadOptions], Source]
    write: Callable[[Glossary, Path, WriteOptions], None] | None = None
    holds: Callable[[str], bool] | None = None
    has_columns: bool = False
    has_links: bool = False

    def written(self, glossary: Glossary, path: Path, options: WriteOptions) -> None:
        """Write a glossary; ``format_of`` has made sure that this format is written."""
        if self.write is None:
            raise ValueError(f"{path}: this format is only read")
        self.write(glossary, path, options)


FORMATS: dict[str, Format] = {
    "jsonl": Format((".jsonl", ".ndjson"), read_jsonl, write_jsonl, has_columns=True),
    "csv": Format((".csv", ".tsv"), read_csv, write_csv, has_columns=True),
    "schemaorg": Format(
        (".jsonld", ".json"), read_schemaorg, write_schemaorg, holds_schemaorg, has_links=True
    ),
    "skos": Format(
        (".ttl", ".nt", ".rdf", ".owl", ".xml", ".jsonld", ".json"),
        read_skos,
        write_skos,
        holds_skos,
        has_links=True,
    ),
    "obo": Format((".obo",), read_obo),
    "tbx": Format((".tbx", ".xml"), read_tbx, holds=holds_tbx),
    "datahub": Format((".yaml", ".yml"), read_datahub, holds=holds_datahub),
    "sphinx": Format((".rst",), read_sphinx),
    "markdown": Format((".md", ".markdown"), read_markdown),
    "article": Format((".html", ".htm"), read_article, holds=holds_article),
    "html": Format((".html", ".htm", ".xhtml"), read_html, has_columns=True),
    "cnxml": Format((".cnxml", ".xml"), read_cnxml, holds=holds_cnxml),
}


def format_of(path: Path, name: str | None = None, *, writing: bool = False) -> Format:
    """Return the format of this name, or else the one of the file's suffix.

    A suffix that several formats have is decided by what stands in the file; when writing, it is
    the first that is written.

    Raises:
        GlossaryError: There is no such format, it is only read, or the file tells none.
    """
    formats = {n: f for n, f in FORMATS.items() if f.write or not writing}
    if name is not None:
        if name in formats:
            return formats[name]
        known = f"choose one of {', '.join(formats)}"
        if name in FORMATS:
            raise GlossaryError(f"The format {name!r} is only read; {known}.")
        raise GlossaryError(f"There is no format {name!r}; {known}.")
    suffix = path.suffix.lower()
    of_suffix = [known for known in formats.values() if suffix in known.suffixes]
    if of_suffix and (writing or len(of_suffix) == 1):
        return of_suffix[0]
    if of_suffix:
        text = read_bytes(path).decode("utf-8", errors="replace")
        for candidate in of_suffix:
            if candidate.holds is None or candidate.holds(text):
                return candidate
        names = "|".join(n for n, f in formats.items() if f in of_suffix)
        raise GlossaryError(
            f"{path}: nothing in this file tells its format; name one with --format, maybe {names}."
        )
    raise GlossaryError(
        f"{path}: the suffix {path.suffix!r} tells no format; "
        f"name one with --format {'|'.join(formats)}."
    )
