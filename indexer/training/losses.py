"""What training minimizes. Imports torch, so it is itself imported only to train."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.base.losses.merged_forward import column_merging_disabled
from sentence_transformers.sentence_transformer import losses
from torch.nn.functional import cross_entropy, kl_div, log_softmax, normalize, softmax

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# In place of minus infinity.
_NOTHING = -1e4


def contrastive(
    model: "SentenceTransformer", guide: "SentenceTransformer | None", temperature: float
) -> Any:
    """Return the in-batch contrastive loss, in both directions.

    Args:
        model: What is trained.
        guide: Tells which answers of a batch are no wrong ones, being closer than the right one.
        temperature: What cosines are divided by.
    """
    if guide is not None:
        return losses.GISTEmbedLoss(model, guide, temperature=temperature)
    return losses.MultipleNegativesRankingLoss(
        model,
        scale=1 / temperature,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
    )


class ColumnsApart(torch.nn.Module):
    """A loss for whole rows and for their first dimensions, its columns encoded apart.

    Together, titles would be padded to the length of definitions.
    """

    def __init__(self, model: "SentenceTransformer", loss: Any, dimensions: Sequence[int]) -> None:
        super().__init__()
        self.loss = losses.MatryoshkaLoss(model, loss, list(dimensions))

    def forward(self, features: Any, labels: Any) -> Any:
        """Return the loss of a batch."""
        with column_merging_disabled():
            return self.loss(features, labels)


def taught(
    rows: torch.Tensor,
    teacher: torch.Tensor,
    size: int,
    *,
    weight: float,
    temperature: float,
    dimensions: Sequence[int],
) -> torch.Tensor:
    """Return the contrastive loss together with how far similarities are from a teacher's.

    For every text of a batch, the cosines with all others become a distribution; its divergence
    from the teacher's is what is minimized, so that the rows may be of other dimensions (Passalis
    and Tefas 2018, arXiv:1803.10837; for sentences, Fang et al. 2021, arXiv:2101.04731).

    The contrastive part, in both directions, leaves out wrong answers that the teacher finds as
    close as the right one (GISTEmbed, Solatorio 2024, arXiv:2402.16829).

    Args:
        rows: Of the model that is trained, (texts, its dimension): ``size`` queries, their answers
            in the same order, and maybe other wrong answers.
        teacher: The teacher's rows of the same texts, (texts, its dimension).
        size: How many pairs there are.
        weight: The share of the divergence in the loss, 0 to 1.
        temperature: What cosines are divided by.
        dimensions: The loss is taken of so many first dimensions, each in turn.
    """
    unit = normalize(teacher.float())
    wanted = softmax(_logits(unit, temperature), dim=1)
    as_close = _as_close(unit, size)
    parts = []
    for dimension in dimensions:
        logits = _logits(normalize(rows[:, :dimension].float()), temperature)
        divergence = kl_div(log_softmax(logits, dim=1), wanted, reduction="batchmean")
        own = _contrast(logits, as_close, size)
        parts.append((1 - weight) * own + weight * divergence)
    return torch.stack(parts).sum()


def _logits(unit: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the scaled cosines of every text with every other; a text says nothing of itself.

    A large negative number instead of minus infinity keeps the divergence a number.
    """
    return (unit @ unit.T / temperature).fill_diagonal_(_NOTHING)


def _as_close(unit: torch.Tensor, size: int) -> torch.Tensor:
    """Tell which answers are as close to a query as its own, (size, answers)."""
    cosines = unit[:size] @ unit[size:].T
    as_close = cosines >= cosines.diagonal()[:, None]
    as_close[:, :size].fill_diagonal_(0)
    return as_close


def _contrast(logits: torch.Tensor, as_close: torch.Tensor, size: int) -> torch.Tensor:
    scores = logits[:size, size:].masked_fill(as_close, _NOTHING)
    right = torch.arange(size, device=scores.device)
    back = scores[:, :size].T
    return (cross_entropy(scores, right) + cross_entropy(back, right)) / 2


class Taught(torch.nn.Module):
    """``taught`` as the trainer calls a loss."""

    def __init__(
        self,
        model: Any,
        teacher: NDArray[np.float16],
        *,
        weight: float,
        temperature: float,
        dimensions: Sequence[int],
    ) -> None:
        """Take the teacher's unit rows, (texts, its dimension); labels are the numbers of those.

        ``model`` is the sentence-transformers model that is trained; the rest is as in ``taught``.
        """
        super().__init__()
        self.model = model
        self._teacher: torch.Tensor
        self.register_buffer("_teacher", torch.from_numpy(teacher), persistent=False)
        self._weight, self._temperature = weight, temperature
        self._dimensions = tuple(dimensions)

    def forward(self, features: Any, labels: Any) -> Any:
        """Return the loss of a batch; ``labels`` has the teacher's row of each text, by column."""
        columns = [self.model(column)["sentence_embedding"] for column in features]
        teacher = self._teacher[labels.T.flatten().to(self._teacher.device)]
        return taught(
            torch.cat(columns),
            teacher.to(columns[0].device),
            len(columns[0]),
            weight=self._weight,
            temperature=self._temperature,
            dimensions=self._dimensions,
        )
