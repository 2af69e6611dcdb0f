"""Compares ways to lay the overview map out.

    python -m tests.bench.overview [--index DIR]

Those that are not installed (umap-learn, openTSNE, pacmap) are left out. For each: how well a
place's neighbours are those of the space it was laid out from (trustworthiness, Venna and Kaski,
2001), how many of the ten nearest on the map stand in one category with an entry, how many stand
among the first ten of its related list, and the seconds it took.
"""

import importlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from indexer.commands.options import chosen_index, index_option
from indexer.encoding import unit_rows
from indexer.overview import overview
from indexer.snapshot import Snapshot, open_current

_NEAREST = 10


def ways(centres: NDArray[np.float32]) -> dict[str, Callable[[], Any]]:
    """Return each way by its name; what a way needs is imported when it is taken."""

    def made(module: str, name: str, **options: object) -> Any:
        return getattr(importlib.import_module(module), name)(**options).fit_transform(centres)

    def open_tsne() -> Any:
        return importlib.import_module("openTSNE").TSNE(random_state=0).fit(centres)

    return {
        "overview()": lambda: overview(centres, np.arange(len(centres), dtype=np.int32)),
        "t-SNE, 1000 rounds": lambda: made("sklearn.manifold", "TSNE", random_state=0),
        "PCA": lambda: made("sklearn.decomposition", "PCA", n_components=2),
        "MDS": lambda: made("sklearn.manifold", "MDS", random_state=0, n_init=1, max_iter=100),
        "UMAP": lambda: made("umap", "UMAP", random_state=0, metric="cosine"),
        "openTSNE": open_tsne,
        "PaCMAP": lambda: made("pacmap", "PaCMAP", random_state=0),
    }


def judged(snapshot: Snapshot, centres: NDArray[np.float32], places: Any) -> str:
    """Return the figures of a layout."""
    from sklearn.manifold import trustworthiness
    from sklearn.neighbors import NearestNeighbors

    places = np.asarray(places, dtype=np.float64)
    nearest = NearestNeighbors(n_neighbors=_NEAREST + 1).fit(places)
    near = nearest.kneighbors(places, return_distance=False)[:, 1:]
    categories = np.array([entry.category or "" for entry in snapshot.entries])
    category = float((categories[near] == categories[:, None]).mean())
    listed = snapshot.related.numbers[:, :_NEAREST]
    related = np.mean([len(set(a) & set(b)) for a, b in zip(near, listed, strict=True)]) / _NEAREST
    trust = trustworthiness(centres, places, n_neighbors=_NEAREST)
    return f"trustworthiness {trust:.3f}  category {category:.3f}  related {related:.3f}"


@click.command()
@index_option
def main(index: Path | None) -> None:
    """Lay a glossary out in each way."""
    snapshot = open_current(chosen_index(index))
    rows = snapshot.index.rows(np.arange(snapshot.index.count))
    _, starts = np.unique(snapshot.owners, return_index=True)
    centres = unit_rows(np.add.reduceat(rows, starts, axis=0))
    for name, lay_out in ways(centres).items():
        start = time.perf_counter()
        try:
            places = lay_out()
        except ImportError as error:
            click.echo(f"{name:20} left out: {error}")
            continue
        seconds = time.perf_counter() - start
        click.echo(f"{name:20} {judged(snapshot, centres, places)}  {seconds:.1f} s")


if __name__ == "__main__":
    main()
