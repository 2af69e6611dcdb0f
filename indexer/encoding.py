"""What an encoder is: texts in, unit rows out, and a fingerprint that says whose rows they are."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
# Called with the number of texts encoded since the last call.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model as the snapshot records it.

    ``weights_sha256`` is the hash of the weights file, ``files_sha256`` one over every file that
    decides what the model does. ``max_tokens`` is its window. ``exported`` tells whether the
    snapshot carries it, or sentence-transformers has to load it again. An adapted model has the
    name of the ``base`` that ``weights_sha256`` is of, and the hash of its adapter's weights.
    """

    name: str
    weights_sha256: str
    files_sha256: str
    dimension: int
    max_tokens: int
    query_prompt: str = ""
    document_prompt: str = ""
    exported: bool = True
    base: str = ""
    adapter_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A model and the precision it ran in ("f32" or "bf16"): rows compare only within one model."""

    model: Model
    precision: str

    def digest(self) -> str:
        """Return a text that is the same for encoders whose rows may stand in one index."""
        facts = asdict(self.model) | {"name": "", "base": "", "precision": self.precision}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


class Encoder(Protocol):
    """Anything that turns texts into one unit row each, in the order given."""

    @property
    def fingerprint(self) -> Fingerprint:
        """Recorded in the manifest, so that a query meets the same model."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return float32 rows, (texts, dimension), with the model's query prompt in front."""
        ...

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return float32 rows, (texts, dimension), with the model's document prompt in front."""
        ...

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, without the document prompt, special tokens included."""
        ...


def unit_rows(rows: NDArray[np.floating]) -> Rows:
    """Scale every row to length 1. A row of zeros stays zero: it is close to nothing."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return np.ascontiguousarray(scaled, dtype=np.float32)
