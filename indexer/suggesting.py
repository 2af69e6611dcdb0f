"""What a reader may be about to type: titles that begin so, or nearly so."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.asking import MatchedOn
from indexer.glossary import Entry
from indexer.hits import check_limit
from indexer.lexical import Begun, TitleKind, begun_title
from indexer.lookup import shortened
from indexer.snapshot import Snapshot

MOST_SUGGESTIONS = 50
_MATCHED_ON = {TitleKind.TERM: MatchedOn.TERM, TitleKind.ALIAS: MatchedOn.ALIAS}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry offered while one types.

    ``title`` is the one that matched, the term or an alias; ``definition`` how its first
    definition begins, with "…" where it was cut.
    """

    entry: Entry
    title: str
    matched_on: MatchedOn
    definition: str


def suggest(snapshot: Snapshot, text: str, *, limit: int) -> list[Suggestion]:
    """Return up to ``limit`` entries whose titles begin with a text, each once.

    First those of exactly this title, then terms, then aliases that begin so, then titles of
    which a later word does. Only when there are none are titles offered that nearly do.

    Raises:
        BadQueryError: The limit is not between 1 and ``MOST_SUGGESTIONS``.
    """
    check_limit(limit, MOST_SUGGESTIONS)
    found: dict[int, Suggestion] = {}
    for number, suggestion in _begun(snapshot, text, limit):
        found.setdefault(number, suggestion)
        if len(found) == limit:
            break
    return list(found.values()) or _nearly(snapshot, text)[:limit]


def _begun(snapshot: Snapshot, text: str, limit: int) -> Iterator[tuple[int, Suggestion]]:
    for match in snapshot.titles.exact(text):
        entry = snapshot.entries[match.entry]
        if match.kind is TitleKind.HIDDEN_LABEL:
            yield match.entry, _suggestion(entry, entry.term, MatchedOn.SPELLING)
        elif title := begun_title(entry, text, Begun(int(match.kind))):
            yield match.entry, _suggestion(entry, title.text, _MATCHED_ON[match.kind])
    for kind in Begun:
        # Entries met before count once: there must be enough beside them.
        for number in snapshot.prefixes.find(text, kind, most=2 * limit):
            entry = snapshot.entries[number]
            if title := begun_title(entry, text, kind):
                yield number, _suggestion(entry, title.text, _MATCHED_ON[title.kind])


def _nearly(snapshot: Snapshot, text: str) -> list[Suggestion]:
    entries = snapshot.entries
    return [
        _suggestion(
            entries[found.entry],
            entries[found.entry].term if found.kind is TitleKind.HIDDEN_LABEL else found.title,
            MatchedOn.SPELLING,
        )
        for found in snapshot.titles.corrections(text, unfinished=True)
    ]


def _suggestion(entry: Entry, title: str, matched_on: MatchedOn) -> Suggestion:
    return Suggestion(entry, title, matched_on, shortened(entry.definitions[0]))
