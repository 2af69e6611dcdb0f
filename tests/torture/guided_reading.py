"""One process of guided fuzzing: ``FOLDER [libFuzzer's options]``; ``FOLDER/found`` is its corpus.

An input is a byte that chooses the name of a file, and the file. It runs by itself, as atheris has
to see a reader's libraries before anything else imports them. What is found ends it, with the input
that did it written to ``FOLDER``.
"""

import importlib
import logging
import sys
from pathlib import Path

import atheris

from tests.indexer.formats.samples import FILES

NAMES = tuple(FILES)
# What the readers are made of and is Python; what is compiled tells nothing of its branches.
_WATCHED = ("indexer", "rdflib", "markdown_it", "docutils", "yaml", "json", "csv")
_READERS = (
    "rdflib.plugins.parsers.notation3",
    "rdflib.plugins.parsers.rdfxml",
    "rdflib.plugins.parsers.jsonld",
    "markdown_it",
    "docutils.core",
    "docutils.parsers.rst",
    "docutils.parsers.rst.states",
    "yaml",
)


def main() -> None:
    """Read what atheris makes up, until its time is over or something is found."""
    with atheris.instrument_imports(include=list(_WATCHED)):
        for name in _READERS:
            importlib.import_module(name)
        from indexer.errors import GlossaryError
        from indexer.formats import read_glossary
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    folder = Path(sys.argv[1])

    def read(data: bytes) -> None:
        if not data:
            return
        path = folder / NAMES[data[0] % len(NAMES)]
        path.write_bytes(data[1:])
        try:
            read_glossary([path])
        except GlossaryError:
            pass
        finally:
            path.unlink()

    options = [f"-artifact_prefix={folder}/", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *options, str(folder / "found")], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
