"""XML and HTML as trees, read so that nothing is fetched and no entity is expanded.

This is the one place that imports lxml.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_bytes, read_source

# What lxml gives has no types: an element has tag, text, tail, sourceline, get() and iteration.
Element = Any
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The parser of HTML compares each attribute of an element with all others of it.
_MOST_ATTRIBUTES = 1000
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TAG = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(?P<name>[A-Za-z][^\s/>]*+)(?P<rest>(?:[\s/]++|{_ATTRIBUTE})*+)",
    re.DOTALL,
)


def read_xml(path: Path, encoding: str | None = None) -> Element:
    """Return the root of an XML file; ``encoding`` stands in for what the file declares.

    Raises:
        BadGlossaryError: The file cannot be read, is no well-formed XML, or declares an entity.
    """
    from lxml import etree  # noqa: PLC0415  for the formats in XML only

    # An encoding that is named is decoded here: libxml2 has other names for some.
    data = read_bytes(path) if encoding is None else read_source(path, encoding).encode()
    if not data.strip():
        raise BadGlossaryError([Problem(path, 0, "this file is empty.")])
    parser = etree.XMLParser(
        encoding=None if encoding is None else "utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        # A second line would be a piece of the file.
        reason = (error.msg or "").split("\n")[0]
        problem = f"this is no well-formed XML: {reason}; mend it."
        raise BadGlossaryError([Problem(path, error.lineno or 0, problem)]) from error
    _refuse_entities(path, root)
    return root


def _refuse_entities(path: Path, root: Element) -> None:
    dtd = root.getroottree().docinfo.internalDTD
    for entity in dtd.iterentities() if dtd is not None else ():
        problem = (
            f"this file declares the entity {entity.name!r}, and entities are not expanded; "
            f"write out what it stands for."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])


def xml_bytes(root: Element) -> bytes:
    """Return a tree as XML in UTF-8, for a parser of its own."""
    from lxml import etree  # noqa: PLC0415

    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def html_root(path: Path, text: str) -> Element | None:
    """Return the root of a page; whatever is wrong with its markup, there is some way to read it.

    Raises:
        BadGlossaryError: It is nested so deeply that the parser would leave out the rest, or an
            element has so many attributes that it would take long.
    """
    from lxml import etree  # noqa: PLC0415

    _refuse_attributes(path, text)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError:
        # Not a single element or character.
        return None
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            problem = "this page is nested deeper than 256 elements; take out what is not glossary."
            raise BadGlossaryError([Problem(path, entry.line, problem)])
    return root


def _refuse_attributes(path: Path, text: str) -> None:
    place = 0
    while found := _TAG.search(text, place):
        place = found.end()
        name, rest = (found["name"] or "").lower(), found["rest"] or ""
        if len(rest) > _MOST_ATTRIBUTES and len(re.findall(_ATTRIBUTE, rest)) > _MOST_ATTRIBUTES:
            line = text.count("\n", 0, found.start()) + 1
            problem = f"a <{name}> has more than {_MOST_ATTRIBUTES:,} attributes; take it out."
            raise BadGlossaryError([Problem(path, line, problem)])
        if name in {"script", "style"}:
            # What looks like a tag in there is none.
            place = max(place, text.find(f"</{name}", place))


def events(root: Element) -> Iterator[tuple[str, Element]]:
    """Walk through a tree: ("start", element) and ("end", element), in document order."""
    from lxml import etree  # noqa: PLC0415

    walk: Iterator[tuple[str, Element]] = etree.iterwalk(root, events=("start", "end"))
    return walk


def name_of(element: Element) -> str:
    """Return the name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the children of these names, whatever their namespace."""
    return (child for child in element if name_of(child) in names)


def below(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of these names at any depth, the element itself among them."""
    return (found for found in element.iter() if name_of(found) in names)


def text_of(element: Element) -> str:
    """Return the text within an element on one line: in XML, line breaks are mostly layout."""
    return " ".join("".join(element.itertext()).split())


def language_of(element: Element) -> str | None:
    """Return the language that an element states for itself."""
    tag: str | None = element.get(_XML_LANG) or element.get("lang")
    return tag
