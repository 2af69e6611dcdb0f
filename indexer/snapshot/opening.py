"""Opening a snapshot: its files checked, then read-only and memory-mapped."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import BadQueryError, BadSnapshotError
from indexer.lexical import Postings, Prefixes, Titles
from indexer.listing import Listing
from indexer.mapped import mapped
from indexer.neighbourhoods import Neighbourhoods
from indexer.overrides import Overrides, load_overrides
from indexer.passages import Passage
from indexer.snapshot.checking import check_files
from indexer.snapshot.entries import EntryStore
from indexer.snapshot.layout import CURRENT_FILE, SNAPSHOT_NAME, Layout
from indexer.snapshot.manifest import Manifest, read_manifest
from indexer.vectors import ApproximateIndex, FlatIndex, RowIndex

# One row of the index: characters start to end of a definition of an entry, and its content key.
PASSAGE_ROW = np.dtype(
    [
        ("entry", "<i4"),
        ("definition", "<i4"),
        ("start", "<i4"),
        ("end", "<i4"),
        ("key", "<u8", (2,)),
    ]
)
# Items of a related list, at most.
MOST_RELATED = 50


@dataclass(frozen=True, slots=True)
class RelatedLists:
    """The stored related lists: numbers and scores, (entries, most); -1 fills up short lists.

    ``hubness`` is what each entry loses for being close to its own nearest, ``neighbourhoods`` the
    entries nearest to it: with both, any two entries can be scored as if they were listed.
    """

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]
    hubness: NDArray[np.float32]
    neighbourhoods: Neighbourhoods


@dataclass(frozen=True, slots=True)
class Sentences:
    """The vectors of the sentences of passages that have several."""

    starts: NDArray[np.int64]
    rows: NDArray[np.float16]

    def of(self, row: int) -> NDArray[np.float16]:
        """Return the sentences of the passage of an index row, (sentences, dimension)."""
        return self.rows[self.starts[row] : self.starts[row + 1]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published snapshot, open for reading. Safe to share between threads."""

    layout: Layout
    manifest: Manifest
    entries: EntryStore
    passages: NDArray[np.void]
    # The entry of each row, side by side: a search in the column of a table copies it each time.
    owners: NDArray[np.int32]
    index: RowIndex
    titles: Titles
    prefixes: Prefixes
    listing: Listing
    words: Postings
    related_words: Postings
    sentences: Sentences
    related: RelatedLists
    overrides: Overrides
    # Where each entry stands on the overview map, (entries, 2), from 0 to 1.
    overview: NDArray[np.float32]

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.layout.folder.name

    def rows_of(self, number: int) -> range:
        """Return the index rows of an entry."""
        first, last = np.searchsorted(self.owners, [number, number + 1])
        return range(int(first), int(last))

    def rows_of_all(
        self, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the index rows of several entries, entry by entry, and how many each has."""
        starts = np.searchsorted(self.owners, numbers)
        counts = np.searchsorted(self.owners, numbers, side="right") - starts
        firsts = np.cumsum(counts) - counts
        return np.repeat(starts - firsts, counts) + np.arange(int(counts.sum())), counts

    def find(self, name: str) -> int | None:
        """Return the number of the entry with this id, term or alias."""
        number = self.entries.find(name)
        if number is not None:
            return number
        return next((match.entry for match in self.titles.exact(name)), None)

    def passage(self, row: int) -> Passage:
        """Return the passage that an index row stands for."""
        return Passage(*self.passages[row].item()[:4])

    @classmethod
    def open(cls, folder: Path, *, every_byte: bool = False) -> "Snapshot":
        """Open the snapshot in this folder.

        What is cheap to tell is always checked: the manifest, the size of every file, the hash of
        small ones, the kind of every array, and that all counts agree. ``every_byte`` has the
        hashes of the large ones compared too, for what goes live or is built upon.

        Raises:
            BadSnapshotError: A file is missing, damaged or out of step with the others.
        """
        layout = Layout(folder)
        manifest = read_manifest(folder)
        check_files(folder, manifest, every_byte=every_byte)
        try:
            entries = EntryStore(layout)
            trigrams = Postings(layout.trigrams, len(entries))
            passages = mapped(layout.passages, PASSAGE_ROW)
            snapshot = cls(
                layout=layout,
                manifest=manifest,
                entries=entries,
                passages=passages,
                owners=np.ascontiguousarray(passages["entry"]),
                index=_index(layout, manifest),
                titles=Titles(layout.titles, trigrams, entries.__getitem__),
                prefixes=Prefixes(layout.prefixes),
                listing=Listing(layout.listing),
                words=Postings(layout.words, len(entries)),
                related_words=Postings(layout.related_words, len(entries)),
                sentences=Sentences(
                    mapped(layout.sentence_starts, np.int64),
                    mapped(layout.sentence_rows, np.float16),
                ),
                related=RelatedLists(
                    mapped(layout.related_numbers, np.int32),
                    mapped(layout.related_scores, np.float32),
                    mapped(layout.hubness, np.float32),
                    Neighbourhoods(
                        mapped(layout.neighbour_numbers, np.int32),
                        mapped(layout.neighbour_weights, np.float32),
                    ),
                ),
                overrides=load_overrides(layout.overrides, entries.find),
                overview=mapped(layout.overview, np.float32),
            )
        except BadSnapshotError:
            raise
        except Exception as error:
            # A large file is not hashed here, and damage in it can meet its reader with anything.
            raise BadSnapshotError(
                f"{folder} cannot be opened ({error}); build the snapshot again."
            ) from error
        _check_counts(snapshot)
        return snapshot


def open_current(index: Path, *, every_byte: bool = False) -> Snapshot:
    """Open the live snapshot of an index folder; see ``Snapshot.open``.

    Raises:
        BadSnapshotError: There is none, or it is damaged.
    """
    return Snapshot.open(index / current_name(index), every_byte=every_byte)


def check_comparable(one: Snapshot, other: Snapshot) -> None:
    """Refuse two snapshots whose vectors cannot be compared.

    Raises:
        BadQueryError: They were built with different encoders or settings.
    """
    encoders = [side.manifest.encoder for side in (one, other)]
    models = [encoder.model.name for encoder in encoders]
    precisions = [encoder.precision for encoder in encoders]
    weights = [side.manifest.view_weights for side in (one, other)]
    if encoders[0].model != encoders[1].model:
        why, remedy = f"different encoders ({' and '.join(models)})", "with the same --model"
    elif precisions[0] != precisions[1]:
        why, remedy = f"different precisions ({' and '.join(precisions)})", "on machines alike"
    elif weights[0] != weights[1]:
        why, remedy = "different weights of their views", "with the same version"
    else:
        return
    raise BadQueryError(
        f"{one.name} and {other.name} have {why}, and their vectors cannot be compared; "
        f"build both {remedy}."
    )


def current_manifest(index: Path) -> Manifest | None:
    """Read the manifest of the live snapshot, its files unchecked; ``None`` when there is none.

    Raises:
        BadSnapshotError: There is one, and it is damaged.
    """
    if not (index / CURRENT_FILE).exists():
        return None
    return read_manifest(index / current_name(index))


def current_name(index: Path) -> str:
    """Return the name of the live snapshot.

    Raises:
        BadSnapshotError: The folder has no live snapshot, or says so in no proper way.
    """
    path = index / CURRENT_FILE
    if path.exists() and not path.is_file():
        # A named pipe would be waited for without end.
        raise BadSnapshotError(f"{path} is no file; remove it and publish a snapshot again.")
    try:
        name = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise BadSnapshotError(
            f"{index} holds no snapshot; build one with `glossary index SOURCE --output {index}`."
        ) from None
    except (OSError, ValueError) as error:
        raise BadSnapshotError(
            f"{path} cannot be read ({error}); build the snapshot again."
        ) from error
    if not SNAPSHOT_NAME.fullmatch(name):
        raise BadSnapshotError(
            f"{path} is damaged: {name[:40]!r} names no snapshot; build it again."
        )
    return name


def _check_counts(snapshot: Snapshot) -> None:
    counts, dimension = snapshot.manifest.counts, snapshot.manifest.encoder.model.dimension
    found = {
        "entries": (len(snapshot.entries), counts.entries),
        "listed entries": (len(snapshot.listing), counts.entries),
        "passages": (len(snapshot.passages), counts.passages),
        "rows": (snapshot.index.count, counts.rows),
        "rows for the passages": (snapshot.index.count, counts.passages),
        "dimensions": (snapshot.index.dimension, dimension),
        "sentence starts": (len(snapshot.sentences.starts), counts.passages + 1),
        "sentences": (len(snapshot.sentences.rows), int(snapshot.sentences.starts[-1])),
        "related lists": (len(snapshot.related.numbers), counts.entries),
        "hubness": (len(snapshot.related.hubness), counts.entries),
        "neighbourhoods": (len(snapshot.related.neighbourhoods.numbers), counts.entries),
        "weights of neighbours": (len(snapshot.related.neighbourhoods.weights), counts.entries),
        "lists of scores": (len(snapshot.related.scores), counts.entries),
        "places on the map": (snapshot.overview.shape, (counts.entries, 2)),
    }
    for what, (has, wanted) in found.items():
        if has != wanted:
            raise BadSnapshotError(
                f"{snapshot.layout.folder} is out of step: {has} {what}, and the manifest says "
                f"{wanted}; build the snapshot again."
            )


def _index(layout: Layout, manifest: Manifest) -> RowIndex:
    flat, how = FlatIndex(layout.vectors), manifest.approximation
    return flat if how is None else ApproximateIndex(flat, layout.lists, how.probes)
