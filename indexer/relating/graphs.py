"""Rows as a graph, for networkx and others: GraphML, or a list of edges with tabs.

In a graph of two glossaries, or of texts and a glossary, ids have ``A:`` and ``B:`` in front.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from indexer.relating.rows import Row
from indexer.relating.tables import Lines

# What XML has no place for, beyond the control characters that entries cannot have.
_NO_XML = re.compile("[\ufffe\uffff]")
_BLANKS = re.compile(r"[\t\r\n]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="term" for="node" attr.name="term" attr.type="string"/>
<key id="strength" for="edge" attr.name="strength" attr.type="double"/>
<key id="score" for="edge" attr.name="score" attr.type="double"/>
<key id="rank" for="edge" attr.name="rank" attr.type="int"/>
"""
_NODE, _EDGE = b"<node ", b"<edge "


@dataclass(frozen=True, slots=True)
class Ends:
    """How the ends of an edge are called."""

    two_sided: bool

    def source(self, row: Row) -> str:
        """Return the id of the node that an edge starts at."""
        return f"A:{row.source_id}" if self.two_sided else row.source_id

    def target(self, row: Row) -> str:
        """Return the id of the node that it leads to."""
        return f"B:{row.target_id}" if self.two_sided else row.target_id


@dataclass(frozen=True, slots=True)
class GraphML:
    """A graph in XML, the nodes first; ``directed`` unless every pair stands in it once.

    The nodes are held in memory when the parts are joined, the edges never.
    """

    ends: Ends
    directed: bool

    def write_part(self, path: Path, items: Iterable[Row]) -> int:
        """Write the nodes and edges of some rows, each in a line, and return how many rows."""
        count, seen = 0, set[str]()
        with path.open("w", encoding="utf-8", newline="") as file:
            for count, row in enumerate(items, start=1):  # noqa: B007  the last is the count
                source, target = self.ends.source(row), self.ends.target(row)
                for node, term in ((source, row.source_term), (target, row.target_term)):
                    if node not in seen:
                        seen.add(node)
                        file.write(f'<node id={_quoted(node)}><data key="term">{_text(term)}')
                        file.write("</data></node>\n")
                file.write(
                    f"<edge source={_quoted(source)} target={_quoted(target)}>"
                    f'<data key="strength">{row.strength}</data><data key="score">{row.score}'
                    f'</data><data key="rank">{row.rank}</data></edge>\n'
                )
        return count

    def join(self, parts: Sequence[Path], output: Path) -> None:
        """Write all parts into a whole graph."""
        kind = "directed" if self.directed else "undirected"
        with output.open("wb") as file:
            file.write(f'{_HEAD}<graph edgedefault="{kind}">\n'.encode())
            file.writelines(dict.fromkeys(_lines(parts, _NODE)))
            file.writelines(_lines(parts, _EDGE))
            file.write(b"</graph>\n</graphml>\n")


def edge_lines(ends: Ends) -> Lines[Row]:
    """Write source, target and strength a line, as ``read_weighted_edgelist`` takes them."""

    def line(row: Row) -> str:
        names = (_BLANKS.sub(" ", end) for end in (ends.source(row), ends.target(row)))
        return "\t".join([*names, str(row.strength)])

    return Lines(line)


def _lines(parts: Sequence[Path], start: bytes) -> Iterable[bytes]:
    def of(path: Path) -> Iterable[bytes]:
        with path.open("rb") as file:
            yield from (line for line in file if line.startswith(start))

    return chain.from_iterable(map(of, parts))


def _text(text: str) -> str:
    # A line is one node or one edge.
    return escape(_NO_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(_NO_XML.sub("\ufffd", text))
