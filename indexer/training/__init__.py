"""An adapter for an encoder, trained on what glossaries say about themselves."""

from indexer.training.adapter import Judged, train
from indexer.training.tuning import Recipe

__all__ = ["Judged", "Recipe", "train"]
