"""The overview map: where each entry stands when the whole glossary is drawn on one sheet.

t-SNE puts entries of like meaning side by side. Of scikit-learn, which sentence-transformers brings
along; on the bundled glossary it keeps neighbours together better than UMAP, openTSNE, PaCMAP, PCA
and MDS do (``tests/bench/overview.py``). The only file that imports scikit-learn.
"""

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows, unit_rows

# Beyond it, time would grow without bound: the other entries are put between their nearest.
MOST_LAID_OUT = 5000
# Fewer have too few neighbours for t-SNE: they are projected.
_FEWEST_LAID_OUT = 50
_THREADED = 500
_NEIGHBOURS = 5
_PERPLEXITY = 30
# On the bundled glossary the picture is as good as after the usual 1000, in half of the time.
_ITERATIONS = 500


def overview(rows: Rows, owners: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return a place for each entry, (entries, 2), from 0 to 1; the same rows give the same places.

    Args:
        rows: The index, (rows, dimension), the rows of an entry side by side in entry order.
        owners: The entry of each row; every entry has one.
    """
    _, starts = np.unique(owners, return_index=True)
    centres = unit_rows(np.add.reduceat(rows, starts, axis=0))
    if len(centres) < _FEWEST_LAID_OUT:
        return _scaled(_projected(centres))
    step = max(1.0, len(centres) / MOST_LAID_OUT)
    chosen = np.arange(0, len(centres), step).astype(np.int64)[:MOST_LAID_OUT]
    placed = _laid_out(centres[chosen])
    if len(chosen) == len(centres):
        return _scaled(placed)
    return _scaled(_between(centres, chosen, placed))


def _projected(centres: Rows) -> Rows:
    """Return the two directions in which entries differ most."""
    centred = centres - centres.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(centres), 2), dtype=np.float32)
    found = centred @ directions[:2].T
    places[:, : found.shape[1]] = found
    return places


def _laid_out(centres: Rows) -> Rows:
    from sklearn.manifold import TSNE  # noqa: PLC0415  a second that only a build spends

    layout = TSNE(
        perplexity=min(_PERPLEXITY, (len(centres) - 1) / 3),
        max_iter=_ITERATIONS,
        init=_start(centres),
        # The threads of a small layout would only wait for one another.
        n_jobs=1 if len(centres) < _THREADED else -1,
        random_state=0,
    )
    return np.asarray(layout.fit_transform(centres), dtype=np.float32)


def _start(centres: Rows) -> Rows:
    """Return where t-SNE begins: the projection, small, so that it is the same each time."""
    places = _projected(centres)
    return np.ascontiguousarray(places * (1e-4 / max(float(places[:, 0].std()), 1e-12)))


def _between(centres: Rows, chosen: NDArray[np.int64], placed: Rows) -> Rows:
    """Put every entry between the nearest of those that were laid out."""
    from sklearn.neighbors import KNeighborsRegressor  # noqa: PLC0415

    nearest = KNeighborsRegressor(n_neighbors=_NEIGHBOURS, weights="distance", n_jobs=-1)
    nearest.fit(centres[chosen], placed)
    return np.asarray(nearest.predict(centres), dtype=np.float32)


def _scaled(places: Rows) -> NDArray[np.float32]:
    """Stretch the places over the whole sheet; a line goes through the middle."""
    span = np.ptp(places, axis=0)
    flat = span < 1e-9
    scaled: NDArray[np.float32] = (places - places.min(axis=0)) / np.where(flat, 1, span)
    scaled[:, flat] = 0.5
    return scaled.astype(np.float32)
