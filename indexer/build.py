"""Glossary in, published snapshot out."""

import importlib.metadata
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import numpy as np

from indexer.approximating import EXACT_BYTES, approximation
from indexer.calibrating import calibration
from indexer.difference import churn, shown_lists
from indexer.embedding import Embedded, embed
from indexer.encoder import prepare_encoder
from indexer.encoding import Encoder
from indexer.errors import BadSnapshotError
from indexer.formats import SourceFile
from indexer.glossary import Entry, Glossary
from indexer.lexical import (
    Weighting,
    Words,
    save_postings,
    save_prefixes,
    save_titles,
    trigrams_of,
)
from indexer.listing import save_listing
from indexer.modelfiles import DEFAULT_MODEL
from indexer.overrides import Overrides, save_overrides
from indexer.overview import overview
from indexer.related import Relations, relate_all
from indexer.scoring import VIEW_WEIGHTS
from indexer.snapshot import (
    Counts,
    FileFacts,
    Layout,
    Manifest,
    Snapshot,
    current_manifest,
    file_facts,
    open_current,
    publish,
    save_entries,
    work_folder,
)
from indexer.stages import Silent, Stages
from indexer.vectors import save_index

_SAMPLES = 16

logger = logging.getLogger(__name__)


class Prepare(Protocol):
    """Puts a model into a folder and opens it; ``prepare_encoder`` is the real one."""

    def __call__(
        self, name: str, folder: Path, *, samples: Sequence[str], previous: Path | None
    ) -> Encoder:
        """Return the encoder of the model called ``name``."""
        ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``encoded`` counts the entries that had to be encoded anew.

    ``churn`` is that against the snapshot that was live, ``None`` where none could be opened;
    ``published`` tells whether this one is live now, ``stale`` which overrides did nothing.
    """

    snapshot: str
    counts: Counts
    encoded: int
    reused: int
    churn: float | None
    published: bool
    stale: tuple[str, ...]


def build(
    glossary: Glossary,
    index: Path,
    *,
    model: str = DEFAULT_MODEL,
    sources: Sequence[SourceFile] = (),
    overrides: Overrides | None = None,
    keep: int = 3,
    live: bool = True,
    max_churn: float | None = None,
    exact_bytes: int = EXACT_BYTES,
    stages: Stages | None = None,
    prepare: Prepare = prepare_encoder,
) -> BuildReport:
    """Build a snapshot of a glossary and publish it in an index folder.

    Args:
        glossary: At least one entry.
        index: The index folder; made when it is absent.
        model: A model of the hub, or the path of one.
        sources: The files the glossary came from, for the record.
        overrides: What editors want of the related lists.
        keep: How many snapshots stay, the new one among them.
        live: Whether it becomes the live one, or waits to be published.
        max_churn: The share of related items, 0 to 1, up to which it becomes the live one when
            there is one; where the live one cannot be opened to be compared, it waits, too.
        exact_bytes: A larger index is searched approximately, at a measured recall.
        stages: Shows progress.
        prepare: Puts the model into the snapshot and opens it.

    Raises:
        BadSnapshotError: The folder cannot be written, or another build is at work in it.
        BadEncoderError: The model cannot be had.
    """
    stages, overrides = stages or Silent(), overrides or Overrides()
    with work_folder(index) as work:
        layout, previous = Layout(work), _previous(index)
        if overrides.source is None and previous and (lost := previous.manifest.overrides):
            logger.warning("The live snapshot has the overrides of %s; this one none.", lost.name)
        samples = [entry.definitions[0] for entry in glossary.entries[:_SAMPLES]]
        encoder = prepare(
            model,
            layout.encoder,
            samples=samples,
            previous=previous.layout.encoder if previous else None,
        )
        embedded = embed(glossary, encoder, previous, stages)
        words = Words(glossary.language)
        told = [words.told(entry) for entry in glossary.entries]
        both = [words.all_of(entry) for entry in glossary.entries]
        progress = stages.stage("Relating", 2 * len(glossary.entries))
        rows, owners = embedded.rows, embedded.owners
        relations = relate_all(glossary, rows, owners, both, overrides=overrides, progress=progress)
        _save(layout, glossary.entries, embedded, relations)
        save_overrides(layout.overrides, overrides, glossary.entries)
        save_postings(layout.words, told)
        save_postings(layout.related_words, both, Weighting.COSINE)
        counts = _counts(glossary, embedded, relations)
        manifest = Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            title=glossary.title,
            language=glossary.language,
            licence=glossary.licence,
            sources=tuple(sources),
            overrides=overrides.source,
            counts=counts,
            encoder=encoder.fingerprint,
            view_weights=VIEW_WEIGHTS,
            approximation=approximation(
                layout, glossary.entries, rows, encoder, stages, exact_bytes=exact_bytes
            ),
            calibration=calibration(layout, glossary.entries, embedded, relations, encoder, words),
            versions=_versions(),
            files=_files(work),
        )
        changed = _churn(previous, glossary, relations)
        live = live and _is_calm(index, changed, max_churn)
        name = publish(work, manifest, keep=keep, live=live)
    encoded = len(np.unique(embedded.owners[embedded.encoded]))
    return BuildReport(
        name,
        counts,
        encoded=encoded,
        reused=counts.entries - encoded,
        churn=changed,
        published=live,
        stale=(*overrides.stale, *relations.stale),
    )


def _churn(previous: Snapshot | None, glossary: Glossary, relations: Relations) -> float | None:
    if previous is None:
        return None
    return churn(
        shown_lists(list(previous.entries), previous.related.numbers),
        shown_lists(glossary.entries, relations.lists.numbers),
    )


def _previous(index: Path) -> Snapshot | None:
    """Open the live snapshot to take vectors from. A damaged one is no reason not to build."""
    try:
        return open_current(index, every_byte=True) if current_manifest(index) else None
    except BadSnapshotError as error:
        logger.warning("Nothing is taken over from the snapshot before: %s", error)
        return None


def _is_calm(index: Path, churn: float | None, most: float | None) -> bool:
    """Tell whether a snapshot may go live by itself; the first of a folder always may."""
    if most is None:
        return True
    if churn is not None:
        return churn <= most
    try:
        return current_manifest(index) is None
    except BadSnapshotError:
        return False


def _save(
    layout: Layout, entries: Sequence[Entry], embedded: Embedded, relations: Relations
) -> None:
    save_entries(layout, entries)
    save_titles(layout.titles, entries)
    save_prefixes(layout.prefixes, entries)
    save_listing(layout.listing, entries)
    save_postings(layout.trigrams, map(trigrams_of, entries), Weighting.RARITY)
    save_index(layout.vectors, embedded.rows)
    for path, array in (
        (layout.passages, embedded.passages),
        (layout.sentence_starts, embedded.sentences.starts),
        (layout.sentence_rows, embedded.sentences.rows),
        (layout.related_numbers, relations.lists.numbers),
        (layout.related_scores, relations.lists.scores),
        (layout.hubness, relations.lists.hubness),
        (layout.neighbour_numbers, relations.lists.neighbourhoods.numbers),
        (layout.neighbour_weights, relations.lists.neighbourhoods.weights),
        (layout.overview, overview(embedded.rows, embedded.owners)),
    ):
        np.save(path, array, allow_pickle=False)


def _counts(glossary: Glossary, embedded: Embedded, relations: Relations) -> Counts:
    return Counts(
        entries=len(glossary.entries),
        definitions=sum(len(entry.definitions) for entry in glossary.entries),
        passages=len(embedded.passages),
        rows=len(embedded.rows),
        related=int((relations.lists.numbers >= 0).sum()),
    )


def _files(work: Path) -> dict[str, FileFacts]:
    return {
        path.relative_to(work).as_posix(): file_facts(path)
        for path in sorted(work.rglob("*"))
        if path.is_file()
    }


def _versions() -> dict[str, str]:
    names = (
        "glossary-search",
        "sentence-transformers",
        "openvino",
        "tokenizers",
        "faiss-cpu",
        "numpy",
    )
    return {name: importlib.metadata.version(name) for name in names}
