"""From scores, which mean nothing outside one ranking, to strength (0-100) and bars (1-10).

Strength tells how rare a score is by chance, in this glossary and with this model: every 20 points
are ten times rarer. A related item of strength 40 is closer than 99 % of random pairs of entries,
one of 60 closer than 99.9 %. A hit of strength 40 scores higher than 99 % of entries do for
queries put together from random words.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MOST_BARS = 10
# The chances at which a background is kept; beyond the last the line is drawn on.
_CHANCES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
_POINTS_PER_TENFOLD = 20.0
# That of strength 100.
_HIGHEST_RARITY = 5.0


@dataclass(frozen=True, slots=True)
class Background:
    """Scores that chance reaches: ``scores[i]`` is exceeded with the chance ``chances[i]``."""

    chances: tuple[float, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The backgrounds of a glossary: random pairs of entries, foreign queries, random texts.

    ``free`` is that of texts with entries: definitions, without their term, with other entries.
    """

    related: Background
    search: Background
    texts: Background
    free: Background


# Measured on a psychology glossary of 1,421 entries with all-MiniLM-L6-v2. In a glossary of a few
# entries random words are often those of the right one, and chance cannot be measured.
FEWEST_ENTRIES = 50
_TYPICAL_CHANCES = (0.5, 0.2, 0.1, 0.01, 0.001, 0.0001)
TYPICAL = Calibration(
    related=Background(_TYPICAL_CHANCES, (-0.06, -0.003, 0.031, 0.127, 0.259, 0.385)),
    search=Background(_TYPICAL_CHANCES, (0.087, 0.163, 0.207, 0.329, 0.448, 0.58)),
    texts=Background(_TYPICAL_CHANCES, (0.15, 0.261, 0.324, 0.485, 0.623, 0.748)),
    free=Background(_TYPICAL_CHANCES, (-0.065, -0.005, 0.029, 0.123, 0.24, 0.371)),
)


def background(scores: NDArray[np.floating]) -> Background:
    """Describe a sample of chance scores by its upper tail, as far as the sample reaches."""
    if not len(scores):
        return Background((0.5, 0.05), (0.0, 0.5))
    chances = [chance for chance in _CHANCES if chance * len(scores) >= 5] or [0.5]
    found = [float(np.quantile(scores, 1 - chance)) for chance in chances]
    # Equal scores, in a glossary of few entries, would make the line vertical.
    steps = np.maximum.accumulate(found + np.arange(len(found)) * 1e-4)
    return Background(tuple(chances), tuple(round(float(score), 6) for score in steps))


def strength(score: float, chance: Background) -> float:
    """Return how rare a score is by chance: 0 (usual) to 100 (one in 100,000), one decimal."""
    return float(strengths(np.float64(score), chance))


def strengths(
    scores: NDArray[np.floating] | np.floating, chance: Background
) -> NDArray[np.float64]:
    """Return the strength of each score."""
    line = _line(chance)
    return np.asarray(np.interp(scores, line.scores, line.strengths)).round(1)


def weakest_score(strength_value: float, chance: Background) -> float:
    """Return a score that all scores of at least this strength are above; -inf for 0."""
    line = _line(chance)
    # Strengths are rounded to a tenth, and chance scores to a millionth.
    wanted = strength_value - 0.1
    if wanted <= 0:
        return -math.inf
    return float(np.interp(wanted, line.strengths, line.scores)) - 1e-5


@dataclass(frozen=True, slots=True)
class _Line:
    """Corners of the line from scores to strengths; beyond both ends it is level."""

    scores: NDArray[np.float64]
    strengths: NDArray[np.float64]


@lru_cache(maxsize=64)
def _line(chance: Background) -> _Line:
    rarities = [-math.log10(value) for value in chance.chances]
    first, rest = chance.scores[0], zip(chance.scores[1:], rarities[1:], strict=True)
    # Below the median the scale runs out, to 0 where the score does.
    start = (0.0, first) if first > 0 else (first, np.nextafter(first, 1))
    corners = [(start[0], 0.0), (start[1], rarities[0]), *rest]
    if len(rarities) == 1 and first <= 0:
        del corners[1]
    else:
        # The last two steps of the tail, drawn on.
        back, last = corners[max(len(corners) - 4, min(len(rarities) - 1, 1))], corners[-1]
        slope = (last[0] - back[0]) / (last[1] - back[1])
        corners.append((last[0] + slope * (_HIGHEST_RARITY - last[1]), _HIGHEST_RARITY))
    found = np.array(corners)
    return _Line(found[:, 0], _POINTS_PER_TENFOLD * found[:, 1])


def bars(strength_value: float) -> int:
    """Return strength in tenths, at least 1: what is listed has a bar."""
    return min(max(math.ceil(strength_value / MOST_BARS), 1), MOST_BARS)
