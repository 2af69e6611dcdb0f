"""Boxes with text on a drawing, moved apart until none covers another."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

# Of the letters of a system font at 14 px; wide ones, so that no word leaves its box.
_LETTER, _LINE = 8.0, 19.0
_PADDING = 12.0
# A longer word is broken: its box would not go on a phone.
_WHOLE_WORD = 20
_GAP = 12.0
_CLEAR = 0.01
_RATHER_DOWN = 2.0
_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class Box:
    """A text in lines, and the box around it; ``x`` and ``y`` are its middle."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


def box(text: str, *, x: float, y: float, letters: int) -> Box:
    """Return a box for a text, in lines of at most so many letters, or of one longer word."""
    longest = max(map(len, text.split()), default=0)
    letters = max(letters, min(longest, _WHOLE_WORD))
    lines = tuple(textwrap.wrap(text, letters, break_long_words=True, max_lines=4)) or (text,)
    width = max(map(len, lines)) * _LETTER + 2 * _PADDING
    return Box(lines, x, y, width, len(lines) * _LINE + _PADDING)


def apart(boxes: Sequence[Box], *, width: float, height: float | None = None) -> list[Box] | None:
    """Move boxes as little as need be until none covers another, all within a width.

    Without a height they may go as far up and down as they need. ``None`` when there is no room.
    """
    placed = [_inside(one, width, height) for one in boxes]
    for turn in range(_ROUNDS):
        moved = False
        # Boxes that keep pushing each other to and fro are parted up and down alone.
        stuck = turn > _ROUNDS // 3
        for first, second in combinations(range(len(placed)), 2):
            step_x, step_y = _step(placed[first], placed[second], only_down=stuck)
            if step_x or step_y:
                moved = True
                placed[first] = _inside(_moved(placed[first], -step_x, -step_y), width, height)
                placed[second] = _inside(_moved(placed[second], step_x, step_y), width, height)
        if not moved:
            return placed
    return None


def _step(one: Box, other: Box, *, only_down: bool) -> tuple[float, float]:
    """Return how far the other box, and the first one the other way, must go: right and down."""
    across = (one.width + other.width) / 2 + _GAP - abs(one.x - other.x)
    down = (one.height + other.height) / 2 + _GAP - abs(one.y - other.y)
    if across <= _CLEAR or down <= _CLEAR:
        return 0.0, 0.0
    # The shorter way out, and rather down, where there is more room. Of two in one place, the
    # second goes right or down.
    if across * _RATHER_DOWN < down and not only_down:
        return (across / 2 if other.x >= one.x else -across / 2), 0.0
    return 0.0, (down / 2 if other.y >= one.y else -down / 2)


def _moved(one: Box, right: float, down: float) -> Box:
    return replace(one, x=one.x + right, y=one.y + down)


def _inside(one: Box, width: float, height: float | None) -> Box:
    x = min(max(one.x, one.width / 2 + 1), width - one.width / 2 - 1)
    y = one.y
    if height is not None:
        y = min(max(y, one.height / 2 + 1), height - one.height / 2 - 1)
    return replace(one, x=x, y=y)
