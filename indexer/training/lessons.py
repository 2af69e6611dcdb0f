"""What a teacher, a larger model, makes of the texts that are trained on: a row for each."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Encoder, Progress
from indexer.training.material import Columns

# About what the window of training holds; the rest of a longer text would only take time.
_CHARACTERS = 400
_TEXTS_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Lessons:
    """The teacher's unit rows, (texts, its dimension), and the number of each text's row."""

    rows: NDArray[np.float16]
    numbers: Mapping[str, int]

    def labels(self, columns: Columns) -> list[list[int]]:
        """Return for each pair the numbers of its texts, in the order of the columns."""
        pairs = zip(*columns.values(), strict=True)
        return [[self.numbers[text] for text in texts] for texts in pairs]


def texts_of(columns: Mapping[str, Columns]) -> list[str]:
    """Return all texts, each once."""
    return list(dict.fromkeys(chain.from_iterable(chain(*c.values()) for c in columns.values())))


def lessons_of(
    texts: Sequence[str], teacher: Encoder, folder: Path, progress: Progress | None = None
) -> Lessons:
    """Have the teacher encode texts, but for what a run that was cut off left in ``folder``.

    Args:
        texts: Each once.
        teacher: Encodes them; of a long one, the beginning.
        folder: Keeps the rows of every few thousand texts; made when it is absent.
        progress: Counts texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = teacher.fingerprint.digest()
    rows = np.empty((len(texts), teacher.fingerprint.model.dimension), dtype=np.float16)
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        part = [text[:_CHARACTERS] for text in texts[start : start + _TEXTS_AT_ONCE]]
        name = hashlib.sha256(json.dumps([digest, part]).encode()).hexdigest()[:16]
        file = folder / f"{name}.npy"
        if not file.exists():
            work = file.with_suffix(".part.npy")
            np.save(work, teacher.encode_documents(part).astype(np.float16), allow_pickle=False)
            work.replace(file)
        rows[start : start + len(part)] = np.load(file, allow_pickle=False)
        if progress is not None:
            progress(len(part))
    return Lessons(rows, {text: number for number, text in enumerate(texts)})
