"""Glossary in, published snapshot out; vectors of unchanged passages come from the one before."""

import importlib.metadata
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.encoder import DEFAULT_MODEL, prepare_encoder
from indexer.encoding import Encoder, Progress, Rows, unit_rows
from indexer.errors import BadSnapshotError
from indexer.formats import SourceFile
from indexer.glossary import Entry, Glossary
from indexer.lexical import save_titles
from indexer.passages import Passage, Views, passage_key, passages_of, views_of
from indexer.related import relate_all
from indexer.snapshot import (
    PASSAGE_ROW,
    Counts,
    FileFacts,
    Layout,
    Manifest,
    RelatedLists,
    Snapshot,
    ViewWeights,
    current_manifest,
    file_facts,
    open_current,
    publish,
    save_entries,
    work_folder,
)
from indexer.strength import Calibration, calibrate
from indexer.vectors import save_index

# On definitions of one glossary asked against others, and on related lists of a real site, scaled
# to length 1: acc@1 .503 and R-precision .504. Definitions alone gave .496 and .431, titled ones
# alone .431 and .482, and the same sum left unscaled .452.
VIEW_WEIGHTS = ViewWeights(definition=0.5, titled=0.3, titles=0.2)
_SAMPLES = 16
_CALIBRATION_QUERIES = 500
# Bounds the memory of the three views' vectors, 150 MB at 384 dimensions.
_PASSAGES_AT_ONCE = 1 << 15

logger = logging.getLogger(__name__)


class Stages(Protocol):
    """Shows how a build gets on; see ``commands.progress``."""

    def stage(self, name: str, total: int) -> Progress:
        """Begin a stage of ``total`` steps and return what counts them."""
        ...


class Prepare(Protocol):
    """Puts a model into a folder and opens it; ``prepare_encoder`` is the real one."""

    def __call__(
        self, name: str, folder: Path, *, samples: Sequence[str], previous: Path | None
    ) -> Encoder:
        """Return the encoder of the model called ``name``."""
        ...


class Silent:
    """Shows nothing."""

    def stage(self, name: str, total: int) -> Progress:
        """Return a count that goes nowhere."""
        return lambda steps: None


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. ``encoded`` counts the entries that had to be encoded anew."""

    snapshot: str
    counts: Counts
    encoded: int
    reused: int


def build(
    glossary: Glossary,
    index: Path,
    *,
    model: str = DEFAULT_MODEL,
    sources: Sequence[SourceFile] = (),
    keep: int = 3,
    stages: Stages | None = None,
    prepare: Prepare = prepare_encoder,
) -> BuildReport:
    """Build a snapshot of a glossary and publish it in an index folder.

    Args:
        glossary: At least one entry.
        index: The index folder; made when it is absent.
        model: A model of the hub, or the path of one.
        sources: The files the glossary came from, for the record.
        keep: How many snapshots stay, the new one among them.
        stages: Shows progress.
        prepare: Puts the model into the snapshot and opens it.

    Raises:
        BadSnapshotError: The folder cannot be written, or another build is at work in it.
        BadEncoderError: The model cannot be had.
    """
    stages = stages or Silent()
    with work_folder(index) as work:
        layout, previous = Layout(work), _previous(index)
        samples = [entry.definitions[0] for entry in glossary.entries[:_SAMPLES]]
        encoder = prepare(
            model,
            layout.encoder,
            samples=samples,
            previous=previous.layout.encoder if previous else None,
        )
        passages = _passages(glossary, encoder)
        views = [views_of(glossary.entries[passage.entry], passage) for passage in passages]
        table = _table(passages, views, f"{encoder.fingerprint.digest()} {VIEW_WEIGHTS}")
        rows, new = _rows(table, views, encoder, previous, stages)
        owners = np.ascontiguousarray(table["entry"])
        related = relate_all(
            glossary, rows, owners, progress=stages.stage("Relating", len(glossary.entries))
        )
        _save(layout, glossary.entries, table, rows, related)
        counts = Counts(
            entries=len(glossary.entries),
            definitions=sum(len(entry.definitions) for entry in glossary.entries),
            passages=len(passages),
            rows=len(rows),
            related=int((related.numbers >= 0).sum()),
        )
        manifest = Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            title=glossary.title,
            language=glossary.language,
            licence=glossary.licence,
            sources=tuple(sources),
            counts=counts,
            encoder=encoder.fingerprint,
            view_weights=VIEW_WEIGHTS,
            calibration=_calibration(rows, views, owners, encoder),
            versions=_versions(),
            files=_files(work),
        )
        name = publish(work, manifest, keep=keep)
    encoded = len(np.unique(owners[new]))
    return BuildReport(name, counts, encoded=encoded, reused=counts.entries - encoded)


def _previous(index: Path) -> Snapshot | None:
    """Open the live snapshot to take vectors from. A damaged one is no reason not to build."""
    try:
        return open_current(index) if current_manifest(index) else None
    except BadSnapshotError as error:
        logger.warning("Nothing is taken over from the snapshot before: %s", error)
        return None


def _passages(glossary: Glossary, encoder: Encoder) -> list[Passage]:
    model = encoder.fingerprint.model
    prompt = encoder.token_count(model.document_prompt) - encoder.token_count("")
    window = model.max_tokens - prompt

    def fits(text: str) -> bool:
        # A token has at least one character: most texts need no counting.
        return len(text) + 2 <= window or encoder.token_count(text) <= window

    return [
        passage
        for number, entry in enumerate(glossary.entries)
        for passage in passages_of(number, entry, fits)
    ]


def _table(passages: Sequence[Passage], views: Sequence[Views], how: str) -> NDArray[np.void]:
    table = np.zeros(len(passages), dtype=PASSAGE_ROW)
    for row, (passage, texts) in enumerate(zip(passages, views, strict=True)):
        key = np.frombuffer(passage_key(texts, how), dtype="<u8")
        table[row] = (passage.entry, passage.definition, passage.start, passage.end, key)
    return table


def _rows(
    table: NDArray[np.void],
    views: Sequence[Views],
    encoder: Encoder,
    previous: Snapshot | None,
    stages: Stages,
) -> tuple[Rows, NDArray[np.int64]]:
    """Return the index rows, and which of them had to be encoded."""
    dimension = encoder.fingerprint.model.dimension
    rows = np.zeros((len(table), dimension), dtype=np.float32)
    known: dict[bytes, int] = {}
    if previous is not None and previous.index.dimension == dimension:
        known = {key.tobytes(): row for row, key in enumerate(previous.passages["key"])}
    found = np.array([known.get(key.tobytes(), -1) for key in table["key"]], dtype=np.int64)
    old, new = np.flatnonzero(found >= 0), np.flatnonzero(found < 0)
    if previous is not None and len(old):
        rows[old] = previous.index.rows(found[old])
    if len(new):
        texts = [views[int(row)] for row in new]
        rows[new] = _composites(texts, encoder, stages.stage("Encoding", 3 * len(new)))
    return rows, new


def _composites(views: Sequence[Views], encoder: Encoder, progress: Progress) -> Rows:
    """Return the weighted sum of each passage's views, scaled to length 1."""
    rows = np.zeros((len(views), encoder.fingerprint.model.dimension), dtype=np.float32)
    weights = (VIEW_WEIGHTS.definition, VIEW_WEIGHTS.titled, VIEW_WEIGHTS.titles)
    for start in range(0, len(views), _PASSAGES_AT_ONCE):
        part = views[start : start + _PASSAGES_AT_ONCE]
        columns = ([v.definition for v in part], [v.titled for v in part], [v.titles for v in part])
        # Passages of one entry share their titles, and some share a definition: each text once.
        places = {text: place for place, text in enumerate(dict.fromkeys(chain(*columns)))}
        encoded = encoder.encode_documents(list(places), progress)
        for weight, texts in zip(weights, columns, strict=True):
            rows[start : start + len(part)] += weight * encoded[[places[text] for text in texts]]
        progress(sum(map(len, columns)) - len(places))
    return unit_rows(rows)


def _calibration(
    rows: Rows, views: Sequence[Views], owners: NDArray[np.int32], encoder: Encoder
) -> Calibration:
    """Measure chance scores, with some of the definitions asked as queries."""
    asked = np.random.default_rng(0).permutation(len(views))[:_CALIBRATION_QUERIES]
    queries = encoder.encode_queries([views[int(row)].definition for row in asked])
    return calibrate(rows, owners, queries, asked)


def _save(
    layout: Layout,
    entries: Sequence[Entry],
    table: NDArray[np.void],
    rows: Rows,
    related: RelatedLists,
) -> None:
    save_entries(layout, entries)
    save_titles(layout.titles, entries)
    np.save(layout.passages, table, allow_pickle=False)
    save_index(layout.vectors, rows)
    np.save(layout.related_numbers, related.numbers, allow_pickle=False)
    np.save(layout.related_scores, related.scores, allow_pickle=False)


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
