"""``glossary diff``: what changed between two snapshots, and why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from indexer.commands.options import built_index, index_option, show_json
from indexer.difference import (
    SHOWN_ITEMS,
    Difference,
    ItemChange,
    ListChange,
    Reason,
    difference,
)
from indexer.glossary import Entry
from indexer.snapshot import MOST_RELATED, Snapshot, open_current, open_named

_LIVE = "live"


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@index_option
@click.option(
    "--limit",
    default=SHOWN_ITEMS,
    show_default=True,
    type=click.IntRange(1, MOST_RELATED),
    help="How far related lists are compared; a page shows ten items.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def command(before: str, after: str, index: Path | None, limit: int, as_json: bool) -> None:
    """Tell what changed from snapshot A to snapshot B, and why related lists did.

    A and B are names of snapshots of the index folder, `live` for its live one, or other index
    folders, whose live one counts.

    \b
    Examples:
        glossary diff live 20261123T114000Z-1f3a9c --index terms-index
        glossary diff terms-index words-index
    """
    found = difference(_opened(before, index), _opened(after, index), limit=limit)
    if as_json:
        show_json(_body(found))
        return
    for line in _lines(found):
        click.echo(line)


def _opened(name: str, index: Path | None) -> Snapshot:
    if name != _LIVE and Path(name).is_dir():
        return open_current(Path(name))
    folder = built_index(index)
    return open_current(folder) if name == _LIVE else open_named(folder, name)


def _lines(found: Difference) -> list[str]:
    lines = [f"From {found.before} to {found.after}."]
    if found.other_encoder:
        lines.append("They have different encoders: scores mean something else in each.")
    for what, entries in (("added", found.added), ("removed", found.removed)):
        lines.append(f"Terms {what}: {len(entries):,}")
        lines += [f"    {entry.term}" for entry in entries]
    lines.append(f"Terms changed: {len(found.changed):,}")
    lines += [f"    {one.entry.term}: {', '.join(one.fields)}" for one in found.changed]
    lines.append(f"Related lists changed: {len(found.lists):,} of {found.compared:,}")
    for one in found.lists:
        lines += _list_lines(one)
    lines.append(f"Related lists only in another order: {found.reordered:,}")
    reasons = _reasons(found)
    told = "".join(f"; {reason}: {count:,}" for reason, count in reasons.items())
    lines.append(f"Churn: {found.churn:.1%} of the related items{told}")
    return lines


def _list_lines(change: ListChange) -> Iterable[str]:
    yield f"    {change.entry.term}"
    for mark, items in (("+", change.came), ("-", change.left)):
        for item in items:
            yield f"        {mark} {item.entry.term}  ({item.reason.value})"


def _reasons(found: Difference) -> dict[str, int]:
    """Count the items that changed by their reason, in the order of reasons."""
    counts = Counter(item.reason for one in found.lists for item in (*one.came, *one.left))
    return {reason.value: counts[reason] for reason in Reason if counts[reason]}


def _body(found: Difference) -> dict[str, object]:
    return {
        "before": found.before,
        "after": found.after,
        "other_encoder": found.other_encoder,
        "added": [_named(entry) for entry in found.added],
        "removed": [_named(entry) for entry in found.removed],
        "changed": [{**_named(one.entry), "fields": list(one.fields)} for one in found.changed],
        "compared": found.compared,
        "lists": [
            {**_named(one.entry), "came": _items(one.came), "left": _items(one.left)}
            for one in found.lists
        ],
        "reordered": found.reordered,
        "reasons": _reasons(found),
        "churn": round(found.churn, 4),
    }


def _items(items: Sequence[ItemChange]) -> list[dict[str, object]]:
    return [{**_named(item.entry), "reason": item.reason.value} for item in items]


def _named(entry: Entry) -> dict[str, object]:
    return {"id": entry.id, "term": entry.term}
