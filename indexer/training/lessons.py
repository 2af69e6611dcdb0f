"""What a teacher, a larger model, makes of the texts that are trained on: a row for each."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoder import prepare_encoder
from indexer.encoding import Encoder, Progress
from indexer.original import accelerated_encoder
from indexer.stages import Stages
from indexer.training.material import Columns

# What ``lessons_by`` leaves in its folder.
TEACHER, LESSONS = "teacher", "lessons"
# About what the window of training holds; the rest of a longer text would only take time.
_CHARACTERS = 400
_TEXTS_AT_ONCE = 4096
_SHORTEST_ROW = 1e-6


@dataclass(frozen=True, slots=True)
class Reading:
    """What a teacher reads, each text once, for the texts that are trained on.

    For a text that was rewritten it reads what that was before, which says what it means, and for
    one that was put together its parts: fewer texts, and shorter ones. ``numbers`` are those of the
    texts that are trained on, ``parts`` for each of them the numbers of what is read.
    """

    texts: list[str]
    numbers: dict[str, int]
    parts: list[list[int]]

    @classmethod
    def of(cls, columns: Mapping[str, Columns], read: Mapping[str, tuple[str, ...]]) -> "Reading":
        """Collect the texts of all columns; ``read`` has what is read for some of them."""
        trained = dict.fromkeys(chain.from_iterable(chain(*c.values()) for c in columns.values()))
        parts = [read.get(text, (text,)) for text in trained]
        places = {text: place for place, text in enumerate(dict.fromkeys(chain(*parts)))}
        return cls(
            list(places),
            {text: number for number, text in enumerate(trained)},
            [[places[text] for text in of] for of in parts],
        )

    def means(self, rows: NDArray[np.float16]) -> NDArray[np.float16]:
        """Turn unit rows of what is read into those of what is trained on, of one width."""
        means = np.empty((len(self.parts), rows.shape[1]), dtype=np.float16)
        for place, of in enumerate(self.parts):
            row = rows[of].astype(np.float32).sum(axis=0)
            means[place] = row / max(float(np.linalg.norm(row)), _SHORTEST_ROW)
        return means


@dataclass(frozen=True, slots=True)
class Lessons:
    """The teacher's unit rows, (texts, its dimension), and the number of each text's row."""

    rows: NDArray[np.float16]
    numbers: Mapping[str, int]

    def labels(self, columns: Columns) -> list[list[int]]:
        """Return for each pair the numbers of its texts, in the order of the columns."""
        pairs = zip(*columns.values(), strict=True)
        return [[self.numbers[text] for text in texts] for texts in pairs]


def lessons_by(
    teacher: str, reading: Reading, work: Path, kept: Path | None, stages: Stages
) -> Lessons:
    """Find a teacher and have it encode, on a GPU where there is one.

    Args:
        teacher: Its name or path.
        reading: What it reads.
        work: Receives the exported teacher, and the rows where they are not ``kept``; both can be
            removed afterwards.
        kept: A folder that keeps the rows for other runs.
        stages: Shows progress.

    Raises:
        BadEncoderError: The teacher cannot be had.
    """
    progress = stages.stage("Encoding with the teacher", len(reading.texts))
    exported = work / TEACHER
    encoder = accelerated_encoder(teacher)
    if encoder is None:
        shutil.rmtree(exported, ignore_errors=True)
        encoder = prepare_encoder(teacher, exported)
    return lessons_of(reading, encoder, kept or work / LESSONS, progress)


def lessons_of(
    reading: Reading, teacher: Encoder, folder: Path, progress: Progress | None = None
) -> Lessons:
    """Have the teacher encode texts, but for what a run that was cut off left in ``folder``.

    Args:
        reading: What it reads.
        teacher: Encodes them; of a long one, the beginning.
        folder: Keeps the rows of every few thousand texts; made when it is absent.
        progress: Counts texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = teacher.fingerprint.digest()
    rows = np.empty((len(reading.texts), teacher.fingerprint.model.dimension), dtype=np.float16)
    for start in range(0, len(reading.texts), _TEXTS_AT_ONCE):
        part = [text[:_CHARACTERS] for text in reading.texts[start : start + _TEXTS_AT_ONCE]]
        name = hashlib.sha256(json.dumps([digest, part]).encode()).hexdigest()[:16]
        file = folder / f"{name}.npy"
        if not file.exists():
            work = file.with_suffix(".part.npy")
            np.save(work, teacher.encode_documents(part).astype(np.float16), allow_pickle=False)
            work.replace(file)
        rows[start : start + len(part)] = np.load(file, allow_pickle=False)
        if progress is not None:
            progress(len(part))
    return Lessons(reading.means(rows), reading.numbers)
