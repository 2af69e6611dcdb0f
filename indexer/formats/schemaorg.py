"""schema.org's DefinedTermSet and DefinedTerm in JSON-LD.

The file is read as JSON, without fetching its context: what counts is the name of a property, with
or without schema.org's prefix. What schema.org has no word for is written with the words of SKOS.
"""

from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.definedterms import Terms
from indexer.formats.files import read_source
from indexer.formats.graphs import json_value
from indexer.formats.languages import languages_of
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.records import Source


def holds_schemaorg(text: str) -> bool:
    """Tell whether a text has DefinedTerms."""
    return (
        '"DefinedTerm' in text or "schema.org/DefinedTerm" in text or "schema:DefinedTerm" in text
    )


def read_schemaorg(path: Path, options: ReadOptions) -> Source:
    """Read the terms that have a name and a description in the language asked for.

    Raises:
        BadGlossaryError: The file is no JSON, has no DefinedTerm, or has nothing in this language.
    """
    value = json_value(path, read_source(path, options.encoding))
    terms = Terms.within(value)
    if not terms.bodies:
        problem = "there is no DefinedTerm in this file; name another format with --format."
        raise BadGlossaryError([Problem(path, 0, problem)])
    leavings = Leavings()
    records = terms.records(options.language, leavings)
    if not records:
        names = [tagged for body in terms.bodies for tagged in terms.texts(body, "name")]
        problem = (
            f"no DefinedTerm has both a name and a description in {options.language!r}; the names "
            f"are in {languages_of(names)}. Choose a language with --language."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    title, licence = terms.about(options.language, leavings)
    return Source(path, records, notes=leavings.notes(), title=title, licence=licence)
