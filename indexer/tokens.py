"""From texts to what an exported model takes: its tokenizer, and the settings stored beside it."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Model
from indexer.errors import BadEncoderError

if TYPE_CHECKING:
    from tokenizers import Encoding

TOKENIZER_FILE, SETTINGS_FILE = "tokenizer.json", "encoder.json"
# Batches of about this many tokens kept both cores busiest on glossary texts; see tests/bench.
_TOKENS_PER_BATCH = 2048
_TEXTS_PER_BATCH = 64

Inputs = dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Settings:
    """What runs the exported model besides its weights; stored beside them.

    ``quantised`` tells whether there is an encoder of queries in eight bits, too; ``None`` is that
    none was tried.
    """

    model: Model
    pad_token: int
    inputs: tuple[str, ...]
    quantised: bool | None = None


class Tokens:
    """The tokenizer of an exported model. Safe to call from many threads."""

    def __init__(self, folder: Path) -> None:
        """Open the files that the export put into ``folder``.

        Raises:
            BadEncoderError: A file is missing or is not what it should be.
        """
        self.settings = _load_settings(folder)
        self._tokenizer = _tokenizer(folder / TOKENIZER_FILE)
        self._tokenizer.enable_truncation(self.settings.model.max_tokens)

    def of(self, prompt: str, texts: Sequence[str]) -> list["Encoding"]:
        """Return the tokens of each text with the prompt in front, cut at the model's window."""
        found: list[Encoding] = self._tokenizer.encode_batch_fast([prompt + text for text in texts])
        return found

    def count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        return len(self._counter.encode(text).ids)

    @cached_property
    def _counter(self) -> Any:
        # Who only searches counts nothing. The file may be gone by then, with its snapshot.
        counter = type(self._tokenizer).from_str(self._tokenizer.to_str())
        counter.no_truncation()
        return counter

    def inputs(self, tokens: Sequence["Encoding"], names: Sequence[str] | None = None) -> Inputs:
        """Pad a batch to its longest text; return inputs by name, each (texts, tokens).

        ``names`` are those that the exported model takes, if no others are asked for.
        """
        width = max(len(item.ids) for item in tokens)
        arrays = {
            "input_ids": np.full((len(tokens), width), self.settings.pad_token, dtype=np.int64),
            "attention_mask": np.zeros((len(tokens), width), dtype=np.int64),
            "token_type_ids": np.zeros((len(tokens), width), dtype=np.int64),
        }
        for row, item in enumerate(tokens):
            arrays["input_ids"][row, : len(item.ids)] = item.ids
            arrays["attention_mask"][row, : len(item.ids)] = 1
            arrays["token_type_ids"][row, : len(item.ids)] = item.type_ids
        return {name: arrays[name] for name in names or self.settings.inputs}


def batches(tokens: Sequence["Encoding"]) -> list[list[int]]:
    """Put texts of like length together, longest first, so that little is spent on padding.

    Returns the places of the texts of each batch.
    """
    lengths = [len(item.ids) for item in tokens]
    found: list[list[int]] = []
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        # The first text of a batch is its longest.
        width = lengths[batch[0]] if batch else 0
        if batch and (
            len(batch) == _TEXTS_PER_BATCH or (len(batch) + 1) * width > _TOKENS_PER_BATCH
        ):
            found.append(batch)
            batch = []
        batch.append(place)
    if batch:
        found.append(batch)
    return found


def save_settings(folder: Path, settings: Settings) -> None:
    """Write what ``Tokens`` needs besides the tokenizer."""
    text = json.dumps(asdict(settings), indent=2, ensure_ascii=False)
    (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def cannot_open(folder: Path, error: Exception) -> BadEncoderError:
    """Return the error that tells why the encoder in a folder cannot be opened."""
    reason = str(error).strip().splitlines()[-1:] or [type(error).__name__]
    return BadEncoderError(f"The encoder in {folder} cannot be opened: {reason[0]}")


def _tokenizer(file: Path) -> Any:
    # Its own threads warn, and may hang, in a process that forks after the first text.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from tokenizers import Tokenizer  # noqa: PLC0415  keeps `glossary --help` quick

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise cannot_open(file.parent, error) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _load_settings(folder: Path) -> Settings:
    try:
        values = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
        model, inputs = Model(**values["model"]), tuple(values["inputs"])
        # Exports of earlier versions do not tell.
        return Settings(model, values["pad_token"], inputs, values.get("quantised"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadEncoderError(f"The encoder in {folder} cannot be opened: {error}") from error
