"""What a reader left out, counted by reason, with the first names as examples."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from indexer.formats.records import Record

_EXAMPLES = 3


@dataclass(slots=True)
class Leavings:
    """Collects what a reader leaves out or reads in a way worth telling; ``notes`` says it."""

    _found: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def leave(self, noun: str, why: str, example: str = "", *, count: int = 1) -> None:
        """Count something left out: "3 terms left out: obsolete ('A', 'B', 'C')"."""
        self._add((noun, f"left out: {why}"), example, count)

    def tell(self, noun: str, what: str, example: str = "", *, count: int = 1) -> None:
        """Count something that is read, but not as one might think."""
        self._add((noun, what), example, count)

    def _add(self, key: tuple[str, str], example: str, count: int) -> None:
        self._counts[key] = self._counts.get(key, 0) + count
        examples = self._found.setdefault(key, [])
        if example and example not in examples and len(examples) < _EXAMPLES:
            examples.append(example)

    def notes(self) -> tuple[str, ...]:
        """Return a sentence a reason, in the order in which they were met."""
        return tuple(
            f"{counted(count, key[0])} {key[1]}{_examples(self._found[key], count)}."
            for key, count in self._counts.items()
            if count
        )


def counted(count: int, noun: str) -> str:
    """Write a count with its noun."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def without_dead_links(records: Sequence[Record], leavings: Leavings, noun: str) -> list[Record]:
    """Take out links by id to what was left out or never there, and count them."""
    known = {str(record.values["id"]) for record in records if record.values.get("id")}
    return [
        Record(
            record.line,
            {
                name: _kept(value, known, leavings, noun) if name in _LINKS else value
                for name, value in record.values.items()
            },
        )
        for record in records
    ]


_LINKS = ("see_also", "broader")


def _kept(value: object, known: Collection[str], leavings: Leavings, noun: str) -> list[object]:
    links: Iterable[object] = value if isinstance(value, list) else ()
    kept = []
    for link in links:
        if link in known:
            kept.append(link)
        else:
            leavings.leave("link", f"no {noun} of this glossary at its end", str(link))
    return kept


def _examples(names: Sequence[str], count: int) -> str:
    if not names:
        return ""
    more = ", …" if count > len(names) else ""
    return f" ({', '.join(map(repr, names))}{more})"
