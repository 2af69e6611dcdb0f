"""The map of one term: the term among its neighbours, as a drawing of boxes and lines.

networkx lays it out, which torch brings along. Of its layouts the spring layout, begun in a ring,
puts near what is strong better than Kamada-Kawai does, in a quarter of the time; it gives the same
picture each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import Entry
from indexer.lookup import RelatedItem
from indexer.neighbours import Edge
from server.pages.boxes import Box, apart, box


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a drawing, and how many letters a line of a term may have in it.

    It may become higher or lower than ``height``, as its boxes need.
    """

    name: str
    width: int
    height: int
    letters: int


WIDE, NARROW = Paper("wide", 800, 560, 18), Paper("narrow", 350, 720, 13)


@dataclass(frozen=True, slots=True)
class Node:
    """An entry in its box; ``item`` is absent for the term itself."""

    entry: Entry
    box: Box
    item: RelatedItem | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two nodes. ``bars`` is how strong, 0 between two neighbours."""

    start: Box
    end: Box
    bars: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """A drawing of the term, which is the first node, and its neighbours."""

    paper: Paper
    height: int
    nodes: list[Node]
    lines: list[Line]


def draw(
    entry: Entry, items: Sequence[RelatedItem], edges: Sequence[Edge], papers: Sequence[Paper]
) -> list[Graph]:
    """Draw a term among its neighbours, once for each paper.

    The weakest neighbours are left out where not all have room.
    """
    places = _layout(items, edges)
    return [_drawn(entry, items, edges, places, paper) for paper in papers]


def _drawn(
    entry: Entry,
    items: Sequence[RelatedItem],
    edges: Sequence[Edge],
    places: NDArray[np.float64],
    paper: Paper,
) -> Graph:
    terms = [entry.term, *(item.entry.term for item in items)]
    boxes = [
        box(term, x=paper.width * float(x), y=paper.height * float(y), letters=paper.letters)
        for term, (x, y) in zip(terms, places, strict=True)
    ]
    for count in range(len(items), 0, -1):
        placed = apart(boxes[: count + 1], width=paper.width)
        if placed is not None:
            within = [edge for edge in edges if max(edge.first, edge.second) < count]
            return _graph(entry, items[:count], within, paper, placed)
    return _graph(entry, [], [], paper, boxes[:1])


def _layout(items: Sequence[RelatedItem], edges: Sequence[Edge]) -> NDArray[np.float64]:
    """Return a place for the term and for each neighbour, from 0 to 1 both ways."""
    import networkx as nx  # noqa: PLC0415  a start need not wait for it

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(items) + 1))
    # The third power tells strengths of 50 and 60 apart, as the bars do.
    graph.add_weighted_edges_from(
        (0, place, (item.strength / 50) ** 3) for place, item in enumerate(items, start=1)
    )
    graph.add_weighted_edges_from((edge.first + 1, edge.second + 1, 0.5) for edge in edges)
    angles = np.linspace(0, 2 * np.pi, max(len(items), 1), endpoint=False)
    ring = {place: (np.cos(angle), np.sin(angle)) for place, angle in enumerate(angles, start=1)}
    start = {0: (0.0, 0.0), **ring} if items else {0: (0.0, 0.0)}
    found = nx.spring_layout(graph, pos=start, fixed=[0], seed=0, iterations=100)
    places = np.array([found[node] for node in range(len(items) + 1)])
    # Each way on its own: the drawing is used whole, whatever its shape.
    low, span = places.min(axis=0), np.ptp(places, axis=0)
    scaled = (places - low) / np.where(span > 0, span, 1)
    return np.asarray(np.where(span > 0, scaled, 0.5))


def _graph(
    entry: Entry,
    items: Sequence[RelatedItem],
    edges: Sequence[Edge],
    paper: Paper,
    boxes: list[Box],
) -> Graph:
    top = min(one.y - one.height / 2 for one in boxes) - 1
    boxes = [replace(one, y=one.y - top) for one in boxes]
    height = max(one.y + one.height / 2 for one in boxes) + 1
    nodes = [Node(entry, boxes[0])]
    nodes += [Node(item.entry, one, item) for item, one in zip(items, boxes[1:], strict=True)]
    lines = [Line(boxes[edge.first + 1], boxes[edge.second + 1]) for edge in edges]
    lines += [Line(boxes[0], one, item.bars) for item, one in zip(items, boxes[1:], strict=True)]
    return Graph(paper, round(height), nodes, lines)
