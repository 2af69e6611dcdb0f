"""What is served: one searcher, the same for the whole of a request."""

from dataclasses import dataclass

from flask import g, has_app_context

from indexer.search import Searcher


@dataclass(frozen=True, slots=True)
class Refused:
    """A snapshot that is to be live and does not open, and why."""

    name: str
    problem: str


class Live:
    """Holds the searcher of the live snapshot, and lets it be replaced between requests."""

    def __init__(self, searcher: Searcher) -> None:
        self._latest = searcher
        self.refused: Refused | None = None

    @property
    def searcher(self) -> Searcher:
        """Return the searcher; within a request always the one it began with."""
        if not has_app_context():
            return self._latest
        pinned: Searcher | None = g.get("searcher")
        if pinned is None:
            pinned = g.searcher = self._latest
        return pinned

    @property
    def name(self) -> str:
        """The name of the snapshot that new requests meet."""
        return self._latest.snapshot.name

    def replace(self, searcher: Searcher) -> None:
        """Have requests that begin from now on meet another searcher.

        The one before is let go when the last request that began with it has ended.
        """
        self._latest, self.refused = searcher, None
