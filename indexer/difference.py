"""What changed between two snapshots: entries, related lists and why, and how much in all.

Entries are the same when they have the same id. A related list is looked at as far as a page shows
it; what only moved within it is no churn.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import Entry
from indexer.snapshot import Snapshot

SHOWN_ITEMS = 10
_FIELDS = (
    "term",
    "definitions",
    "aliases",
    "hidden_labels",
    "see_also",
    "broader",
    "category",
    "example",
    "source",
    "url",
)
# What a related list is computed from.
_related_text = attrgetter("term", "definitions", "aliases", "see_also", "example")

Lists = Mapping[str, tuple[str, ...]]


class Reason(StrEnum):
    """Why an item came into a list or left it; of several, the first that applies."""

    OVERRIDE = "override"
    ADDED = "neighbour added"
    REMOVED = "neighbour removed"
    ENCODER = "other encoder"
    ENTRY = "entry changed"
    NEIGHBOUR = "neighbour changed"
    SCORES = "scores moved"


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry of both snapshots, as it is in the later one, and which fields changed."""

    entry: Entry
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that came into a list or left it, and why."""

    entry: Entry
    reason: Reason


@dataclass(frozen=True, slots=True)
class ListChange:
    """The items that came into the list of an entry, and those that left it."""

    entry: Entry
    came: tuple[ItemChange, ...]
    left: tuple[ItemChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that changed from one snapshot to another.

    ``churn`` is the share of related items that changed, 0 to 1, over the entries of both,
    ``reordered`` how many lists have the same items in another order, ``compared`` how many lists
    were looked at.
    """

    before: str
    after: str
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    changed: tuple[EntryChange, ...]
    lists: tuple[ListChange, ...]
    reordered: int
    compared: int
    churn: float
    other_encoder: bool


def shown_lists(
    entries: Sequence[Entry], numbers: NDArray[np.int32], *, limit: int = SHOWN_ITEMS
) -> Lists:
    """Return the ids of each entry's first related items, by its own id."""
    ids = [entry.id for entry in entries]
    return {
        entry_id: tuple(ids[other] for other in row if other >= 0)
        for entry_id, row in zip(ids, numbers[:, :limit].tolist(), strict=True)
    }


def churn(before: Lists, after: Lists) -> float:
    """Return the share of related items that changed, 0 to 1, over the entries of both.

    One of ten items replaced is a tenth; nothing to compare is 0.
    """
    changed = items = 0
    for entry_id in before.keys() & after.keys():
        one, other = set(before[entry_id]), set(after[entry_id])
        changed += len(one ^ other)
        items += len(one) + len(other)
    return changed / items if items else 0.0


def difference(before: Snapshot, after: Snapshot, *, limit: int = SHOWN_ITEMS) -> Difference:
    """Compare two snapshots, their lists as far as ``limit``; all in the glossaries' order."""
    one, other = _Side.of(before, limit), _Side.of(after, limit)
    comparison = _Comparison(one, other, _encoding(before) != _encoding(after))
    both = [entry for entry_id, entry in other.entries.items() if entry_id in one.entries]
    pairs = [(one.lists[entry.id], other.lists[entry.id]) for entry in both]
    return Difference(
        before=before.name,
        after=after.name,
        added=tuple(e for entry_id, e in other.entries.items() if entry_id not in one.entries),
        removed=tuple(e for entry_id, e in one.entries.items() if entry_id not in other.entries),
        changed=tuple(
            EntryChange(entry, fields)
            for entry in both
            if (fields := _changed_fields(one.entries[entry.id], entry))
        ),
        lists=tuple(
            comparison.list_change(entry)
            for entry, (old, new) in zip(both, pairs, strict=True)
            if set(old) != set(new)
        ),
        reordered=sum(old != new and set(old) == set(new) for old, new in pairs),
        compared=len(both),
        churn=churn(one.lists, other.lists),
        other_encoder=comparison.other_encoder,
    )


@dataclass(frozen=True, slots=True)
class _Rules:
    """The overrides of one list, by ids."""

    named: Mapping[str, frozenset[str]]
    cap: int | None


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two snapshots, by ids."""

    entries: Mapping[str, Entry]
    lists: Lists
    rules: Mapping[str, _Rules]

    @classmethod
    def of(cls, snapshot: Snapshot, limit: int) -> "_Side":
        entries = list(snapshot.entries)
        rules = {}
        for number, wanted in snapshot.overrides.arrangements.items():
            kinds = (("pin", wanted.pins), ("block", wanted.blocks), ("order", wanted.order))
            named: dict[str, set[str]] = {}
            for kind, numbers in kinds:
                for other in numbers:
                    named.setdefault(entries[other].id, set()).add(kind)
            frozen = {entry_id: frozenset(of_it) for entry_id, of_it in named.items()}
            rules[entries[number].id] = _Rules(frozen, wanted.cap)
        lists = shown_lists(entries, snapshot.related.numbers, limit=limit)
        return cls({entry.id: entry for entry in entries}, lists, rules)

    def rule(self, entry_id: str, other: str) -> frozenset[str]:
        """Tell which kinds of rules of an entry name another one."""
        rules = self.rules.get(entry_id)
        return rules.named.get(other, frozenset()) if rules else frozenset()

    def caps(self, entry_id: str, count: int) -> bool:
        """Tell whether a cap of an entry leaves no room for so many items."""
        rules = self.rules.get(entry_id)
        return rules is not None and rules.cap is not None and rules.cap < count


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Finds out why lists changed."""

    before: _Side
    after: _Side
    other_encoder: bool

    def list_change(self, entry: Entry) -> ListChange:
        """Say what came into a list and what left it, each with its reason."""
        came = dict(self._reasons(entry.id, self.before, self.after))
        left = dict(self._reasons(entry.id, self.after, self.before))
        return ListChange(
            entry,
            tuple(_item(self.after, one, reason, left.values()) for one, reason in came.items()),
            tuple(_item(self.before, one, reason, came.values()) for one, reason in left.items()),
        )

    def _reasons(
        self, entry_id: str, without: _Side, having: _Side
    ) -> Iterator[tuple[str, Reason | None]]:
        """Yield the items of a list that the other side's lacks, each with its own reason."""
        known, listed = set(without.lists[entry_id]), having.lists[entry_id]
        for item in listed:
            if item not in known:
                yield item, self._reason(entry_id, item, len(listed), without, having)

    def _reason(
        self, entry_id: str, item: str, count: int, without: _Side, having: _Side
    ) -> Reason | None:
        if without.rule(entry_id, item) != having.rule(entry_id, item):
            return Reason.OVERRIDE
        if item not in without.entries:
            return Reason.ADDED if having is self.after else Reason.REMOVED
        if without.caps(entry_id, count):
            return Reason.OVERRIDE
        if self.other_encoder:
            return Reason.ENCODER
        if self._is_reworded(entry_id):
            return Reason.ENTRY
        return Reason.NEIGHBOUR if self._is_reworded(item) else None

    def _is_reworded(self, entry_id: str) -> bool:
        one, other = self.before.entries[entry_id], self.after.entries[entry_id]
        return bool(_related_text(one) != _related_text(other))


def _item(
    side: _Side, entry_id: str, reason: Reason | None, opposite: Collection[Reason | None]
) -> ItemChange:
    """An item without a reason of its own took the place of one that left, or gave way to one."""
    taken = (one for one in Reason if one in opposite)
    return ItemChange(side.entries[entry_id], reason or next(taken, Reason.SCORES))


def _changed_fields(one: Entry, other: Entry) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if getattr(one, name) != getattr(other, name))


def _encoding(snapshot: Snapshot) -> tuple[object, object]:
    return snapshot.manifest.encoder, snapshot.manifest.view_weights
