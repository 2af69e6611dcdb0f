"""From scores, which mean nothing outside one ranking, to strength (0-100) and bars (1-10).

Strength tells how rare a score is by chance, in this glossary and with this model: every 20 points
are ten times rarer. A related item of strength 40 is closer than 99 % of random pairs of entries,
one of 60 closer than 99.9 %. A hit of strength 40 scores higher than 99 % of entries do for
queries put together from random words.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_BARS = 10
# The chances at which a background is kept; beyond the last the line is drawn on.
_CHANCES = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001)
_POINTS_PER_TENFOLD = 20.0


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
    rarities = [-math.log10(value) for value in chance.chances]
    scores = list(chance.scores)
    if score <= scores[0] or len(scores) == 1:
        # Below the median the scale runs out, to 0 where the score does.
        rarity = rarities[0] * max(score, 0.0) / max(scores[0], 1e-6) if scores[0] > 0 else 0.0
        rarity = min(rarity, rarities[0]) if len(scores) > 1 else rarity
    elif score >= scores[-1]:
        # The last two steps of the tail, drawn on.
        back = max(len(scores) - 4, 0)
        slope = (rarities[-1] - rarities[back]) / (scores[-1] - scores[back])
        rarity = rarities[-1] + slope * (score - scores[-1])
    else:
        rarity = float(np.interp(score, scores, rarities))
    return round(min(max(_POINTS_PER_TENFOLD * rarity, 0.0), 100.0), 1)


def bars(strength_value: float) -> int:
    """Return strength in tenths, at least 1: what is listed has a bar."""
    return min(max(math.ceil(strength_value / MOST_BARS), 1), MOST_BARS)
