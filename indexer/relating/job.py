"""A batch job: what is asked of which glossaries."""

import json
from dataclasses import asdict, dataclass
from importlib.metadata import version

from indexer.encoding import Encoder
from indexer.errors import BadQueryError
from indexer.formats import SourceFile
from indexer.relating.asking import Asked
from indexer.relating.sources import EntrySources, TextSources, all_entries, listed_entries
from indexer.snapshot import Snapshot, check_comparable

# More pairs than these are seldom meant; each is a line of some 100 bytes.
MOST_UNFILTERED = 10_000_000


@dataclass(frozen=True, slots=True)
class Job:
    """What to relate in a glossary, or between it and another one, whose entries are listed.

    ``encoder`` is needed for texts only.
    """

    asked: Asked
    snapshot: Snapshot
    other: Snapshot | None = None
    encoder: Encoder | None = None

    @property
    def target(self) -> Snapshot:
        """The glossary whose entries are listed."""
        return self.other or self.snapshot

    @property
    def between(self) -> bool:
        """Whether sources and entries are of different kinds: two glossaries, or texts and one."""
        return self.other is not None or self.asked.texts is not None

    def check(self) -> None:
        """Refuse what cannot be had.

        Raises:
            BadQueryError: Values are out of range or do not go together, or the glossaries do not.
            UnknownCategoryError: There is no such category.
        """
        self.asked.check(between=self.other is not None)
        if self.other is not None:
            check_comparable(self.snapshot, self.other)
        if self.asked.category is not None:
            self.target.listing.in_category(self.asked.category)

    def sources(self) -> EntrySources | TextSources:
        """Find what entries are listed for.

        Raises:
            BadGlossaryError: A file of terms or texts cannot be read.
            BadQueryError: It would be far too many pairs.
        """
        asked, within = self.asked, self.other is None
        found: EntrySources | TextSources
        if asked.texts is not None:
            if self.encoder is None:
                raise ValueError("texts need an encoder")
            found = TextSources(asked.texts, self.encoder)
        elif asked.terms is not None:
            found = listed_entries(self.snapshot, asked.terms, within=within)
        else:
            found = all_entries(self.snapshot, asked.source_category, within=within)
        pairs = len(found) * len(self.target.entries)
        if asked.limit is None and asked.min_strength is None and pairs > MOST_UNFILTERED:
            raise BadQueryError(
                f"There are {pairs:,} pairs; say with min_strength how strong they should be, "
                f"or 0 to have them all."
            )
        return found

    def settings(self, **others: object) -> str:
        """Return all that the result depends on, for a run to recognize what another one left."""
        files = {
            name: SourceFile.of(path).sha256
            for name, path in (("terms", self.asked.terms), ("texts", self.asked.texts))
            if path is not None
        }
        facts = {
            "version": version("glossary-search"),
            "snapshot": self.snapshot.name,
            "other": self.other.name if self.other else None,
            "precision": self.encoder.fingerprint.precision if self.encoder else None,
            **asdict(self.asked),
            **files,
            **others,
        }
        return json.dumps(facts, indent=2, ensure_ascii=False)
