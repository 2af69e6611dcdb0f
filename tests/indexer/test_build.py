from dataclasses import replace

import numpy as np
import pytest

from indexer.build import build
from indexer.glossary import Entry, Glossary
from indexer.snapshot import open_current
from indexer.strength import TYPICAL
from tests.fakes import Prepared, WordEncoder, fears


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def test_a_snapshot_holds_what_went_in(index):
    encoder = WordEncoder()
    report = build(fears(), index, prepare=Prepared(encoder))
    snapshot = open_current(index)
    assert snapshot.name == report.snapshot
    assert tuple(snapshot.entries) == fears().entries
    assert (report.encoded, report.reused) == (8, 0)
    assert (snapshot.manifest.title, snapshot.manifest.licence) == ("Fears", "CC0")
    counts = snapshot.manifest.counts
    assert (counts.entries, counts.definitions, counts.passages, counts.rows) == (8, 9, 9, 9)
    assert counts.related == 8 * 7


def test_a_row_is_the_weighted_sum_of_the_three_views(index):
    encoder = WordEncoder()
    build(fears(), index, prepare=Prepared(encoder))
    snapshot = open_current(index)
    texts = [
        "Fear of crowds.",
        "Fear of one thing.",
        "Phobia: Fear of one thing.",
        "Phobia, Irrational fear",
    ]
    _, alone, with_term, titles = encoder.encode_queries(texts)
    expected = 0.4 * alone + 0.45 * with_term + 0.15 * titles
    expected /= np.linalg.norm(expected)
    row = int(np.flatnonzero(snapshot.passages["entry"] == snapshot.entries.find("phobia"))[0])
    np.testing.assert_allclose(snapshot.index.rows([row])[0], expected, atol=1e-6)


def test_building_again_after_one_edit_encodes_one_entry(index):
    build(fears(), index, prepare=Prepared(WordEncoder()))
    entries = list(fears().entries)
    entries[4] = replace(entries[4], definitions=("Dreams of loss in sleep.",))
    encoder = WordEncoder()
    report = build(Glossary(tuple(entries), title="Fears"), index, prepare=Prepared(encoder))
    assert (report.encoded, report.reused) == (1, 7)
    assert sorted(encoder.encoded) == [
        "Dreams of loss in sleep.",
        "Nightmare",
        "Nightmare: Dreams of loss in sleep.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "encoded"),
    [
        ("Fear of crowds\n\nand of towns", "Fear of crowds and of towns", 1),
        ("Fear of crowds and of towns", "Fear of crowds\n\nand of towns", 1),
        ("Fear\n\nof crowds and of towns", "Fear of crowds\n\nand of towns", 1),
        ("In law, fear is dread. It grows.", "Fear means dread. It grows.", 1),
        ("Fear of crowds\nand of towns", "Fear of crowds and of\ntowns", 0),
        ("Dread.\nIt\n grows.", "Dread. It grows.", 0),
    ],
)
def test_sentences_have_vectors_of_their_own_also_where_the_words_stay(
    index, before, after, encoded
):
    """Both are embedded alike, but for the sentences."""
    fear, other = Entry("f", "Fear", (before,)), Entry("o", "Other", ("Loss of memory.",))
    build(Glossary((fear, other), title="x"), index, prepare=Prepared(WordEncoder()))
    changed = Glossary((replace(fear, definitions=(after,)), other), title="x")
    assert build(changed, index, prepare=Prepared(WordEncoder())).encoded == encoded
    fresh = index.with_name("fresh")
    build(changed, fresh, prepare=Prepared(WordEncoder()))
    old, new = open_current(index), open_current(fresh)
    np.testing.assert_array_equal(old.sentences.rows, new.sentences.rows)
    np.testing.assert_array_equal(old.sentences.starts, new.sentences.starts)


def test_kept_vectors_stay_with_their_entries_when_the_order_changes(index):
    build(fears(), index, prepare=Prepared(WordEncoder()))
    turned = Glossary(tuple(reversed(fears().entries)), title="Fears")
    report = build(turned, index, prepare=Prepared(WordEncoder()))
    assert report.encoded == 0
    fresh = index.with_name("fresh")
    build(turned, fresh, prepare=Prepared(WordEncoder()))
    old, new = open_current(index), open_current(fresh)
    np.testing.assert_array_equal(old.index.rows(range(9)), new.index.rows(range(9)))
    np.testing.assert_array_equal(old.related.numbers, new.related.numbers)


@pytest.mark.parametrize("other", [WordEncoder("other"), WordEncoder(precision="bf16")])
def test_another_model_or_precision_takes_nothing_over(index, other):
    build(fears(), index, prepare=Prepared(WordEncoder()))
    assert build(fears(), index, prepare=Prepared(other)).encoded == 8


def test_a_damaged_snapshot_is_no_reason_not_to_build(index, caplog):
    name = build(fears(), index, prepare=Prepared(WordEncoder())).snapshot
    (index / name / "vectors.faiss").write_bytes(b"")
    report = build(fears(), index, prepare=Prepared(WordEncoder()))
    assert report.encoded == 8
    assert "Nothing is taken over from the snapshot before" in caplog.text
    open_current(index)


def test_equal_texts_are_encoded_once(index):
    encoder = WordEncoder()
    entries = tuple(Entry(f"e{n}", "Mood", ("Loss of sleep.",)) for n in range(5))
    build(Glossary(entries, title="t"), index, prepare=Prepared(encoder))
    assert sorted(encoder.encoded) == ["Loss of sleep.", "Mood", "Mood: Loss of sleep."]


def test_a_glossary_of_few_entries_takes_a_typical_calibration(index):
    build(fears(), index, prepare=Prepared(WordEncoder()))
    assert open_current(index).manifest.calibration == TYPICAL
    many = tuple(Entry(f"e{n}", f"Term {n}", (f"Fear of {n} crowds.",)) for n in range(60))
    build(Glossary(many, title="t"), index, prepare=Prepared(WordEncoder()))
    assert open_current(index).manifest.calibration != TYPICAL


def test_progress_counts_every_text_and_every_entry(index):
    done: dict[str, list[int]] = {}

    class Counting:
        def stage(self, name, total):
            done[name] = [0, total]

            def count(steps):
                done[name][0] += steps

            return count

    build(fears(), index, prepare=Prepared(WordEncoder()), stages=Counting())
    assert done == {"Encoding": [27, 27], "Relating": [16, 16]}
