"""Texts as numbers of tokens, on the device, and their rows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tests.bench.distil.networks import Network, Weights

_AT_ONCE = 4096


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

    def tokens(self, chosen: NDArray[np.int64]) -> torch.Tensor:
        """Return the tokens of some texts, as long as the longest of them, in steps of eight."""
        longest = min(-(-int(self.lengths[chosen].max()) // 8) * 8, self._tokens.shape[1])
        places = torch.from_numpy(chosen).to(self.device)
        return self._tokens[places, :longest].long()


@torch.no_grad()
def rows_of(network: Network, weights: Weights, texts: Texts, tokens: int) -> torch.Tensor:
    """Return the float16 rows of all texts, (texts, width), about so many tokens at a time."""
    order = np.argsort(texts.lengths, kind="stable")
    rows = torch.empty(len(order), network.width, dtype=torch.float16, device=texts.device)
    ends = np.flatnonzero(np.diff(np.cumsum(texts.lengths[order]) // tokens)) + 1
    for part in np.split(order, ends):
        found = network.rows(texts.tokens(part), weights)
        rows[torch.from_numpy(part).to(texts.device)] = found.half()
    return rows
