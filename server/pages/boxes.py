"""Boxes with text on a drawing, moved apart until none covers another."""

import textwrap
from dataclasses import dataclass, replace
from itertools import combinations

# Of the letters of a system font at 14 px; wide ones, so that no word leaves its box.
_LETTER, _LINE = 8.0, 19.0
_PADDING = 12.0
_GAP = 12.0
_ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Box:
    """A text in lines, and the box around it; ``x`` and ``y`` are its middle."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


def box(text: str, *, x: float, y: float, letters: int) -> Box:
    """Return a box for a text, in lines of at most so many letters."""
    lines = tuple(textwrap.wrap(text, letters, break_long_words=True, max_lines=4)) or (text,)
    width = max(map(len, lines)) * _LETTER + 2 * _PADDING
    return Box(lines, x, y, width, len(lines) * _LINE + _PADDING)


def apart(boxes: list[Box], *, width: float, height: float) -> list[Box] | None:
    """Move boxes as little as need be, all inside the drawing; ``None`` when they do not fit."""
    placed = [_inside(one, width, height) for one in boxes]
    for _ in range(_ROUNDS):
        moved = False
        for first, second in combinations(range(len(placed)), 2):
            one, other = placed[first], placed[second]
            across = (one.width + other.width) / 2 + _GAP - abs(one.x - other.x)
            down = (one.height + other.height) / 2 + _GAP - abs(one.y - other.y)
            if across <= 0.01 or down <= 0.01:
                continue
            moved = True
            # The shorter way out; of two in one place, the second goes right and down.
            step_x = (across / 2 if other.x >= one.x else -across / 2) if across < down else 0.0
            step_y = 0.0 if across < down else (down / 2 if other.y >= one.y else -down / 2)
            placed[first] = _inside(replace(one, x=one.x - step_x, y=one.y - step_y), width, height)
            placed[second] = _inside(
                replace(other, x=other.x + step_x, y=other.y + step_y), width, height
            )
        if not moved:
            return placed
    return None


def _inside(one: Box, width: float, height: float) -> Box:
    return replace(
        one,
        x=min(max(one.x, one.width / 2 + 1), width - one.width / 2 - 1),
        y=min(max(one.y, one.height / 2 + 1), height - one.height / 2 - 1),
    )
