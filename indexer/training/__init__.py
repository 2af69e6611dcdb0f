"""An adapter for an encoder, trained on what glossaries say about themselves."""

from indexer.training.adapter import Judged, train
from indexer.training.averaging import Averaged, average
from indexer.training.tuning import Recipe

__all__ = ["Averaged", "Judged", "Recipe", "average", "train"]
