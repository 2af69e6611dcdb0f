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
    MOST_RELATED,
    PASSAGE_ROW,
    RelatedLists,
    Sentences,
    Snapshot,
    check_comparable,
    current_manifest,
    current_name,
    open_current,
)
from indexer.snapshot.publishing import publish, work_folder
from indexer.snapshot.switching import (
    Listed,
    Switch,
    history,
    listed,
    open_named,
    roll_back,
    switch,
    switch_to_latest,
)
from indexer.snapshot.verifying import Verified, verify

__all__ = [
    "MOST_RELATED",
    "PASSAGE_ROW",
    "Counts",
    "EntryStore",
    "FileFacts",
    "Layout",
    "Listed",
    "Manifest",
    "RelatedLists",
    "Sentences",
    "Snapshot",
    "Switch",
    "Verified",
    "check_comparable",
    "current_manifest",
    "current_name",
    "file_facts",
    "history",
    "listed",
    "open_current",
    "open_named",
    "publish",
    "roll_back",
    "save_entries",
    "switch",
    "switch_to_latest",
    "verify",
    "work_folder",
]
