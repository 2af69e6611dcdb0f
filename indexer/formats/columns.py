"""Which column or key of a file is which field of an entry."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.errors import SHOWN_NAMES, GlossaryError, Problem
from indexer.formats.records import FIELDS, shown


@dataclass(frozen=True, slots=True)
class Columns:
    """A user's word on columns: ``mapping`` says which field one is, ``ignored`` leaves one out.

    Without a word, a column is the field of its own name; case does not matter, and a space is as
    good as an underscore.
    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a mapping to what is no field."""
        for column, name in self.mapping.items():
            if name not in FIELDS:
                raise GlossaryError(
                    f"--map {column}={name}: there is no field {name!r}. "
                    f"The fields are {', '.join(FIELDS)}."
                )

    def field_of(self, column: str) -> str | None:
        """Return a column's field, ``""`` for one to leave out, ``None`` for an unknown one."""
        if column in self.ignored:
            return ""
        name = self.mapping.get(column) or column.strip().lower().replace(" ", "_")
        return name if name in FIELDS else None

    def problem(self, path: Path, columns: Sequence[str]) -> Problem | None:
        """Say what is wrong with the columns of a file, in one sentence with the remedy."""
        fields = {column: self.field_of(column) for column in columns}
        if unknown := [column for column, name in fields.items() if name is None]:
            return Problem(
                path,
                1,
                f"unknown columns {_listed(unknown)}: say which field each one is "
                f"with --map COLUMN=FIELD, or leave it out with --ignore COLUMN. "
                f"The fields are {', '.join(FIELDS)}.",
            )
        if absent := sorted((set(self.mapping) | self.ignored) - set(columns)):
            return Problem(path, 1, f"there is no column {shown(absent[0])} to map or ignore.")
        twice = [
            n for n, count in Counter(self.field_of(c) for c in columns).items() if n and count > 1
        ]
        if twice:
            return Problem(
                path,
                1,
                f"two columns are the field {twice[0]!r}; leave one out with --ignore COLUMN.",
            )
        return None


def _listed(columns: Sequence[str]) -> str:
    rest = len(columns) - SHOWN_NAMES
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"{', '.join(map(shown, columns[:SHOWN_NAMES]))}{more}"
