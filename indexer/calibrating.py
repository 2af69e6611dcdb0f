"""Measures what scores chance reaches in a glossary, for ``strength`` to count from."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.embedding import Embedded
from indexer.encoding import Encoder, Rows
from indexer.glossary import Entry
from indexer.lexical import Postings, Words
from indexer.related import Relations
from indexer.scoring import hit_score, hubness, pair_score
from indexer.snapshot import Layout
from indexer.strength import FEWEST_ENTRIES, TYPICAL, Background, Calibration, background

_FOREIGN_QUERIES = 300
_TEXTS = 500
_FREE_TEXTS, _PAIRS_OF_TEXT = 300, 1000
_SHORTEST_QUERY, _LONGEST_QUERY = 3, 12


def search_background(
    entries: Sequence[Entry],
    rows: Rows,
    owners: NDArray[np.int32],
    postings: Postings,
    words: Words,
    encoder: Encoder,
) -> Background:
    """Score queries put together from random words of the glossary against every entry.

    They are in its language and of its vocabulary, and mean nothing that an entry could answer.
    """
    random = np.random.default_rng(0)
    queries = [_foreign_query(entries, random) for _ in range(_FOREIGN_QUERIES)]
    encoded = encoder.encode_queries(queries)
    starts = np.searchsorted(owners, np.arange(len(entries)))
    scores = []
    for query, row in zip(queries, encoded, strict=True):
        meaning = np.maximum.reduceat(rows @ row, starts)
        share = postings.share(words.stems(query))
        scores.append(hit_score(meaning, share, entries=len(entries)))
    return background(np.concatenate(scores))


def text_background(entries: Sequence[Entry], encoder: Encoder) -> Background:
    """Compare random definitions with each other as free texts."""
    random = np.random.default_rng(0)
    chosen = random.permutation(len(entries))[:_TEXTS]
    encoded = encoder.encode_queries([entries[int(n)].definitions[0] for n in chosen])
    upper = np.triu_indices(len(chosen), k=1)
    return background((encoded @ encoded.T)[upper])


def free_background(
    entries: Sequence[Entry],
    rows: Rows,
    owners: NDArray[np.int32],
    hubs: NDArray[np.float32],
    postings: Postings,
    words: Words,
    encoder: Encoder,
) -> Background:
    """Score random definitions, as texts without a term, against the other entries."""
    random = np.random.default_rng(0)
    chosen = random.permutation(len(entries))[:_FREE_TEXTS]
    texts = [entries[int(number)].definitions[0] for number in chosen]
    starts = np.searchsorted(owners, np.arange(len(entries)))
    scores = []
    for number, text, row in zip(chosen, texts, encoder.encode_documents(texts), strict=True):
        meaning = np.maximum.reduceat(rows @ row, starts)
        found = np.delete(pair_score(meaning, postings.cosine(words.stems(text))), number)
        found = found - np.delete(hubs, number) - hubness(found[None])[0]
        scores.append(found[random.integers(0, len(found), _PAIRS_OF_TEXT)])
    return background(np.concatenate(scores))


def _foreign_query(entries: Sequence[Entry], random: np.random.Generator) -> str:
    length = int(random.integers(_SHORTEST_QUERY, _LONGEST_QUERY + 1))
    texts = [
        entries[int(n)].definitions[0].split() for n in random.integers(0, len(entries), length)
    ]
    # A query may be as long as the service allows, and no longer.
    return " ".join(text[int(random.integers(len(text)))][:100] for text in texts)


def calibration(
    layout: Layout,
    entries: Sequence[Entry],
    embedded: Embedded,
    relations: Relations,
    encoder: Encoder,
    words: Words,
) -> Calibration:
    """Measure what chance reaches in a glossary whose postings are saved already.

    One of fewer than ``FEWEST_ENTRIES`` takes the typical backgrounds.
    """
    if len(entries) < FEWEST_ENTRIES:
        return TYPICAL
    postings = Postings(layout.words, len(entries))
    return Calibration(
        related=background(relations.chance_scores),
        search=search_background(entries, embedded.rows, embedded.owners, postings, words, encoder),
        texts=text_background(entries, encoder),
        free=free_background(
            entries,
            embedded.rows,
            embedded.owners,
            relations.lists.hubness,
            Postings(layout.related_words, len(entries)),
            words,
            encoder,
        ),
    )
