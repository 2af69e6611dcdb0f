"""What is served: one searcher, the same for the whole of a request."""

from flask import g, has_app_context

from indexer.search import Searcher


class Live:
    """Holds the searcher of the live snapshot."""

    def __init__(self, searcher: Searcher) -> None:
        self._latest = searcher

    @property
    def searcher(self) -> Searcher:
        """Return the searcher; within a request always the one it began with."""
        if not has_app_context():
            return self._latest
        if "searcher" not in g:
            g.searcher = self._latest
        pinned: Searcher = g.searcher
        return pinned
