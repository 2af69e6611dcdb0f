"""Looks at all pairs of a glossary, in the way that is quickest for it, here."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import numpy as np

from indexer.encoding import Progress
from indexer.pairing.every import Every
from indexer.pairing.evidence import Evidence
from indexer.pairing.kept import Kept
from indexer.pairing.likely import Likely
from indexer.pairing.question import Handle, Question
from indexer.processor import cores
from indexer.vectors.coarse import quickest

# From so many entries on, few bits and few exact scores are quicker than all in single precision.
_LARGE = 60_000
# At least; as much as the rows take if that is more. Products of few rows with all others are slow,
# whatever the library.
_BLOCK_BYTES = 128 << 20
# How many are kept of each entry where all pairs are scored: so many tell its list mostly, and what
# is left is scored again. Where few are scored, to find as many takes longer than to look again.
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks for what is closest to each entry, and tells of each that is done."""

    evidence: Evidence
    way: Every | Likely
    cores: ThreadPoolExecutor
    progress: Progress

    @classmethod
    @contextmanager
    def opened(
        cls, evidence: Evidence, progress: Progress | None = None, block_bytes: int | None = None
    ) -> Iterator[Self]:
        """Have the cores ready for as long as the pairs are needed.

        Args:
            evidence: The entries.
            progress: Called with how many more are done.
            block_bytes: About how much memory the scores of one block may take; ``None`` is
                128 MiB, or as much as the rows take.
        """
        if block_bytes is None:
            block_bytes = max(_BLOCK_BYTES, evidence.unit.nbytes)
        with ThreadPoolExecutor(cores()) as pool:
            every = Every(evidence, block_bytes, pool)
            large = len(evidence) >= _LARGE and quickest() is not None
            told = progress or (lambda _done: None)
            yield cls(evidence, Likely(every) if large else every, pool, told)

    def closest(self, least: int) -> Kept:
        """Keep the closest of every entry, by the scores of pairs: so many at least."""
        kept = Kept.of(self.evidence, _KEPT if isinstance(self.way, Every) else least)
        question = Question(lambda _number: kept.numbers.shape[1])
        self.way.look(question, kept.keep, np.arange(len(self.evidence)), self.progress)
        return kept

    def answer(self, question: Question, kept: Kept, handle: Handle) -> None:
        """Have what is closest to every entry handled, looking again where need be."""
        left = np.arange(len(self.evidence))
        if isinstance(self.way, Every):
            left = kept.look(question, handle, self.cores, self.progress)
        if len(left):
            self.way.look(question, handle, left, self.progress)
