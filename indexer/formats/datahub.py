"""DataHub's business glossary in YAML: groups of terms ("nodes") within groups.

Values are read as they are written: a term called ``no`` stays "no". Aliases of YAML (``*name``)
are refused, since a few lines of them can stand for a file of any size.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_source
from indexer.formats.leavings import Leavings, without_dead_links
from indexer.formats.options import ReadOptions
from indexer.formats.records import Record, Source, shown
from indexer.glossary import default_id

if TYPE_CHECKING:
    import yaml

_HOLDS = re.compile(r"^(nodes|terms)\s*:", re.MULTILINE)
_DEEPEST = 100
_SEE_ALSO = ("contains", "values", "related_terms")


def holds_datahub(text: str) -> bool:
    """Tell whether a text has groups or terms at its top."""
    return _HOLDS.search(text) is not None


def read_datahub(path: Path, options: ReadOptions) -> Source:
    """Read the terms that have a description; a term's id is its path through the groups.

    The nearest group is the category; ``inherits`` leads to what is broader, ``contains``,
    ``values`` and ``related_terms`` are see-also.

    Raises:
        BadGlossaryError: The file is no YAML, has aliases in it, or holds no terms.
    """
    text = read_source(path, options.encoding)
    root = _composed(path, text)
    walk = _Walk(path)
    if isinstance(root, dict):
        walk.group(root, ())
    if walk.problems:
        raise BadGlossaryError(walk.problems)
    if not walk.terms:
        problem = "there are no 'nodes' or 'terms' with a term in this file; see --format."
        raise BadGlossaryError([Problem(path, 0, problem)])
    leavings = Leavings()
    ids = {
        name: term.entry_id for term in walk.terms for name in (term.dotted, term.own_id) if name
    }
    records = [record for term in walk.terms if (record := _record(term, ids, leavings))]
    return Source(path, without_dead_links(records, leavings, "term"), notes=leavings.notes())


class _Line(str):
    """A text of the file, and the line it stands in."""

    line: int

    def __new__(cls, text: str, line: int) -> "_Line":
        made = super().__new__(cls, text)
        made.line = line
        return made


def _composed(path: Path, text: str) -> Any:
    """Return the file as dicts, lists and texts with their lines."""
    import yaml  # noqa: PLC0415  for this format only

    # libyaml's is ten times as fast; where it was not built in, Python's does the same.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_aliases(path, yaml.parse(text, Loader=loader))
        node = yaml.compose(text, Loader=loader)
        return None if node is None else _value(path, node)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).split("\n")[0]
        place = getattr(error, "position", None)
        line = mark.line + 1 if mark is not None else 0
        line = text.count("\n", 0, place) + 1 if isinstance(place, int) else line
        problem = f"this is no YAML: {reason}; mend the line."
        raise BadGlossaryError([Problem(path, line, problem)]) from error
    except RecursionError:
        problem = "this YAML is nested too deeply; a glossary has groups of terms."
        raise BadGlossaryError([Problem(path, 0, problem)]) from None


def _refuse_aliases(path: Path, events: "Iterator[yaml.Event]") -> None:
    import yaml  # noqa: PLC0415

    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            # Further in, the parser takes longer with each level.
            raise RecursionError
        if isinstance(event, yaml.AliasEvent):
            problem = f"the alias *{event.anchor} is not followed; write out what it stands for."
            line = event.start_mark.line + 1 if event.start_mark else 0
            raise BadGlossaryError([Problem(path, line, problem)])


def _value(path: Path, node: "yaml.Node") -> Any:
    import yaml  # noqa: PLC0415

    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item) for item in node.value]
    if not isinstance(node, yaml.MappingNode):
        return _Line("" if node.tag.endswith(":null") else node.value, line)
    found: dict[Any, Any] = {}
    for key_node, item in node.value:
        key = _value(path, key_node)
        if not isinstance(key, str) or key in found:
            what = "stands twice; keep one" if isinstance(key, str) else "must be a text"
            problem = f"the key {shown(str(key))} {what}."
            raise BadGlossaryError([Problem(path, key_node.start_mark.line + 1, problem)])
        found[key] = _value(path, item)
    return found


@dataclass(frozen=True, slots=True)
class _Term:
    """A term and the names of the groups it is in, from outside in."""

    body: dict[str, Any]
    groups: tuple[str, ...]

    @property
    def dotted(self) -> str:
        """Return the name that others refer to it by."""
        return ".".join((*self.groups, str(self.body["name"])))

    @property
    def own_id(self) -> str:
        return str(self.body.get("id") or "")

    @property
    def entry_id(self) -> str:
        return default_id(self.own_id.removeprefix("urn:li:glossaryTerm:") or self.dotted)


class _Walk:
    """Collects the terms of all groups, and what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.terms: list[_Term] = []
        self.problems: list[Problem] = []

    def group(self, body: dict[str, Any], groups: tuple[str, ...]) -> None:
        for term in self._named(body, "terms"):
            self.terms.append(_Term(term, groups))
        for node in self._named(body, "nodes"):
            self.group(node, (*groups, str(node["name"])))

    def _named(self, body: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
        listed = body.get(key) or []
        if not isinstance(listed, list):
            self._fault(listed, f"{key!r} must be a list")
            return
        for item in listed:
            if not isinstance(item, dict):
                self._fault(item, f"an item of {key!r} must have a 'name'")
            elif not isinstance(item.get("name"), str) or not item["name"].strip():
                self._fault(item, f"an item of {key!r} has no 'name'")
            else:
                yield item

    def _fault(self, value: Any, problem: str) -> None:
        inner = value
        while isinstance(inner, (dict, list)) and inner:
            inner = next(iter(inner.values() if isinstance(inner, dict) else inner))
        line = inner.line if isinstance(inner, _Line) else 0
        self.problems.append(Problem(self.path, line, f"{problem}, got {shown(_plain(value))}."))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value)


def _record(term: _Term, ids: dict[str, str], leavings: Leavings) -> Record | None:
    body, name = term.body, str(term.body["name"])
    description = body.get("description")
    if not isinstance(description, str) or not description.strip():
        leavings.leave("term", "no description", name)
        return None
    urls = [body.get("source_url"), *_urls(body.get("knowledge_links"))]
    values = {
        "id": term.entry_id,
        "term": name,
        "definition": str(description),
        "see_also": [link for key in _SEE_ALSO for link in _links(body.get(key), ids)],
        "broader": _links(body.get("inherits"), ids),
        "category": term.groups[-1] if term.groups else None,
        "source": _text(body.get("source_ref")),
        "url": next((found for url in urls if (found := _text(url))), None),
    }
    return Record(getattr(term.body["name"], "line", 0), values)


def _links(value: Any, ids: dict[str, str]) -> list[str]:
    """Return the ids that paths lead to; a path that leads nowhere stays as it is."""
    listed = value if isinstance(value, list) else [value] if value else []
    return [ids.get(str(name), str(name)) for name in listed if isinstance(name, str)]


def _urls(value: Any) -> list[Any]:
    listed = value if isinstance(value, list) else []
    return [card.get("url") for card in listed if isinstance(card, dict)]


def _text(value: Any) -> str | None:
    return str(value) if isinstance(value, str) and value.strip() else None
