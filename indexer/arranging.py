"""Editors' rules applied to one related list."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import Glossary
from indexer.overrides import Arrangement, Overrides


def arranged(
    listed: NDArray[np.int32], wanted: Arrangement, homonyms: NDArray[np.int32], most: int
) -> NDArray[np.int32]:
    """Return a list as editors want it: what they ordered, then their pins, then the others.

    Args:
        listed: The entries to list without pins and order, closest first; blocked ones are out.
        wanted: The rules of this list.
        homonyms: A number for each entry, the same for entries of the same term.
        most: The longest list.
    """
    there = {*listed.tolist(), *wanted.pins}
    first = [other for other in wanted.order if other in there]
    first += [other for other in wanted.pins if other not in first]
    # Of several entries with one term the pinned one stands for them.
    rest = listed[~np.isin(homonyms[listed], homonyms[np.array(first, dtype=np.int64)])]
    longest = most if wanted.cap is None else min(wanted.cap, most)
    return np.concatenate([np.array(first, dtype=np.int32), rest])[:longest]


def stale_pairs(
    number: int,
    overrides: Overrides,
    glossary: Glossary,
    *,
    plain: NDArray[np.int32],
    ruled: NDArray[np.int32],
) -> Iterator[str]:
    """Say which rules of an entry do nothing for it any more.

    Args:
        number: The entry.
        overrides: The rules.
        glossary: The entries.
        plain: Its list without any rule.
        ruled: Its list as it becomes.
    """
    wanted, entries = overrides.of(number), glossary.entries
    for kind, others, there, why in (
        ("block", wanted.blocks, plain, "would not be listed anyway; take it out"),
        ("order", wanted.order, ruled, "is not in the list; pin it, or take it out"),
    ):
        for other in others:
            if other not in there:
                place = overrides.lines[number, kind, other]
                pair = f"{entries[other].term!r} of {entries[number].term!r}"
                yield f"{place}: {kind} {pair}: it {why}."
