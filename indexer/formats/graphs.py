"""RDF files as graphs, in Turtle, RDF/XML or JSON-LD; nothing is fetched.

This is the one place, beside ``skos.py``, that imports rdflib.
"""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_bytes, read_source
from indexer.formats.xmltree import read_xml, xml_bytes

if TYPE_CHECKING:
    from rdflib import Graph

_XML = re.compile(r"\s*<(\?xml|!--|!DOCTYPE|(\w+:)?RDF\b)")
_JSON = re.compile(r"\s*(\{|\[\s*[{\]])")


def read_graph(path: Path, encoding: str | None) -> "Graph":
    """Read a graph; what stands in the file tells which of the three notations it is in.

    Raises:
        BadGlossaryError: The file cannot be read, is of no notation, or asks for something to be
            fetched.
    """
    from rdflib import Graph  # noqa: PLC0415  heavy, and for RDF only

    if _XML.match(read_bytes(path)[:1024].decode("utf-8-sig", errors="replace")):
        # Through a parser that refuses entities and knows encodings.
        data, notation, name = xml_bytes(read_xml(path, encoding)), "xml", "RDF/XML"
    else:
        text = read_source(path, encoding)
        data, notation, name = text.encode(), "turtle", "Turtle"
        if _JSON.match(text):
            _refuse_fetching(path, json_value(path, text))
            notation, name = "json-ld", "JSON-LD"
    graph = Graph()
    try:
        graph.parse(data=data, format=notation, publicID=path.absolute().as_uri())
    except RecursionError:
        problem = f"this {name} is nested too deeply; a glossary is flat."
        raise BadGlossaryError([Problem(path, 0, problem)]) from None
    except Exception as error:
        # The parsers meet damage with errors of a dozen kinds, bare asserts among them.
        raise BadGlossaryError([_problem(path, name, error)]) from error
    return graph


def json_value(path: Path, text: str) -> Any:
    """Parse JSON.

    Raises:
        BadGlossaryError: This is no JSON, or it is nested too deeply.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"this is not JSON: {error.msg} at column {error.colno}; mend it."
        raise BadGlossaryError([Problem(path, error.lineno, problem)]) from error
    except RecursionError:
        problem = "this JSON is nested too deeply; a glossary is flat."
        raise BadGlossaryError([Problem(path, 0, problem)]) from None


def _refuse_fetching(path: Path, value: Any) -> None:
    """Refuse a context that is not in the file: the parser would fetch it."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            contexts = value.get("@context"), value.get("@import")
            for context in contexts:
                for one in context if isinstance(context, list) else [context]:
                    if isinstance(one, str):
                        problem = (
                            f"the context {one[:80]!r} would have to be fetched, which is never "
                            f"done; put it into the file, or save the file as Turtle."
                        )
                        raise BadGlossaryError([Problem(path, 0, problem)])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _problem(path: Path, name: str, error: Exception) -> Problem:
    """Say where a parser stopped and why, in one line."""
    line = getattr(error, "lines", None)
    if isinstance(line, int):
        # Turtle: the message goes on with a piece of the file.
        reason = str(getattr(error, "_why", "bad syntax"))
        return Problem(path, line + 1, f"this is no {name}: {reason}; mend the line.")
    reason = " ".join(str(error).split())[:160] or type(error).__name__
    line = int(found.group(1)) if (found := re.search(r":(\d+):\d+:", reason)) else 0
    return Problem(path, line, f"this is no {name}: {reason}; mend it.")
