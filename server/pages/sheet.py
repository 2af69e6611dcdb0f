"""The overview map: the whole glossary, or one category of it, as a drawing of marks.

Where an entry stands was computed when the snapshot was built. A category has a colour and a shape,
so that it can be told without seeing colours. A large glossary is drawn in part: those entries that
stand in most related lists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import Entry, title_key
from indexer.listing import Section
from indexer.neighbours import most_listed
from indexer.snapshot import Snapshot
from server.pages.boxes import Box, apart, box

WIDTH, HEIGHT = 960, 720
MOST_DRAWN, MOST_OF_CATEGORY, _MOST_AROUND = 1500, 200, 600
_MARGIN = 28
SHAPES, HUES = 4, 5
_LETTER, _LABEL_HEIGHT, _LABEL_GAP = 7.8, 18, 9
# Entries far from the rest of their category would make it small.
_INNER = (4, 96)


@dataclass(frozen=True, slots=True)
class Style:
    """How a category is marked; those beyond the twentieth share ``hue`` -1."""

    shape: int
    hue: int


@dataclass(frozen=True, slots=True)
class Legend:
    """A category with its mark, and the box of its name where the map has room for it."""

    section: Section
    style: Style
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """An entry on the drawing; ``end`` tells on which side of it its label ends, if it has one."""

    entry: Entry
    style: Style
    x: int
    y: int
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A drawing: ``points`` are links, ``around`` only shows what else is there."""

    points: list[Point]
    legends: list[Legend]
    around: list[Point]


_OTHER = Style(0, -1)


def whole_sheet(snapshot: Snapshot) -> Sheet:
    """Draw the whole glossary, with the name of each category in its middle."""
    numbers = most_listed(snapshot, np.arange(len(snapshot.entries), dtype=np.int32), MOST_DRAWN)
    numbers = np.sort(numbers)
    styles = _styles(snapshot)
    places = _on_paper(snapshot.overview[numbers], np.zeros(2), np.ones(2))
    points = _points(snapshot, numbers, places, styles)
    return Sheet(points, _named(_legends(snapshot, styles), points), [])


def category_sheet(snapshot: Snapshot, section: Section) -> Sheet:
    """Draw one category, larger, with as many terms written out as there is room for."""
    of_category = snapshot.listing.numbers(category=section.name)
    drawn = most_listed(snapshot, of_category, MOST_OF_CATEGORY)
    low, high = _window(snapshot.overview[drawn])
    styles = _styles(snapshot)
    inside = np.all((snapshot.overview >= low) & (snapshot.overview <= high), axis=1)
    seen = drawn[inside[drawn]]
    points = _points(snapshot, seen, _on_paper(snapshot.overview[seen], low, high), styles)
    rest = np.flatnonzero(inside & ~snapshot.listing.in_category(section.name)).astype(np.int32)
    rest = most_listed(snapshot, rest, _MOST_AROUND)
    around = _points(snapshot, rest, _on_paper(snapshot.overview[rest], low, high), styles)
    return Sheet(_labelled(points), _legends(snapshot, styles), around)


def _legends(snapshot: Snapshot, styles: Mapping[str, Style]) -> list[Legend]:
    """Return the categories in alphabetical order, each with its mark."""
    return [
        Legend(section, styles[title_key(section.name)]) for section in snapshot.listing.categories
    ]


def _styles(snapshot: Snapshot) -> dict[str, Style]:
    """Give the largest categories a colour and a shape of their own."""
    sections = sorted(snapshot.listing.categories, key=lambda section: -section.count)
    return {
        title_key(section.name): Style(rank // HUES, rank % HUES)
        if rank < HUES * SHAPES
        else _OTHER
        for rank, section in enumerate(sections)
    }


def _on_paper(
    places: NDArray[np.float32], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.int64]:
    room = np.array([WIDTH - 2 * _MARGIN, HEIGHT - 2 * _MARGIN])
    scaled = _MARGIN + (places - low) / (high - low) * room
    return np.asarray(np.rint(scaled), dtype=np.int64)


def _window(places: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the part of the map that holds most of these places, not much wider than high."""
    low, high = np.percentile(places, _INNER, axis=0)
    middle, half = (low + high) / 2, (high - low) / 2 * 1.15
    half = np.maximum(half, max(0.6 * float(half.max()), 0.05))
    return middle - half, middle + half


def _points(
    snapshot: Snapshot,
    numbers: NDArray[np.int32],
    places: NDArray[np.int64],
    styles: Mapping[str, Style],
) -> list[Point]:
    entries = [snapshot.entries[int(number)] for number in numbers]
    return [
        Point(entry, styles.get(title_key(entry.category or ""), _OTHER), int(x), int(y))
        for entry, (x, y) in zip(entries, places, strict=True)
    ]


def _named(found: Sequence[Legend], points: Sequence[Point]) -> list[Legend]:
    """Write the name of each category that has a mark of its own amid its entries."""
    marked = [legend for legend in found if legend.style.hue >= 0]
    boxes = []
    for legend in marked:
        own = [(p.x, p.y) for p in points if p.style == legend.style] or [(WIDTH // 2, HEIGHT // 2)]
        x, y = np.median(np.array(own), axis=0)
        boxes.append(box(legend.section.name, x=float(x), y=float(y), letters=16))
    placed = apart(boxes, width=WIDTH, height=HEIGHT) or boxes
    at = {legend.section.name: one for legend, one in zip(marked, placed, strict=True)}
    return [Legend(one.section, one.style, at.get(one.section.name)) for one in found]


def _labelled(points: Sequence[Point]) -> list[Point]:
    """Write out a term beside its mark where it covers no other term and no mark of these."""
    taken = [(p.x - 6.0, p.y - 6.0, p.x + 6.0, p.y + 6.0) for p in points]
    labelled = []
    for point in points:
        length = len(point.entry.term) * _LETTER
        anchor = None
        for side, start in (
            ("start", point.x + _LABEL_GAP),
            ("end", point.x - _LABEL_GAP - length),
        ):
            spot = (start, point.y - _LABEL_HEIGHT / 2, start + length, point.y + _LABEL_HEIGHT / 2)
            if spot[0] >= 0 and spot[2] <= WIDTH and not any(_cover(spot, one) for one in taken):
                taken.append(spot)
                anchor = side
                break
        labelled.append(Point(point.entry, point.style, point.x, point.y, anchor))
    return labelled


def _cover(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
