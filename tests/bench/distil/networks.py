"""BERT and MPNet as functions of their weights, without dropout and with mean pooling.

As the sentence-transformers models trained here are run, but with few kernels a step, which is
what a GPU waits for, and without padding on a CPU, which pads half of what it computes otherwise.
"""

import functools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch.nn.functional import embedding, gelu, layer_norm, linear, normalize

from tests.bench.distil.texts import Batch, Texts

Weights = Mapping[str, torch.Tensor]

# Of BERT's vocabulary; MPNet's is the same four numbers further on, but for these.
_CLS, _SEP = 101, 102
_MPNET_CLS, _MPNET_PAD, _MPNET_SEP, _MPNET_FURTHER = 0, 1, 2, 4
_PARTS = {
    "bert": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "mpnet": ("attention.attn.q", "attention.attn.k", "attention.attn.v"),
}
_AFTER = {
    "bert": ("attention.output.dense", "attention.output.LayerNorm"),
    "mpnet": ("attention.attn.o", "attention.LayerNorm"),
}
_BUCKETS, _FARTHEST = 32, 128
# In place of minus infinity.
_NEVER = -1e4


class Network:
    """An encoder of the kind BERT or MPNet, computed in bfloat16."""

    def __init__(self, folder: Path, device: str, precision: torch.dtype = torch.bfloat16) -> None:
        """Read the weights of a sentence-transformers folder.

        Raises:
            KeyError: The model is of another kind.
        """
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.kind: str = config["model_type"]
        self.width: int = config["hidden_size"]
        self._heads: int = config["num_attention_heads"]
        self._epsilon: float = config["layer_norm_eps"]
        self._precision = precision
        self._layers = [f"encoder.layer.{n}." for n in range(config["num_hidden_layers"])]
        self._parts, (self._out, self._norm) = _PARTS[self.kind], _AFTER[self.kind]
        held = load_file(str(folder / "model.safetensors"))
        named = {name.removeprefix(f"{self.kind}."): tensor for name, tensor in held.items()}
        # Tables of embeddings never learn: they are cast here and not at each step.
        self.base: Weights = {
            name: tensor.to(device, precision if _is_table(name) else torch.float32)
            for name, tensor in named.items()
            if tensor.is_floating_point() and "pooler" not in name
        }
        self.linear = [
            layer + part
            for layer in self._layers
            for part in (*self._parts, self._out, "intermediate.dense", "output.dense")
        ]
        self.device, self.pads = device, device != "cpu"

    def rows(self, batch: Batch, weights: Weights) -> torch.Tensor:
        """Return a float32 unit row for each text, in the order of the batch.

        Args:
            batch: Some texts.
            weights: Those of ``base``, or what they became.
        """
        hidden = self._embedded(batch, weights)
        biases = [self._bias(length, weights) for _, length in batch.runs]
        if batch.padding is not None:
            (bias,) = biases
            biases = [bias + batch.padding[:, None, None, :].to(self._precision) * _NEVER]
        for layer in self._layers:
            hidden = self._layer(hidden, batch, biases, layer, weights)
        return normalize(batch.means(hidden.float()), dim=1)

    @torch.no_grad()
    def encode(self, texts: Texts, weights: Weights, tokens: int) -> torch.Tensor:
        """Return the float16 rows of all texts, (texts, width), about so many tokens at a time."""
        order = np.argsort(texts.lengths, kind="stable")
        rows = torch.empty(len(order), self.width, dtype=torch.float16, device=self.device)
        ends = np.flatnonzero(np.diff(np.cumsum(texts.lengths[order]) // tokens)) + 1
        for part in np.split(order, ends):
            found = self.rows(texts.batch(part, padded=self.pads), weights)
            rows[torch.from_numpy(part).to(self.device)] = found.half()
        return rows

    def _embedded(self, batch: Batch, weights: Weights) -> torch.Tensor:
        words = weights["embeddings.word_embeddings.weight"]
        places = weights["embeddings.position_embeddings.weight"]
        tokens = batch.tokens
        if self.kind == "bert":
            kinds = weights["embeddings.token_type_embeddings.weight"]
            hidden = embedding(tokens, words) + places[batch.places] + kinds[0]
        else:
            moved = torch.where(tokens != 0, tokens + _MPNET_FURTHER, _MPNET_PAD)
            moved = torch.where(tokens == _CLS, _MPNET_CLS, moved)
            moved = torch.where(tokens == _SEP, _MPNET_SEP, moved)
            # Places are counted from the one after that of padding.
            hidden = embedding(moved, words) + places[batch.places + _MPNET_PAD + 1]
        return self._normed(hidden, "embeddings.LayerNorm", weights)

    def _bias(self, length: int, weights: Weights) -> torch.Tensor:
        """Return what is added to the scores of attention in a run, (1, heads or 1, l, l)."""
        if self.kind == "bert":
            return torch.zeros(1, 1, 1, 1, dtype=self._precision, device=self.device)
        biases = weights["encoder.relative_attention_bias.weight"]
        near = biases[_buckets(length, self.device)].permute(2, 0, 1)[None]
        return near.to(self._precision)

    def _layer(
        self,
        hidden: torch.Tensor,
        batch: Batch,
        biases: Sequence[torch.Tensor],
        layer: str,
        weights: Weights,
    ) -> torch.Tensor:
        asked = torch.cat(
            [self._linear(hidden, layer + part, weights) for part in self._parts], dim=1
        )
        parts = batch.split(asked)
        seen = torch.cat(
            [self._seen(*part) for part in zip(parts, batch.runs, biases, strict=True)]
        )
        seen = self._linear(seen, layer + self._out, weights)
        hidden = self._normed(seen + hidden, layer + self._norm, weights)
        wide = gelu(self._linear(hidden, f"{layer}intermediate.dense", weights))
        narrow = self._linear(wide, f"{layer}output.dense", weights)
        return self._normed(narrow + hidden, f"{layer}output.LayerNorm", weights)

    def _seen(self, part: torch.Tensor, run: tuple[int, int], bias: torch.Tensor) -> torch.Tensor:
        """Return what the tokens of a run see of one another.

        Written out, since the fused kernel's gradient is ten times slower for short texts on a CPU.
        """
        texts, length = run
        size = self.width // self._heads
        query, key, value = (
            part.view(texts, length, 3, self._heads, size).permute(2, 0, 3, 1, 4).unbind(0)
        )
        scores = query @ key.transpose(-1, -2) * size**-0.5 + bias
        seen: torch.Tensor = scores.softmax(-1) @ value
        return seen.transpose(1, 2).reshape(texts * length, self.width)

    def _linear(self, hidden: torch.Tensor, name: str, weights: Weights) -> torch.Tensor:
        matrix, bias = (weights[f"{name}.{part}"].to(self._precision) for part in _LINEAR)
        product = linear(hidden, matrix, bias)
        if f"{name}.{_DOWN}" not in weights:
            return product
        down, up = (weights[f"{name}.{part}"].to(self._precision) for part in (_DOWN, _UP))
        return torch.addmm(product, hidden @ down.T, up.T)

    def _normed(self, hidden: torch.Tensor, name: str, weights: Weights) -> torch.Tensor:
        scale, bias = (weights[f"{name}.{part}"].to(self._precision) for part in _LINEAR)
        return layer_norm(hidden, (self.width,), scale, bias, self._epsilon)


_LINEAR = ("weight", "bias")
_DOWN, _UP = "down", "up"


def _is_table(name: str) -> bool:
    return name.startswith("embeddings.") and "LayerNorm" not in name


@functools.cache
def _buckets(length: int, device: str) -> torch.Tensor:
    """Return the bucket of each distance between two places, (length, length), as in T5."""
    places = torch.arange(length, device=device)
    distance = places[None, :] - places[:, None]
    half, exact = _BUCKETS // 2, _BUCKETS // 4
    far = distance.abs()
    grown = torch.log(far.float().clamp(min=1) / exact) / math.log(_FARTHEST / exact)
    coarse = (exact + (grown * (half - exact)).long()).clamp(max=half - 1)
    return (distance > 0).long() * half + torch.where(far < exact, far, coarse)


class Whole:
    """All matrices and norms learn; embeddings stay as they are."""

    def __init__(self, network: Network) -> None:
        self._base = network.base
        self._learning = {
            name: tensor.clone().requires_grad_()
            for name, tensor in network.base.items()
            if not name.startswith("embeddings") and "relative_attention" not in name
        }

    def parameters(self) -> list[torch.Tensor]:
        """Return what learns."""
        return list(self._learning.values())

    def weights(self) -> Weights:
        """Return the weights as they are now."""
        return {**self._base, **self._learning}

    def merged(self, scale: float) -> Weights:
        """Return the weights with so much of what was learned."""
        with torch.no_grad():
            return {
                name: torch.lerp(tensor, self._learning.get(name, tensor), scale)
                for name, tensor in self._base.items()
            }


class LowRank:
    """Each matrix learns a product of two thin ones (LoRA, Hu et al. 2021, arXiv:2106.09685)."""

    def __init__(self, network: Network, rank: int, alpha: float, seed: int) -> None:
        self._base, self._scale = network.base, alpha / rank
        random = torch.Generator().manual_seed(seed)
        self._down, self._up = {}, {}
        for name in network.linear:
            up, down = network.base[f"{name}.weight"].shape
            # Uniform, as peft begins.
            begun = (torch.rand(rank, down, generator=random) * 2 - 1) / math.sqrt(down)
            self._down[name] = begun.to(network.device).requires_grad_()
            self._up[name] = torch.zeros(up, rank, device=network.device).requires_grad_()

    def parameters(self) -> list[torch.Tensor]:
        """Return what learns."""
        return [*self._down.values(), *self._up.values()]

    def weights(self) -> Weights:
        """Return the weights as they are now, and beside each matrix both thin ones.

        Not added to it: then it would have a gradient of its own, which is a third of the work.
        """
        thin = {f"{name}.{_DOWN}": down for name, down in self._down.items()}
        thin |= {f"{name}.{_UP}": self._scale * up for name, up in self._up.items()}
        return {**self._base, **thin}

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return both thin matrices of each, by the names that peft gives them."""
        return {
            f"base_model.model.{name}.lora_{letter}.weight": tensor.detach().cpu()
            for letter, matrices in (("A", self._down), ("B", self._up))
            for name, tensor in matrices.items()
        }
