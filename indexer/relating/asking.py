"""What a batch job is asked for, and which of it goes together."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.errors import BadQueryError
from indexer.hits import check_limit, check_min_strength
from indexer.snapshot import MOST_RELATED

DEFAULT_LIMIT = 10


class Measure(StrEnum):
    """By what pairs are related.

    ``RELATED`` takes the related lists of the pages, of meaning, words and neighbours together,
    as editors arranged them. ``MEANING`` is the cosine of the two closest passages, of all pairs.
    """

    RELATED = "related"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to list, for what.

    Args:
        measure: By what.
        limit: How many entries for each source; ``None`` lists every pair once, by meaning.
        min_strength: Weaker pairs are left out.
        category: Only entries of this category are listed.
        source_category: Only for entries of this one.
        terms: A file of entries to list for, an id, term or alias a line; by default all are.
        texts: A file of texts to list for instead, one a line.
    """

    measure: Measure = Measure.RELATED
    limit: int | None = DEFAULT_LIMIT
    min_strength: float | None = None
    category: str | None = None
    source_category: str | None = None
    terms: Path | None = None
    texts: Path | None = None

    def check(self, *, between: bool) -> None:
        """Refuse what does not go together; ``between`` tells of two glossaries.

        Raises:
            BadQueryError: A value is out of range, or something cannot be had by this measure.
        """
        if self.measure is Measure.RELATED:
            self._check_lists(between=between)
        elif self.limit is not None and self.limit < 1:
            raise BadQueryError(f"limit must be 1 or more, got {self.limit}.")
        check_min_strength(self.min_strength)
        if self.texts and (self.terms or between):
            raise BadQueryError("Texts are compared with one glossary; give them alone.")
        if self.source_category and (self.texts or self.terms):
            raise BadQueryError("A source category chooses among all entries; name no file, too.")

    def _check_lists(self, *, between: bool) -> None:
        if between or self.limit is None:
            what = "pairs of two glossaries" if between else "all pairs"
            raise BadQueryError(f"Related lists hold no {what}; use the measure meaning.")
        check_limit(self.limit, MOST_RELATED)
