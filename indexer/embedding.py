"""Passages in, index rows out; what did not change keeps the rows of the snapshot before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Encoder, Progress, Rows, unit_rows
from indexer.glossary import Glossary
from indexer.passages import Passage, Views, passage_key, passages_of, sentences_of, views_of
from indexer.scoring import VIEW_WEIGHTS
from indexer.snapshot import PASSAGE_ROW, Sentences, Snapshot
from indexer.stages import Stages

# Bounds the memory of the three views' vectors, 150 MB at 384 dimensions.
_PASSAGES_AT_ONCE = 1 << 15


@dataclass(frozen=True, slots=True)
class Embedded:
    """A glossary's passages as rows.

    ``passages`` is the table of the snapshot, ``encoded`` holds the numbers of the rows that were
    not taken over.
    """

    passages: NDArray[np.void]
    rows: Rows
    sentences: Sentences
    encoded: NDArray[np.int64]

    @property
    def owners(self) -> NDArray[np.int32]:
        """The entry of each row, in entry order."""
        return np.ascontiguousarray(self.passages["entry"])


def embed(
    glossary: Glossary, encoder: Encoder, previous: Snapshot | None, stages: Stages
) -> Embedded:
    """Cut a glossary into passages and turn each into a row."""
    passages = _passages(glossary, encoder)
    views = [views_of(glossary.entries[passage.entry], passage) for passage in passages]
    split = [_several(passage.text(glossary.entries[passage.entry])) for passage in passages]
    table = _table(passages, views, split, f"{encoder.fingerprint.digest()} {VIEW_WEIGHTS}")
    found = _known(table, previous, encoder)
    new = np.flatnonzero(found < 0)
    texts = sum(len(split[int(row)]) for row in new)
    progress = stages.stage("Encoding", 3 * len(new) + texts)
    rows = np.zeros((len(table), encoder.fingerprint.model.dimension), dtype=np.float32)
    rows[new] = _composites([views[int(row)] for row in new], encoder, progress)
    counts = np.array([len(sentences) for sentences in split], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)])
    sentence_rows = np.zeros((int(starts[-1]), rows.shape[1]), dtype=np.float16)
    is_new = np.repeat(found < 0, counts)
    sentence_rows[is_new] = encoder.encode_documents(
        list(chain.from_iterable(split[int(row)] for row in new)), progress
    )
    if previous is not None:
        old = np.flatnonzero(found >= 0)
        rows[old] = previous.index.rows(found[old])
        for row in old:
            sentence_rows[starts[row] : starts[row + 1]] = previous.sentences.of(int(found[row]))
    return Embedded(table, rows, Sentences(starts, sentence_rows), new)


def _passages(glossary: Glossary, encoder: Encoder) -> list[Passage]:
    fits = fitting(encoder)
    return [
        passage
        for number, entry in enumerate(glossary.entries)
        for passage in passages_of(number, entry, fits)
    ]


def fitting(encoder: Encoder) -> Callable[[str], bool]:
    """Return what tells whether a text fits into the encoder's window as one passage."""
    model = encoder.fingerprint.model
    prompt = encoder.token_count(model.document_prompt) - encoder.token_count("")
    window = model.max_tokens - prompt

    def fits(text: str) -> bool:
        # A token has at least one character: most texts need no counting.
        return len(text) + 2 <= window or encoder.token_count(text) <= window

    return fits


def _several(text: str) -> list[str]:
    """Return the sentences of a text that has several: one alone needs no vector of its own."""
    sentences = sentences_of(text)
    return sentences if len(sentences) > 1 else []


def _table(
    passages: Sequence[Passage], views: Sequence[Views], split: Sequence[Sequence[str]], how: str
) -> NDArray[np.void]:
    table = np.zeros(len(passages), dtype=PASSAGE_ROW)
    for row, (passage, texts, sentences) in enumerate(zip(passages, views, split, strict=True)):
        key = np.frombuffer(passage_key(texts, sentences, how), dtype="<u8")
        table[row] = (passage.entry, passage.definition, passage.start, passage.end, key)
    return table


def _known(
    table: NDArray[np.void], previous: Snapshot | None, encoder: Encoder
) -> NDArray[np.int64]:
    """Return for each passage its row in the snapshot before, -1 for one that is new."""
    known: dict[bytes, int] = {}
    if previous is not None and previous.index.dimension == encoder.fingerprint.model.dimension:
        known = {key.tobytes(): row for row, key in enumerate(previous.passages["key"])}
    return np.array([known.get(key.tobytes(), -1) for key in table["key"]], dtype=np.int64)


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
