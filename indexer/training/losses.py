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


class Taught(torch.nn.Module):
    """The contrastive loss together with how far a batch's similarities are from a teacher's.

    For every text of a batch, the cosines with all others become a distribution; its divergence
    from the teacher's is what is minimized, so that the rows may be of other dimensions (Passalis
    and Tefas 2018, arXiv:1803.10837; for sentences, Fang et al. 2021, arXiv:2101.04731).

    The contrastive part, in both directions, leaves out wrong answers that the teacher finds as
    close as the right one (GISTEmbed, Solatorio 2024, arXiv:2402.16829).
    """

    def __init__(
        self,
        model: Any,
        teacher: NDArray[np.float16],
        *,
        weight: float,
        temperature: float,
        dimensions: Sequence[int],
    ) -> None:
        """Take the teacher's rows, (texts, its dimension); labels are the numbers of those.

        Args:
            model: What is trained: a sentence-transformers model.
            teacher: A unit row for each text.
            weight: The share of the divergence in the loss, 0 to 1.
            temperature: What cosines are divided by.
            dimensions: The loss is taken of so many first dimensions, each in turn.
        """
        super().__init__()
        self.model = model
        self._teacher: torch.Tensor
        self.register_buffer("_teacher", torch.from_numpy(teacher), persistent=False)
        self._weight, self._temperature = weight, temperature
        self._dimensions = tuple(dimensions)

    def forward(self, features: Any, labels: Any) -> Any:
        """Return the loss of a batch; ``labels`` has the teacher's row of each text, by column."""
        columns = [self.model(column)["sentence_embedding"].float() for column in features]
        rows = self._teacher[labels.T.flatten().to(self._teacher.device)]
        rows = normalize(rows.to(columns[0].device, torch.float32))
        size = len(columns[0])
        wanted = softmax(self._logits(rows), dim=1)
        as_close = self._as_close(rows, size)
        parts = []
        for dimension in self._dimensions:
            logits = self._logits(normalize(torch.cat(columns)[:, :dimension]))
            divergence = kl_div(log_softmax(logits, dim=1), wanted, reduction="batchmean")
            own = self._contrast(logits, as_close, size)
            parts.append((1 - self._weight) * own + self._weight * divergence)
        return torch.stack(parts).sum()

    def _logits(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the scaled cosines of every text with every other; a text says nothing of itself.

        A large negative number instead of minus infinity keeps the divergence a number.
        """
        return (rows @ rows.T / self._temperature).fill_diagonal_(_NOTHING)

    def _as_close(self, rows: torch.Tensor, size: int) -> torch.Tensor:
        """Tell which answers the teacher finds as close to a query as its own, (size, others)."""
        cosines = rows[:size] @ rows[size:].T
        as_close = cosines >= cosines.diagonal()[:, None]
        as_close[:, :size].fill_diagonal_(0)
        return as_close

    def _contrast(self, logits: torch.Tensor, as_close: torch.Tensor, size: int) -> torch.Tensor:
        scores = logits[:size, size:].masked_fill(as_close, _NOTHING)
        right = torch.arange(size, device=scores.device)
        back = scores[:, :size].T
        return (cross_entropy(scores, right) + cross_entropy(back, right)) / 2
