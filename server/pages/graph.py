"""The map of one term: the term among its neighbours, as a drawing of boxes and lines.

networkx lays it out: torch brings it along, and its Kamada-Kawai layout gives the same picture each
time and puts near what is close.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from indexer.glossary import Entry
from indexer.lookup import RelatedItem
from indexer.neighbours import Edge
from server.pages.boxes import Box, apart, box


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a drawing, and how many letters a line of a term may have in it."""

    name: str
    width: int
    height: int
    letters: int


WIDE, NARROW = Paper("wide", 800, 560, 18), Paper("narrow", 358, 640, 13)


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
    nodes: list[Node]
    lines: list[Line]


def draw(entry: Entry, items: Sequence[RelatedItem], edges: Sequence[Edge], paper: Paper) -> Graph:
    """Draw a term among its neighbours; the weakest are left out where not all fit."""
    for count in range(len(items), -1, -1):
        within = [edge for edge in edges if max(edge.first, edge.second) < count]
        boxes = _placed(entry, items[:count], within, paper)
        if boxes is not None:
            return _graph(entry, items[:count], within, paper, boxes)
    raise AssertionError("one box always fits")


def _placed(
    entry: Entry, items: Sequence[RelatedItem], edges: Sequence[Edge], paper: Paper
) -> list[Box] | None:
    places = _layout(items, edges)
    entries = [entry, *(item.entry for item in items)]
    boxes = [
        box(
            one.term,
            x=paper.width * x,
            y=paper.height * y,
            letters=paper.letters,
        )
        for one, (x, y) in zip(entries, places, strict=True)
    ]
    return apart(boxes, width=paper.width, height=paper.height)


def _layout(items: Sequence[RelatedItem], edges: Sequence[Edge]) -> list[tuple[float, float]]:
    """Return a place for the term and for each neighbour, from 0 to 1 both ways."""
    if not items:
        return [(0.5, 0.5)]
    count = len(items) + 1
    graph = nx.complete_graph(count)
    lengths = {node: dict.fromkeys(range(count), 2.0) for node in range(count)}
    for place, item in enumerate(items, start=1):
        lengths[0][place] = lengths[place][0] = 1.0 + (100 - item.strength) / 200
    for edge in edges:
        lengths[edge.first + 1][edge.second + 1] = 0.9
        lengths[edge.second + 1][edge.first + 1] = 0.9
    found = nx.kamada_kawai_layout(graph, dist=lengths, pos=nx.circular_layout(graph))
    places = np.array([found[node] for node in range(count)])
    # Each way on its own: the drawing is used whole, whatever its shape.
    low, span = places.min(axis=0), np.maximum(np.ptp(places, axis=0), 1e-9)
    return [(float(x), float(y)) for x, y in (places - low) / span]


def _graph(
    entry: Entry,
    items: Sequence[RelatedItem],
    edges: Sequence[Edge],
    paper: Paper,
    boxes: list[Box],
) -> Graph:
    nodes = [Node(entry, boxes[0])]
    nodes += [Node(item.entry, one, item) for item, one in zip(items, boxes[1:], strict=True)]
    lines = [Line(boxes[edge.first + 1], boxes[edge.second + 1]) for edge in edges]
    lines += [Line(boxes[0], one, item.bars) for item, one in zip(items, boxes[1:], strict=True)]
    return Graph(paper, nodes, lines)
