"""Hard negatives: titles that are close to a definition, and not what it defines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Encoder, Progress, Rows
from indexer.glossary import Glossary, title_key
from indexer.training.pairs import Pair

_LOOKED_AT = 30
# The first few are the likeliest to be right as well; one is taken from those that follow.
_PASSED_OVER = 2
_AT_MOST_OF_RIGHT = 0.95
_ROWS_AT_A_TIME = 4096


def hard_negatives(
    pairs: Sequence[Pair],
    glossary: Glossary,
    encoder: Encoder,
    progress: Progress | None = None,
) -> list[str]:
    """Find for each pair a title that its query is close to and that does not answer it.

    Titles of the same entry, of its broader terms, of entries linked by see-also and of those it
    is the broader term of are never taken, nor one closer than 0.95 times the right answer
    (the filter "TopK-PercPos" of Moreira et al. 2024, NV-Retriever, arXiv:2407.15831). Where all
    of the nearest are refused, a title from further down stands in.

    Args:
        pairs: With a title as the answer.
        glossary: That the pairs came from.
        encoder: The model to be trained, as it is before.
        progress: Counts texts encoded.
    """
    titles = [entry.term for entry in glossary.entries]
    title_rows = encoder.encode_documents(titles, progress)
    refused = _refused(glossary)
    chosen: list[str] = []
    for start in range(0, len(pairs), _ROWS_AT_A_TIME):
        part = pairs[start : start + _ROWS_AT_A_TIME]
        queries = encoder.encode_queries([pair.query for pair in part])
        answers = encoder.encode_documents([pair.answer for pair in part])
        if progress is not None:
            progress(2 * len(part))
        limits = (queries * answers).sum(axis=1) * _AT_MOST_OF_RIGHT
        scores, near = _nearest(queries, title_rows)
        for pair, limit, row, places in zip(part, limits, scores, near, strict=True):
            others = [
                int(place)
                for score, place in zip(row, places, strict=True)
                if score <= limit and int(place) not in refused[pair.entry]
            ]
            chosen.append(
                titles[others[min(_PASSED_OVER, len(others) - 1)] if others else int(places[-1])]
            )
    return chosen


def _refused(glossary: Glossary) -> list[set[int]]:
    """Return for each entry the numbers of those whose titles may answer for it."""
    refused = [{number} for number in range(len(glossary.entries))]
    by_title: dict[str, list[int]] = {}
    for number, entry in enumerate(glossary.entries):
        for title in (entry.term, *entry.aliases):
            by_title.setdefault(title_key(title), []).append(number)
    for number, entry in enumerate(glossary.entries):
        for title in (entry.term, *entry.aliases):
            refused[number].update(by_title[title_key(title)])
        for name in (*entry.broader, *entry.see_also):
            for other in by_title.get(title_key(name), ()):
                refused[number].add(other)
                refused[other].add(number)
    return refused


def _nearest(queries: Rows, rows: Rows) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    scores = queries @ rows.T
    k = min(_LOOKED_AT, rows.shape[0])
    places = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    found = np.take_along_axis(scores, places, 1)
    order = np.argsort(-found, axis=1, kind="stable")
    return np.take_along_axis(found, order, 1), np.take_along_axis(places, order, 1)
