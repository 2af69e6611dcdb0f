from zlib import crc32

import numpy as np
import pytest

from indexer.build import build
from indexer.encoding import Fingerprint, Model, Rows, unit_rows
from indexer.errors import BadSnapshotError
from indexer.glossary import Entry, Glossary
from indexer.snapshot import Layout, Snapshot, open_current
from indexer.vectors import ApproximateIndex, FlatIndex, save_index
from tests.fakes import Prepared, WordEncoder

DIMENSION = 64


class HashedWords(WordEncoder):
    """A row is the sum of a random direction for each word: texts that share words are close."""

    def __init__(self):
        super().__init__()
        model = Model("h", weights_sha256="h", files_sha256="h", dimension=64, max_tokens=64)
        self.fingerprint = Fingerprint(model, "f32")

    def encode_queries(self, texts) -> Rows:
        rows = [np.sum([direction(w) for w in text.split()] or [np.ones(64)], 0) for text in texts]
        return unit_rows(np.array(rows, dtype=np.float32).reshape(-1, DIMENSION))


def direction(word):
    return np.random.default_rng(crc32(word.strip(":,.").lower().encode())).normal(size=DIMENSION)


def subjects(count, *, entries=600, words=8):
    """Entries of so many subjects, each with so many words of its own."""
    chance = np.random.default_rng(0)
    return Glossary(
        tuple(
            Entry(
                f"e{n}",
                f"term{n}",
                (" ".join(f"word{n % count}x{m}" for m in chance.integers(0, words, 9)),),
            )
            for n in range(entries)
        ),
        title="Many",
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Snapshot:
    index = tmp_path_factory.mktemp("many")
    build(subjects(60), index, prepare=Prepared(HashedWords()), exact_bytes=0)
    return open_current(index)


def test_a_large_glossary_is_searched_approximately_and_the_manifest_says_how_well(many):
    how = many.manifest.approximation
    assert how is not None
    assert isinstance(many.index, ApproximateIndex)
    assert (how.lists, how.queries) == (64, 400)
    assert 8 <= how.probes <= 64
    assert how.recall >= 0.98
    assert "lists.faiss" in many.manifest.files


def test_the_recall_of_the_manifest_is_that_of_the_index(many):
    how, exact = many.manifest.approximation, FlatIndex(many.layout.vectors)
    order = np.random.default_rng(0).permutation(600)[:400]
    texts = [" ".join(many.entries[int(n)].definitions[0].split()[:8]) for n in order]
    queries = HashedWords().encode_queries(texts)
    ours, right = (index.search(queries, 10).rows for index in (many.index, exact))
    shared = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(ours, right, strict=True)])
    assert how is not None
    assert how.recall == pytest.approx(shared, abs=1e-4)


def test_rows_that_are_few_enough_are_all_looked_at(tmp_path):
    build(subjects(4, entries=40), tmp_path, prepare=Prepared(HashedWords()))
    snapshot = open_current(tmp_path)
    assert snapshot.manifest.approximation is None
    assert isinstance(snapshot.index, FlatIndex)
    assert not snapshot.layout.lists.exists()


def test_an_approximate_index_that_finds_too_little_is_not_used(tmp_path, caplog):
    # One subject of many words: what is nearest is a matter of details that compression loses.
    one = subjects(1, words=400)
    build(one, tmp_path, prepare=Prepared(HashedWords()), exact_bytes=0)
    snapshot = open_current(tmp_path)
    assert isinstance(snapshot.index, FlatIndex)
    assert "lists.faiss" not in snapshot.manifest.files
    assert "Searched exactly: an approximate index finds only" in caplog.text


def test_a_snapshot_whose_lists_are_of_another_is_refused(many, tmp_path):
    layout = Layout(tmp_path)
    save_index(layout.vectors, np.eye(4, dtype="f4"))
    with pytest.raises(BadSnapshotError, match="600 rows of 64, and the exact index 4 of 4"):
        ApproximateIndex(FlatIndex(layout.vectors), many.layout.lists, 8)
