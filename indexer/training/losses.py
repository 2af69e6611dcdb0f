"""What training minimizes. Imports torch, so it is itself imported only to train."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers.base.losses.merged_forward import column_merging_disabled
from sentence_transformers.sentence_transformer import losses
from torch.nn.functional import kl_div, log_softmax, normalize, softmax

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


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
    """

    def __init__(
        self,
        model: "SentenceTransformer",
        loss: Any,
        teacher: NDArray[np.float16],
        *,
        weight: float,
        temperature: float,
        dimensions: Sequence[int],
    ) -> None:
        """Take the teacher's rows, (texts, its dimension); labels are the numbers of those.

        Args:
            model: What is trained.
            loss: The contrastive loss.
            teacher: A unit row for each text.
            weight: The share of the divergence in the loss, 0 to 1.
            temperature: What cosines are divided by.
            dimensions: The loss is taken of so many first dimensions, each in turn.
        """
        super().__init__()
        self.model, self.loss = model, loss
        self._teacher = torch.from_numpy(teacher)
        self._weight, self._temperature = weight, temperature
        self._dimensions = tuple(dimensions)

    def forward(self, features: Any, labels: Any) -> Any:
        """Return the loss of a batch; ``labels`` has the teacher's row of each text, by column."""
        columns = [self.model(column)["sentence_embedding"] for column in features]
        rows = self._teacher[labels.T.flatten().cpu()].to(columns[0].device, torch.float32)
        wanted = softmax(self._logits(rows), dim=1)
        parts = []
        for dimension in self._dimensions:
            cut = [normalize(column[:, :dimension]) for column in columns]
            found = log_softmax(self._logits(torch.cat(cut)), dim=1)
            divergence = kl_div(found, wanted, reduction="batchmean")
            own = self.loss.compute_loss_from_embeddings(cut, labels)
            parts.append((1 - self._weight) * own + self._weight * divergence)
        return torch.stack(parts).sum()

    def _logits(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the scaled cosines of every text with every other; a text says nothing of itself.

        A large negative number instead of minus infinity keeps the divergence a number.
        """
        return (rows @ rows.T / self._temperature).fill_diagonal_(-1e4)
