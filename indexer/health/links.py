"""Links between entries: dead, one-sided, and entries that nothing leads to."""

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.difference import SHOWN_ITEMS
from indexer.health.findings import Check, Finding, Limits, Material, joined


def dead_links(material: Material) -> Check:
    """Find links that name no entry."""
    return Check(
        "dead_links",
        "Dead links",
        "A see-also or a broader term that is the id, term or alias of no entry; no page shows it.",
        tuple(
            Finding((entry,), f"{kind} names {name!r}")
            for entry, kind, name in material.glossary.unknown_links()
        ),
    )


def one_sided(material: Material, limits: Limits) -> Check:
    """Find entries that do not return see-also links, those first that owe most."""
    links, most = _linked(material), limits.most_see_also
    owed: dict[int, list[int]] = {}
    for one, others in enumerate(links):
        for other in others:
            if (
                other != one
                and one not in links[other]
                and (most is None or len(links[other]) < most)
            ):
                owed.setdefault(other, []).append(one)
    about = "An entry that is named by the see-also of others, which its own does not name."
    if most is not None:
        about += f" One with {most} see-also already need not."
    return Check(
        "one_sided_see_also",
        "One-sided see-also",
        about,
        tuple(
            _one_sided(material, other, owed[other], len(links[other]))
            for other in sorted(owed, key=lambda number: (-len(owed[number]), number))
        ),
    )


def _one_sided(material: Material, number: int, owed: Sequence[int], names: int) -> Finding:
    entry, others = material.entries[number], [material.entries[one] for one in owed]
    return Finding(
        (entry, *others),
        f"does not name {len(others)} that name it: {joined(others)}; it names {names}",
        subject=entry.term,
    )


def orphans(material: Material) -> Check:
    """Find entries that no related list shows, or that no see-also joins to others."""
    return Check(
        "orphans",
        "Orphans",
        f"An entry that no related list shows among its first {SHOWN_ITEMS}; and, where a "
        "glossary has see-also links, one that no such link leads to or from.",
        tuple(_orphans(material)),
    )


def _orphans(material: Material) -> Iterator[Finding]:
    shown = material.snapshot.related.numbers[:, :SHOWN_ITEMS]
    times = np.bincount(shown[shown >= 0], minlength=len(shown))
    links = _linked(material)
    joined = {number for number, others in enumerate(links) if others}.union(*links)
    for number, entry in enumerate(material.entries):
        unlisted, unlinked = times[number] == 0, bool(joined) and number not in joined
        if unlisted and unlinked:
            yield Finding((entry,), "in no related list, and no see-also leads to or from it")
        elif unlisted:
            yield Finding((entry,), "in no related list")
        elif unlinked:
            yield Finding((entry,), "no see-also leads to or from it")


def _linked(material: Material) -> list[set[int]]:
    """Return the entries that each one's see-also names, as far as they are there."""
    find = material.glossary.find
    return [
        {number for name in entry.see_also if (number := find(name)) is not None}
        for entry in material.entries
    ]
