"""``Entry`` and ``Glossary``: what a glossary is, and the rules its parts obey."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from slugify import slugify

LONGEST_ID = 200
_APOSTROPHES = "'\u2019"
_UNJOINED = dict.fromkeys(map(ord, _APOSTROPHES))
# Control characters but tab and line ends, and surrogates.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSAFE_IN_ID = re.compile(r"[\s/\\?#%]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One headword.

    ``definitions`` has at least one text; after the first they are "other definitions".
    ``see_also`` and ``broader`` hold ids, terms or aliases of other entries, as written.
    ``hidden_labels`` (misspellings) are found but never shown.
    """

    id: str
    term: str
    definitions: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    hidden_labels: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    category: str | None = None
    example: str | None = None
    source: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Glossary:
    """An ordered set of entries with unique ids."""

    entries: tuple[Entry, ...]
    title: str
    language: str = "en"
    licence: str | None = None
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Number every name: an id beats a term, a term an alias, the earlier entry the later."""
        numbers: dict[str, int] = {}
        for number, entry in enumerate(self.entries):
            if entry.id in numbers:
                raise ValueError(f"Two entries have the id {entry.id!r}.")
            numbers[entry.id] = number
        for names in (_terms, _aliases):
            for number, entry in enumerate(self.entries):
                for name in names(entry):
                    numbers.setdefault(title_key(name), number)
        object.__setattr__(self, "_numbers", numbers)

    def find(self, name: str) -> int | None:
        """Return the number of the entry with this id, else this term, else this alias."""
        number = self._numbers.get(name)
        return number if number is not None else self._numbers.get(title_key(name))

    def unknown_links(self) -> Iterator[tuple[Entry, str, str]]:
        """Yield (entry, field, name) for every see-also or broader that names no entry."""
        for entry in self.entries:
            for kind, names in (("see_also", entry.see_also), ("broader", entry.broader)):
                for name in names:
                    if self.find(name) is None:
                        yield entry, kind, name


def _terms(entry: Entry) -> Iterable[str]:
    return (entry.term,)


def _aliases(entry: Entry) -> Iterable[str]:
    return entry.aliases


class _Folding(dict[int, str | None]):
    """A ``str.translate`` table that fills itself: accents go, punctuation becomes a space."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        folded: str | None = character
        category = unicodedata.category(character)
        # Only these marks go: in other scripts, marks are vowels and make another word.
        # An apostrophe and what has no width join: "Alzheimer's" is one word.
        if "\u0300" <= character <= "\u036f" or character in _APOSTROPHES or category == "Cf":
            folded = None
        # "#" stays, as "+" does: C, C# and C++ are three titles.
        elif character != "#" and category[0] in "PZC":
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def title_key(title: str) -> str:
    """Reduce a title to what makes it the same title: its words without case, accents, punctuation.

    Hyphens, quotes and brackets count as spaces, so that "Obsessive-compulsive" meets
    "obsessive compulsive". A title of punctuation only is kept as it is.
    """
    folded = unicodedata.normalize("NFKD", title).casefold().translate(_FOLDING)
    key = " ".join(unicodedata.normalize("NFC", folded).split())
    return key or title.strip()


def default_id(term: str) -> str:
    """Turn a term into an id for addresses: ``Déjà vu`` becomes ``deja-vu``.

    A term without a letter or digit is spelled by its code points, so that it has an id too.
    """
    # An apostrophe joins: "Weber's law" becomes webers-law.
    slug = slugify(term.translate(_UNJOINED), max_length=LONGEST_ID, word_boundary=True)
    return slug or "u" + "-".join(f"{ord(c):x}" for c in term if not c.isspace())[: LONGEST_ID - 1]


def category_slug(category: str) -> str:
    """Turn a category's name into what stands for it in addresses; ``title_key`` reads it back."""
    return title_key(category).replace(" ", "-")


def id_problem(entry_id: str) -> str | None:
    """Say what keeps a text from being an id, which stands in addresses and paths, or ``None``."""
    if len(entry_id) > LONGEST_ID:
        return f"id has {len(entry_id)} characters, at most {LONGEST_ID} are allowed"
    if found := _UNSAFE_IN_ID.search(entry_id):
        return f"id {entry_id!r} contains {found.group()!r}; leave out spaces and / \\ ? # %"
    if entry_id.strip(".") == "":
        return f"id {entry_id!r} must have more than dots"
    return None


def text_problem(text: str) -> str | None:
    """Say which character keeps this text out of a glossary, or ``None``."""
    found = _UNWANTED.search(text)
    if found is None:
        return None
    code, place = ord(found.group()), found.start() + 1
    if unicodedata.category(found.group()) == "Cs":
        return f"half of a surrogate pair (U+{code:04X}) at character {place}"
    return f"control character U+{code:04X} at character {place}"
