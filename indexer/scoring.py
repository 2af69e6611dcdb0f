"""How the evidence of meaning and of words becomes one score, for hits and for related items.

Both kinds are on a scale that does not depend on the query: a cosine, and the share of the words'
weight that an entry has. Rank fusion and z-scores lose that, and with it the difference between
the best of many good answers and the best of many bad ones. The weights are tuned by
``tests/bench/tune.py`` on the development halves of the judged sets.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FewScores:
    """Scores of which most are 0: the others, and whose they are."""

    numbers: NDArray[np.signedinteger[Any]]
    values: Scores


@dataclass(frozen=True, slots=True)
class ViewWeights:
    """How much each view of a passage counts in its row; they add up to 1."""

    definition: float
    titled: float
    titles: float


# Definitions alone find another author's definition best (acc@1 .50, with the term in front .43),
# the term in front makes the better related lists (R-precision .48 against .43), and titles help
# where definitions are short; this mixture is near the best of each. Rows left unscaled find less.
VIEW_WEIGHTS = ViewWeights(definition=0.4, titled=0.45, titles=0.15)
# What the words of a query add to its meaning.
WORDS_OF_QUERY = 0.36
# The more entries there are, the more of them have a query's words by chance: in a dictionary of
# 100,000 words alone mislead. The weight falls with the cube of the logarithm.
_ENTRIES_FOR_FULL_WEIGHT = 2000
# What shared words add to the cosine of two entries; from 0.8 to 1.7 it makes little difference.
WORDS_OF_PAIR = 1.0
# How much of an entry's closeness to its own nearest is taken off, so that entries which are
# close to everything do not fill all lists (CSLS: Lample et al., "Word translation without
# parallel data", 2018). More of it helps the lists of a real site, and hurts those of editors.
HUBNESS = 0.2
HUB_NEIGHBOURS = 5


# What it adds that two entries have the same neighbours: the lists of a real site and those of
# editors both gain (R-precision .53 to .56 and .55 to .61), and hubs are held down further.
SHARED_NEIGHBOURS = 0.3


def hit_score(meaning: Scores, words: Scores, *, entries: int) -> Scores:
    """Return the score of hits; 1 is the same meaning in the same words.

    Args:
        meaning: The cosine of query and row.
        words: The share of the query's words that each entry has, as ``Postings.share`` tells.
        entries: How many entries the glossary has.
    """
    weight = weight_of_words(entries)
    return np.asarray((meaning + weight * words) / (1 + WORDS_OF_QUERY), dtype=np.float32)


def weight_of_words(entries: int) -> float:
    """Return what a query's words count beside its meaning, in a glossary of so many entries."""
    fewer = math.log(_ENTRIES_FOR_FULL_WEIGHT) / math.log(max(entries, _ENTRIES_FOR_FULL_WEIGHT))
    return WORDS_OF_QUERY * fewer**3


def pair_score(meaning: Scores, words: Scores) -> Scores:
    """Return the score of pairs of entries, each at most 1, before what hubs lose."""
    return np.asarray((meaning + WORDS_OF_PAIR * words) / (1 + WORDS_OF_PAIR), dtype=np.float32)


def become_pair_scores(meaning: Scores, words: FewScores) -> None:
    """Make the cosines of an entry with all others what ``pair_score`` tells, in place."""
    meaning[words.numbers] += WORDS_OF_PAIR * words.values
    meaning /= 1 + WORDS_OF_PAIR


def list_score(pairs: Scores, lost: Scores, alike: Scores) -> Scores:
    """Return the score of related items, each at most 1.

    Args:
        pairs: What ``pair_score`` tells.
        lost: What both entries of each pair lose as hubs.
        alike: The cosine of their neighbourhoods.
    """
    whole = 1 + SHARED_NEIGHBOURS
    return np.asarray((pairs - lost + SHARED_NEIGHBOURS * alike) / whole, dtype=np.float32)


def become_list_scores(pairs: Scores, lost: Scores, alike: FewScores) -> None:
    """Make the pair scores of an entry with all others what ``list_score`` tells, in place."""
    pairs -= lost
    pairs[alike.numbers] += SHARED_NEIGHBOURS * alike.values
    pairs /= 1 + SHARED_NEIGHBOURS


def further_away(lost: Scores) -> Scores:
    """Return what the cosines of entries would be less by for the same score, if none were lost."""
    return (1 + WORDS_OF_PAIR) * lost


def least_words(
    scores: NDArray[np.floating], meaning: NDArray[np.float64], lost: Scores | None = None
) -> NDArray[np.float64]:
    """Return how many words another entry shares, at least, that is closer to an entry.

    Args:
        scores: What it would score above: as a pair, or in the list of the entry.
        meaning: What its cosine is at most, less what it loses by ``further_away``.
        lost: What the entry loses as a hub, where scores are those of lists. The two have no
            neighbours in common.
    """
    pairs = np.asarray(scores, dtype=np.float64)
    if lost is not None:
        pairs = (1 + SHARED_NEIGHBOURS) * pairs + lost
    return ((1 + WORDS_OF_PAIR) * pairs - meaning) / WORDS_OF_PAIR


def hubness(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each row of scores, (things, entries), loses for its nearest entries."""
    near = min(HUB_NEIGHBOURS, scores.shape[1])
    closest = np.partition(scores, scores.shape[1] - near, axis=1)[:, -near:]
    # In one order, so that it is the same sum whatever else was looked at.
    closest.sort(axis=1)
    lost: NDArray[np.float32] = np.float32(HUBNESS) * closest.mean(axis=1)
    return lost
