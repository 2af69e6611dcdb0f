"""Hubs: entries that stand in far more related lists than chance would put them."""

import numpy as np

from indexer.difference import SHOWN_ITEMS
from indexer.health.findings import Check, Finding, Material

# Such a count, or a higher one, would be met in one glossary of this size in a hundred.
_CHANCE = 0.01


def hubs(material: Material) -> Check:
    """Find entries that stand in far more related lists than others."""
    from scipy.stats import poisson  # noqa: PLC0415  half a second, and only here

    shown = material.snapshot.related.numbers[:, :SHOWN_ITEMS]
    times = np.bincount(shown[shown >= 0], minlength=len(shown))
    mean = float(times.mean())
    least = int(poisson.isf(_CHANCE / len(times), mean)) + 1 if mean else 1
    order = np.lexsort((np.arange(len(times)), -times))
    return Check(
        "hubs",
        "Hubs",
        f"An entry among the first {SHOWN_ITEMS} of {least} lists or more, where {mean:.1f} is "
        "the mean: by chance (Poisson) one glossary in a hundred would have such an entry. Often "
        "its definition is too general.",
        tuple(
            Finding((material.entries[number],), f"in {times[number]} related lists")
            for number in order.tolist()
            if times[number] >= least
        ),
    )
