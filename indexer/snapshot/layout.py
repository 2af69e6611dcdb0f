"""Where everything lies in an index folder and in a snapshot; nothing else names these files.

index/
  current                    the name of the live snapshot, replaced by one rename
  history                    the names of those that were live before it, oldest first
  .lock                      held while a build or a switch is at work
  20261123T114000Z-1f3a9c/   one snapshot, never changed: when, and the hash of its manifest
"""

import re
from dataclasses import dataclass
from pathlib import Path

CURRENT_FILE, HISTORY_FILE, LOCK_FILE = "current", "history", ".lock"
WORK_PREFIX = ".building-"
MANIFEST_FILE = "manifest.json"
SNAPSHOT_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one snapshot."""

    folder: Path

    @property
    def manifest(self) -> Path:
        """Counts, encoder, calibration and the hash of every other file, as JSON."""
        return self.folder / MANIFEST_FILE

    @property
    def entries(self) -> Path:
        """One entry a line, as JSON Lines, in the glossary's order."""
        return self.folder / "entries.jsonl"

    @property
    def offsets(self) -> Path:
        """Where each line of the entries starts, and where the last one ends, in bytes."""
        return self.folder / "offsets.npy"

    @property
    def ids(self) -> Path:
        """A key table from ids to entry numbers."""
        return self.folder / "ids.npy"

    @property
    def titles(self) -> Path:
        """A key table from titles to entry numbers."""
        return self.folder / "titles.npy"

    @property
    def prefixes(self) -> Path:
        """Where each word of a shown title starts, sorted by what stands from there on."""
        return self.folder / "prefixes"

    @property
    def listing(self) -> Path:
        """The alphabetical order of the entries, by letter and by category."""
        return self.folder / "listing"

    @property
    def words(self) -> Path:
        """Postings of the words of titles, definitions and examples."""
        return self.folder / "words"

    @property
    def trigrams(self) -> Path:
        """Postings of the trigrams of titles."""
        return self.folder / "trigrams"

    @property
    def sentence_rows(self) -> Path:
        """The vectors of the sentences of passages that have several, passage by passage."""
        return self.folder / "sentence_rows.npy"

    @property
    def sentence_starts(self) -> Path:
        """For each passage, where its sentences start in them; one more for the end."""
        return self.folder / "sentence_starts.npy"

    @property
    def passages(self) -> Path:
        """For each row of the index, the passage it stands for."""
        return self.folder / "passages.npy"

    @property
    def vectors(self) -> Path:
        """The exact FAISS index."""
        return self.folder / "vectors.faiss"

    @property
    def lists(self) -> Path:
        """The approximate one; absent where looking at all rows is quick enough."""
        return self.folder / "lists.faiss"

    @property
    def related_numbers(self) -> Path:
        """For each entry, the numbers of its related items; -1 fills up."""
        return self.folder / "related_numbers.npy"

    @property
    def related_scores(self) -> Path:
        """The scores that go with them."""
        return self.folder / "related_scores.npy"

    @property
    def overview(self) -> Path:
        """For each entry, where it stands on the overview map: two numbers from 0 to 1."""
        return self.folder / "overview.npy"

    @property
    def related_words(self) -> Path:
        """Postings of all words of the entries, for the cosine of an entry's words and others."""
        return self.folder / "related_words"

    @property
    def hubness(self) -> Path:
        """What each entry loses in related lists for being close to its own nearest."""
        return self.folder / "hubness.npy"

    @property
    def neighbour_numbers(self) -> Path:
        """For each entry, the numbers of its nearest, itself first."""
        return self.folder / "neighbour_numbers.npy"

    @property
    def neighbour_weights(self) -> Path:
        """How much each of them weighs in its neighbourhood."""
        return self.folder / "neighbour_weights.npy"

    @property
    def overrides(self) -> Path:
        """What editors want of the related lists, an entry a line, as JSON Lines."""
        return self.folder / "overrides.jsonl"

    @property
    def encoder(self) -> Path:
        """The exported encoder; absent when sentence-transformers has to run the model."""
        return self.folder / "encoder"
