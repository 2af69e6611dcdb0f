"""What counts as a word when texts are compared by their words."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import Stemmer

from indexer.glossary import Entry, title_key

# Words that say nothing about what an English text is about.
_STOP_WORDS = frozenset(
    """a about after again all also an and any are as at be been before being between both but by
    can could did do does doing during each etc for from had has have having he her hers him his how
    i if in into is it its itself just may me might more most my no nor not of off often on once one
    ones only or other our over own same she should so some such than that the their them then
    there these they this those through to too under until up us very was we were what when where
    which while who whom whose why will with would you your""".split()  # noqa: SIM905  reads best
)
# What people put around a term when they ask for it: "what does CBT stand for", "ptsd meaning".
FRAME_WORDS = _STOP_WORDS | frozenset(
    """called call calls define defined defines definition describe explain explained full form
    mean meaning meanings means name named short stand stands term word tell""".split()  # noqa: SIM905
)
_WORD = re.compile(r"\w+")


class Words:
    """Splits texts of one language into stems; a language without a stemmer keeps its words."""

    def __init__(self, language: str) -> None:
        """Choose by a BCP 47 tag: of "en-GB", the "en" counts."""
        self._code = language.split("-")[0].lower()
        self.stop_words = _STOP_WORDS if self._code == "en" else frozenset()
        # A stemmer must not be shared between threads.
        self._local = threading.local()

    def words(self, text: str) -> list[str]:
        """Return the words of a text in order, in small letters, without stop words."""
        return [word for word in _WORD.findall(title_key(text)) if word not in self.stop_words]

    def stems(self, text: str) -> list[str]:
        """Return the stems of a text in order, without stop words."""
        found = self.words(text)
        stemmer = self._stemmer()
        return found if stemmer is None else list(stemmer.stemWords(found))

    def stem(self, word: str) -> str:
        """Return the stem of one word, a stop word's too."""
        stemmer = self._stemmer()
        return title_key(word) if stemmer is None else str(stemmer.stemWord(title_key(word)))

    def told(self, entry: Entry) -> list[str]:
        """Return the stems that a description of an entry is matched with.

        Not those of its titles: they are in two of the three views, and would be rewarded twice.
        """
        return self.stems(told_text(entry))

    def all_of(self, entry: Entry) -> list[str]:
        """Return the stems of an entry, titles and texts, that others may share with it."""
        return [*self.stems(" ".join((entry.term, *entry.aliases))), *self.told(entry)]

    def _stemmer(self) -> Any:
        if not hasattr(self._local, "stemmer"):
            try:
                self._local.stemmer = Stemmer.Stemmer(self._code)
            except KeyError:
                self._local.stemmer = None
        return self._local.stemmer


def told_text(entry: Entry) -> str:
    """Return what an entry tells besides its titles."""
    return " ".join((*entry.definitions, entry.example or ""))


def named_part(query: str) -> Iterator[str]:
    """Yield what is left of a query when the words of asking are taken from its ends.

    "what does CBT stand for?" gives "cbt". The query as a whole is not among them.
    """
    words = _WORD.findall(title_key(query))
    first, last = 0, len(words)
    while first < last and words[first] in FRAME_WORDS:
        first += 1
    while last > first and words[last - 1] in FRAME_WORDS:
        last -= 1
    if 0 < last - first < len(words):
        yield " ".join(words[first:last])


def is_stop_word(word: str) -> bool:
    """Tell whether a lower-case English word says nothing about what a text is about."""
    return word in _STOP_WORDS
