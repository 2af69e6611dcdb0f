"""Texts as numbers of tokens, on the device, and batches of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

_AT_ONCE = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts, their tokens one after the other, in runs of texts of one length.

    ``runs`` are numbers of texts and tokens; ``tokens`` and ``places``, (tokens,), the numbers of
    tokens and their places in their texts. ``padding``, (texts, tokens of a text), tells of the
    only run which tokens are none.
    """

    tokens: torch.Tensor
    places: torch.Tensor
    runs: Sequence[tuple[int, int]]
    padding: torch.Tensor | None = None

    def split(self, values: torch.Tensor) -> Sequence[torch.Tensor]:
        """Return the values of the tokens of each run."""
        parts: Sequence[torch.Tensor] = values.split(
            [texts * length for texts, length in self.runs]
        )
        return parts

    def means(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return the mean of each text over its tokens, (texts, width)."""
        parts = [
            part.view(texts, length, -1)
            for part, (texts, length) in zip(self.split(hidden), self.runs, strict=True)
        ]
        if self.padding is None:
            return torch.cat([part.mean(1) for part in parts])
        there = ~self.padding[:, :, None]
        return (parts[0] * there).sum(1) / there.sum(1)


class Texts:
    """Texts cut at a number of tokens, in BERT's uncased vocabulary."""

    def __init__(self, texts: Sequence[str], tokenizer: Path, longest: int, device: str) -> None:
        cutter = Tokenizer.from_file(str(tokenizer))
        cutter.no_padding()
        cutter.enable_truncation(longest)
        numbers = np.zeros((len(texts), longest), dtype=np.int32)
        self.lengths = np.zeros(len(texts), dtype=np.int64)
        for start in range(0, len(texts), _AT_ONCE):
            encoded = cutter.encode_batch(list(texts[start : start + _AT_ONCE]))
            for place, one in enumerate(encoded, start=start):
                self.lengths[place] = len(one.ids)
                numbers[place, : len(one.ids)] = one.ids
        self._tokens = torch.from_numpy(numbers).to(device)
        self.device = device

    def batch(self, chosen: NDArray[np.int64], *, padded: bool) -> Batch:
        """Return a batch of texts that are sorted by their length.

        Args:
            chosen: Numbers of texts, shortest first.
            padded: As one run, in steps of eight tokens, instead of a run for each length.
        """
        lengths = self.lengths[chosen]
        if padded:
            longest = min(-(-int(lengths[-1]) // 8) * 8, self._tokens.shape[1])
            runs = [(len(chosen), longest)]
        else:
            found, counts = np.unique(lengths, return_counts=True)
            runs = list(zip(counts.tolist(), found.tolist(), strict=True))
        numbers, places, start = [], [], 0
        for texts, length in runs:
            rows = torch.from_numpy(chosen[start : start + texts]).to(self.device)
            numbers.append(self._tokens[rows, :length].reshape(-1).long())
            places.append(torch.arange(length, device=self.device).repeat(texts))
            start += texts
        tokens = torch.cat(numbers)
        return Batch(
            tokens,
            torch.cat(places),
            runs,
            (tokens == 0).view(runs[0]) if padded else None,
        )
