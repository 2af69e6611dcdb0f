"""Which way to look at all pairs of a glossary."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from indexer.pairing.every import Every
from indexer.pairing.evidence import Evidence
from indexer.pairing.likely import Likely
from indexer.pairing.question import Handle, Question
from indexer.processor import cores
from indexer.vectors.coarse import quickest

# From so many entries on, few bits and few exact scores are quicker than all in single precision.
_LARGE = 60_000
# At least; as much as the rows take if that is more. Products of few rows with all others are slow,
# whatever the library.
_BLOCK_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks at all pairs, as is quickest here."""

    way: Every | Likely

    @classmethod
    @contextmanager
    def opened(cls, evidence: Evidence, block_bytes: int | None = None) -> Iterator[Self]:
        """Have the cores ready for as long as the pairs are needed.

        Args:
            evidence: The entries.
            block_bytes: About how much memory the scores of one block may take; ``None`` is
                128 MiB, or as much as the rows take.
        """
        if block_bytes is None:
            block_bytes = max(_BLOCK_BYTES, evidence.unit.nbytes)
        with ThreadPoolExecutor(cores()) as pool:
            every = Every(evidence, block_bytes, pool)
            large = len(evidence) >= _LARGE and quickest() is not None
            yield cls(Likely(every) if large else every)

    def at(self, question: Question, handle: Handle) -> Iterator[int]:
        """Have the closest of every entry handled; yield how many more have been."""
        return self.way.look(question, handle)
