"""Entries in alphabetical order, by letter and by category, read from disk without being loaded."""

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import BadQueryError, UnknownCategoryError
from indexer.glossary import Entry, title_key
from indexer.mapped import mapped

# Holds the titles that start with a digit or a sign.
NO_LETTER = "#"
FILES = ("by_category.npy", "categories.npy", "order.npy", "sections.json")


@dataclass(frozen=True, slots=True)
class Section:
    """A letter or a category, and how many entries it holds."""

    name: str
    count: int


class Listing:
    """The entries of a glossary in the order of ``title_key``, those of no letter first."""

    def __init__(self, folder: Path) -> None:
        """Open the files of ``save_listing``.

        Raises:
            ValueError: The files do not go together.
        """
        by_category, categories, order = (mapped(folder / name) for name in FILES[:3])
        self._by_category: NDArray[np.int32] = by_category
        # For each entry the number of its category, -1 for none.
        self._categories: NDArray[np.int32] = categories
        self._order: NDArray[np.int32] = order
        sections = json.loads((folder / FILES[3]).read_text(encoding="utf-8"))
        self.letters = tuple(Section(*section) for section in sections["letters"])
        self.categories = tuple(Section(*section) for section in sections["categories"])
        self._letter_places = _places(self.letters)
        self._category_places = _places(self.categories)
        self._category_numbers = {
            title_key(section.name): number for number, section in enumerate(self.categories)
        }
        listed = sum(section.count for section in self.categories)
        lettered = sum(section.count for section in self.letters)
        if not (
            len(self) == len(self._categories) == lettered and listed == len(self._by_category)
        ):
            raise ValueError("the listing's sections and its order do not have the same count")

    def __len__(self) -> int:
        return len(self._order)

    def numbers(
        self, *, letter: str | None = None, category: str | None = None
    ) -> NDArray[np.int32]:
        """Return the entries of a letter, of a category, of both, or all, in order.

        Letters and categories are named in any case, and with or without accents.

        Raises:
            BadQueryError: The letter is not one character.
            UnknownCategoryError: There is no such category.
        """
        found = self._order
        if letter is not None:
            found = found[self._letter_places.get(_checked_letter(letter), slice(0))]
        if category is None:
            return found
        number = self._category_number(category)
        if letter is None:
            return self._by_category[self._category_places[self.categories[number].name]]
        of_both: NDArray[np.int32] = found[self._categories[found] == number]
        return of_both

    def in_category(self, category: str) -> NDArray[np.bool_]:
        """Tell for every entry whether it is of this category.

        Raises:
            UnknownCategoryError: There is no such category.
        """
        return np.asarray(self._categories == self._category_number(category))

    def _category_number(self, category: str) -> int:
        number = self._category_numbers.get(title_key(category))
        if number is None:
            raise UnknownCategoryError(category, [section.name for section in self.categories])
        return number


def letter_of(title: str) -> str:
    """Return the capital letter that a title is listed under, without its accent, else "#".

    In Korean that is the first consonant, in Japanese the kana without its voicing mark.
    """
    first = unicodedata.normalize("NFD", title_key(title)[:1])[:1]
    if not first.isalpha():
        return NO_LETTER
    capital = first.upper()
    return capital if len(capital) == 1 else first


def save_listing(folder: Path, entries: Sequence[Entry]) -> None:
    """Write the alphabetical order of entries, with their letters and categories."""
    folder.mkdir()
    letters = [letter_of(entry.term) for entry in entries]
    keys = [title_key(entry.term) for entry in entries]
    order = sorted(
        range(len(entries)), key=lambda n: (letters[n] != NO_LETTER, letters[n], keys[n], n)
    )
    names: dict[str, str] = {}
    for entry in entries:
        if entry.category is not None:
            names.setdefault(title_key(entry.category), entry.category)
    numbers = {key: number for number, key in enumerate(sorted(names))}
    categories = np.array(
        [numbers[title_key(e.category)] if e.category is not None else -1 for e in entries],
        dtype=np.int32,
    )
    ordered = np.array(order, dtype=np.int32)
    categorised = ordered[categories[ordered] >= 0]
    by_category = categorised[np.argsort(categories[categorised], kind="stable")]
    for name, array in zip(FILES[:3], (by_category, categories, ordered), strict=True):
        np.save(folder / name, array, allow_pickle=False)
    of_letter = Counter(letters[number] for number in order)
    of_category = np.bincount(categories[categories >= 0], minlength=len(numbers))
    sections: dict[str, Any] = {
        "letters": list(of_letter.items()),
        "categories": [[names[key], int(of_category[number])] for key, number in numbers.items()],
    }
    text = json.dumps(sections, ensure_ascii=False)
    (folder / FILES[3]).write_text(text + "\n", encoding="utf-8")


def _checked_letter(letter: str) -> str:
    if len(letter) != 1:
        raise BadQueryError(
            f"letter must be one letter, or {NO_LETTER} for what starts with none, "
            f"got {letter[:40]!r}."
        )
    return letter_of(letter)


def _places(sections: Sequence[Section]) -> dict[str, slice]:
    ends = list(accumulate(section.count for section in sections))
    return {
        section.name: slice(end - section.count, end)
        for section, end in zip(sections, ends, strict=True)
    }
