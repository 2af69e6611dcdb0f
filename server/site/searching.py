"""What the search of a site knows of titles and words: files that each set one constant."""

import json
from collections.abc import Iterator

from indexer.asking import MatchedOn
from indexer.glossary import Entry, title_key
from indexer.lexical import FRAME_WORDS, Words, titles_of, told_text
from indexer.lookup import shortened
from indexer.snapshot import Snapshot
from server.pages.search import REASONS
from server.site.places import file_name

# About two lines of a card.
_SHOWN_LETTERS = 200
# Impacts are at most about 20; their thirty-second parts tell entries apart as well.
_IMPACT_SCALE = 32


def script(name: str, value: object) -> str:
    """Return a script that sets a constant: a page that was opened as a file may read no JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"window.{name} = {text};\n"


def titles_script(snapshot: Snapshot, *, by_meaning: bool) -> str:
    """Return the titles of all entries, what stands on their cards, and what is asked around them.

    Hidden labels are among them: they are found, and no page shows them.
    """
    reasons = {kind.value: text for kind, text in REASONS.items()}
    if not by_meaning:
        reasons[MatchedOn.DEFINITION.value] = "by its words"
    entries: list[list[object]] = []
    acronyms: list[list[object]] = []
    for number, entry in enumerate(snapshot.entries):
        text = shortened(entry.definitions[0], _SHOWN_LETTERS)
        labels = [list(entry.aliases), list(entry.hidden_labels)]
        entries.append([entry.term, file_name(entry.id), text, *labels])
        acronyms.extend(_acronyms(snapshot, number, entry))
    return script(
        "glossaryTitles",
        {
            "byMeaning": by_meaning,
            "entries": entries,
            "acronyms": acronyms,
            "frame": sorted(FRAME_WORDS),
            "reasons": reasons,
        },
    )


def _acronyms(snapshot: Snapshot, number: int, entry: Entry) -> Iterator[list[object]]:
    """Yield each acronym in an entry's titles: kind, whether it is the whole title, or a word too.

    One that is an ordinary word as well counts only where it was typed in capitals.
    """
    for title in titles_of(entry):
        for key in title.acronyms:
            typed_small = snapshot.titles.acronyms(key, typed=key)
            ordinary = all(match.entry != number for match in typed_small)
            whole = title_key(title.text) == key
            yield [key, number, int(title.kind), whole, ordinary]


def words_script(snapshot: Snapshot) -> str:
    """Return the words of all definitions: for each stem its forms, and the entries that have it.

    Entries are told by their distance from the one before, each followed by what the word is worth
    there.
    """
    words = Words(snapshot.manifest.language)
    forms: dict[str, set[str]] = {}
    for entry in snapshot.entries:
        text = told_text(entry)
        for word, stem in zip(words.words(text), words.stems(text), strict=True):
            forms.setdefault(stem, set()).add(word)
    stems = sorted(forms)
    return script(
        "glossaryWords",
        {
            "stopWords": sorted(words.stop_words),
            "scale": _IMPACT_SCALE,
            "stems": stems,
            "forms": [_endings(stem, forms[stem]) for stem in stems],
            "rarity": [round(snapshot.words.rarity(stem), 3) for stem in stems],
            "postings": [_postings(snapshot, stem) for stem in stems],
        },
    )


def _endings(stem: str, forms: set[str]) -> list[str]:
    """Return the words of a stem, those that begin with it as "+" and their ending."""
    return [
        f"+{word.removeprefix(stem)}" if word.startswith(stem) else word for word in sorted(forms)
    ]


def _postings(snapshot: Snapshot, stem: str) -> list[int]:
    flat, before = [], 0
    for number, impact in zip(*snapshot.words.of(stem), strict=True):
        flat += [int(number) - before, round(float(impact) * _IMPACT_SCALE)]
        before = int(number)
    return flat
