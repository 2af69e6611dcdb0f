"""Cursors of the listing: where the next part begins, in this snapshot and for these filters."""

import hashlib
from dataclasses import dataclass

from werkzeug.exceptions import Conflict

from indexer.errors import BadQueryError


@dataclass(frozen=True, slots=True)
class Cursor:
    """Writes and reads the cursors of one listing."""

    snapshot: str
    letter: str | None
    category: str | None

    def at(self, place: int) -> str:
        """Return the cursor of a place."""
        return f"{self.snapshot}.{self._filters()}.{place}"

    def place(self, cursor: str) -> int:
        """Return the place of a cursor.

        Raises:
            BadQueryError: It is no cursor, or one of another letter or category.
            Conflict: It is of another snapshot.
        """
        snapshot, _, rest = cursor.partition(".")
        filters, _, place = rest.partition(".")
        if not (place.isascii() and place.isdigit() and len(place) <= 9):
            raise BadQueryError(
                f"cursor must be that of the answer before, as it is, got {cursor[:60]!r}."
            )
        if snapshot != self.snapshot:
            raise Conflict(
                f"The cursor is of the snapshot {snapshot[:40]!r}, and the service now answers "
                f"from {self.snapshot}; begin again without a cursor."
            )
        if filters != self._filters():
            raise BadQueryError(
                "The cursor is of another letter or category; keep them as they were, or begin "
                "again without a cursor."
            )
        return int(place)

    def _filters(self) -> str:
        text = repr((self.letter, self.category))
        return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
