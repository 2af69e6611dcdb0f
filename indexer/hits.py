"""What a search is asked and what it answers with: queries within bounds, hits and answers."""

from dataclasses import dataclass, replace

from indexer.asking import MatchedOn
from indexer.errors import BadQueryError
from indexer.glossary import Entry, text_problem

MOST_HITS = 100
LONGEST_QUERY = 2000
# Below it no hit is called close: chosen on the dev half of data/evaluation, see README.
CLOSE_STRENGTH = 50.0


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found for a query.

    ``definition`` is the one that matched best, ``sentence`` the sentence of it that did. ``score``
    is at most 1, which a title asked for by name has.
    """

    entry: Entry
    definition: str
    sentence: str
    score: float
    strength: float
    bars: int
    matched_on: MatchedOn


@dataclass(frozen=True, slots=True)
class Answer:
    """The hits for a query, best first.

    ``corrected`` is the title that was searched for instead of a misspelt query. ``close`` tells
    whether the first hit is strong enough to be called an answer; otherwise the hits are only the
    nearest there are.
    """

    query: str
    hits: list[Hit]
    close: bool
    corrected: str | None = None

    def at_least(self, strength: float) -> "Answer":
        """Leave out the hits that are weaker."""
        hits = [hit for hit in self.hits if hit.strength >= strength]
        return replace(self, hits=hits, close=self.close and bool(hits))


def cleaned(query: str) -> str:
    """Return a query with single spaces between its words.

    Raises:
        BadQueryError: It is empty, too long, or no proper text.
    """
    text = " ".join(query.split())
    if not text:
        raise BadQueryError("The query is empty; describe what you look for.")
    if len(query) > LONGEST_QUERY:
        raise BadQueryError(
            f"The query has {len(query):,} characters, at most {LONGEST_QUERY:,} are allowed."
        )
    if problem := text_problem(text):
        raise BadQueryError(f"The query has a {problem}; leave it out.")
    return text


def check_min_strength(value: float | None) -> None:
    """Refuse a least strength that is not 0 to 100; ``None`` asks for none.

    Raises:
        BadQueryError: It is not.
    """
    if value is not None and not 0 <= value <= 100:
        raise BadQueryError(f"min_strength must be between 0 and 100, got {value:g}.")


def check_limit(limit: int, most: int) -> None:
    """Refuse a limit that is not 1 to ``most``.

    Raises:
        BadQueryError: It is not.
    """
    if not 1 <= limit <= most:
        raise BadQueryError(f"limit must be between 1 and {most}, got {limit}.")
