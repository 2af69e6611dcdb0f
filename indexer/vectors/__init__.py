"""The FAISS indexes: rows in, nearest rows out."""

from indexer.vectors.approximate import ApproximateIndex, Approximation, save_approximate
from indexer.vectors.flat import Candidates, FlatIndex, Nearest, save_index

__all__ = [
    "ApproximateIndex",
    "Approximation",
    "Candidates",
    "FlatIndex",
    "Nearest",
    "RowIndex",
    "save_approximate",
    "save_index",
]

RowIndex = FlatIndex | ApproximateIndex
