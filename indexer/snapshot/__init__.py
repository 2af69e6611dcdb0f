"""The snapshot: a published, immutable index folder; how it is laid out, published and opened."""

from indexer.snapshot.entries import EntryStore, save_entries
from indexer.snapshot.layout import Layout
from indexer.snapshot.manifest import (
    Counts,
    FileFacts,
    Manifest,
    file_facts,
)
from indexer.snapshot.opening import (
    PASSAGE_ROW,
    RelatedLists,
    Sentences,
    Snapshot,
    current_manifest,
    open_current,
)
from indexer.snapshot.publishing import publish, work_folder

__all__ = [
    "PASSAGE_ROW",
    "Counts",
    "EntryStore",
    "FileFacts",
    "Layout",
    "Manifest",
    "RelatedLists",
    "Sentences",
    "Snapshot",
    "current_manifest",
    "file_facts",
    "open_current",
    "publish",
    "save_entries",
    "work_folder",
]
