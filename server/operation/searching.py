"""A searcher whose work is counted, with an encoder that remembers what it was asked last."""

from collections.abc import Sequence

from indexer.encoding import Encoder, Fingerprint, Progress, Rows
from indexer.search import Searcher
from indexer.snapshot import Snapshot
from server.memory import Memory
from server.operation.gaps import NoMatchLog
from server.operation.metrics import count_lookup, count_search, encode_seconds


class RememberingEncoder:
    """An encoder with a bounded memory of single queries, as people send them.

    It remembers vectors and no answers: they are the encoder's, whatever snapshot they are asked
    of, as long as it is the same encoder. The API remembers its answers itself.
    """

    def __init__(self, encoder: Encoder, *, size: int) -> None:
        self._encoder, self._size = encoder, size
        self._known: Memory[str, Rows] = Memory(size)

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the encoder's."""
        return self._encoder.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one row per query; those of a query asked alone may not be written to."""
        if len(texts) != 1 or not self._size:
            return self._encoded(texts)
        text = texts[0]
        rows = self._known.get(text)
        count_lookup(hit=rows is not None)
        return self._encoded_one(text) if rows is None else rows

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one row per text."""
        return self._encoder.encode_documents(texts, progress)

    def token_count(self, text: str) -> int:
        """Count the tokens of a text."""
        return self._encoder.token_count(text)

    def _encoded_one(self, text: str) -> Rows:
        rows = self._encoded([text])
        rows.flags.writeable = False
        self._known.put(text, rows)
        return rows

    def _encoded(self, texts: Sequence[str]) -> Rows:
        with encode_seconds.time():
            return self._encoder.encode_queries(texts)


class CountedSearcher(Searcher):
    """Counts how its queries end, and notes those without a close match."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder, no_match: NoMatchLog | None) -> None:
        super().__init__(snapshot, encoder)
        self._no_match = no_match

    def note(
        self, outcomes: Sequence[tuple[str, bool]], *, narrowed: bool, remembered: bool = False
    ) -> None:
        """Count how queries ended."""
        for _, close in outcomes:
            count_search(close=close)
            if remembered:
                count_lookup(hit=True)
        # Within one category nothing close is no gap of the glossary.
        missed = [query for query, close in outcomes if not close]
        if self._no_match is not None and missed and not narrowed:
            self._no_match.add(missed, snapshot=self.snapshot.name)
