from dataclasses import replace

import numpy as np
import pytest

from indexer.encoder import prepare_encoder
from indexer.errors import GlossaryError
from indexer.modelfiles import ADAPTER_WEIGHTS, find_model
from indexer.original import OriginalEncoder, load_model
from indexer.stages import Silent
from indexer.training import train
from indexer.training.lessons import Reading, lessons_of
from tests.indexer.training.test_training import RECIPE, letters
from tests.models import save_tiny_model

COLUMNS = {
    "term-0": {"query": ["b after a", "c after b"], "answer": ["ab", "bc"]},
    "typed-0": {"query": ["after a"], "answer": ["ab"]},
}


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("teacher") / "model", seed=1)


@pytest.fixture(scope="module")
def teaching(teacher, tmp_path_factory):
    return prepare_encoder(str(teacher), tmp_path_factory.mktemp("encoder") / "teacher")


def test_every_text_has_one_row_and_every_pair_the_numbers_of_its_texts(teaching, tmp_path):
    reading = Reading.of(COLUMNS, {})
    texts = ["b after a", "c after b", "ab", "bc", "after a"]
    assert reading.texts == texts
    counted: list[int] = []
    lessons = lessons_of(reading, teaching, tmp_path / "lessons", counted.append)
    assert sum(counted) == len(texts)
    assert lessons.rows.dtype == np.float16
    np.testing.assert_allclose(lessons.rows, teaching.encode_documents(texts), atol=1e-3)
    assert lessons.labels(COLUMNS["term-0"]) == [[0, 2], [1, 3]]
    assert lessons.labels(COLUMNS["typed-0"]) == [[4, 2]]


def test_for_a_rewritten_text_the_teacher_reads_what_it_was_and_for_a_joined_one_its_parts(
    teaching, tmp_path
):
    columns = {"typed-0": {"query": ["after a"], "answer": ["ab: b after a"]}}
    read = {"after a": ("b after a",), "ab: b after a": ("ab", "b after a")}
    reading = Reading.of(columns, read)
    assert reading.texts == ["b after a", "ab"]
    lessons = lessons_of(reading, teaching, tmp_path / "lessons")
    written, title = teaching.encode_documents(reading.texts)
    joined = (written + title) / np.linalg.norm(written + title)
    np.testing.assert_allclose(lessons.rows, [written, joined], atol=1e-3)
    assert lessons.labels(columns["typed-0"]) == [[0, 1]]


def test_what_was_encoded_before_a_run_was_cut_off_is_not_encoded_again(
    teaching, tmp_path, monkeypatch
):
    monkeypatch.setattr("indexer.training.lessons._TEXTS_AT_ONCE", 2)
    reading, folder = Reading.of(COLUMNS, {}), tmp_path / "lessons"
    encode = teaching.encode_documents
    encoded: list[int] = []

    def counted(texts):
        if len(encoded) == 2:
            raise KeyboardInterrupt
        encoded.append(len(texts))
        return encode(texts)

    monkeypatch.setattr(teaching, "encode_documents", counted)
    with pytest.raises(KeyboardInterrupt):
        lessons_of(reading, teaching, folder)
    assert encoded == [2, 2]
    encoded.clear()
    lessons = lessons_of(reading, teaching, folder)
    assert encoded == [1]
    np.testing.assert_allclose(lessons.rows, encode(reading.texts), atol=1e-3)


def test_what_is_taught_comes_nearer_to_the_teacher(tiny_model, tmp_path):
    # Random models find all texts alike, so the teacher is one that has learnt something.
    teacher, output = tmp_path / "model", tmp_path / "taught"
    recipe = replace(RECIPE, steps=60)
    train(letters(), teacher, recipe, base=str(tiny_model), stages=Silent())
    recipe = replace(recipe, steps=120, teacher_weight=1.0)
    train(letters(), output, recipe, base=str(tiny_model), teacher=str(teacher), stages=Silent())
    assert not (output / "teacher").exists()
    assert not (output / "lessons").exists()
    card = (output / "README.md").read_text()
    assert "| teacher | model (" in card
    assert "whose similarities are 1 of the loss" in card
    before, after, teaching = (
        prepare_encoder(str(model), tmp_path / f"encoder-{number}")
        for number, model in enumerate((tiny_model, output, teacher))
    )
    texts = [entry.definitions[0] for entry in letters().entries]
    assert _alike(after, teaching, texts) > _alike(before, teaching, texts) + 0.1


def test_lessons_that_are_kept_serve_runs_with_other_seeds(tiny_model, teacher, tmp_path):
    kept = tmp_path / "kept"
    for seed in (0, 1):
        recipe = replace(RECIPE, steps=2, seed=seed)
        output = tmp_path / f"adapter-{seed}"
        train(
            letters(),
            output,
            recipe,
            base=str(tiny_model),
            teacher=str(teacher),
            lessons=kept,
            stages=Silent(),
        )
        # Another text of the second run would be one more file.
        assert len(list(kept.iterdir())) == 1
    weights = [(tmp_path / f"adapter-{n}" / ADAPTER_WEIGHTS).read_bytes() for n in (0, 1)]
    assert weights[0] != weights[1]


def test_a_teacher_and_a_guide_are_not_had_together(tiny_model, teacher, tmp_path):
    recipe = replace(RECIPE, guided=True)
    with pytest.raises(GlossaryError, match="leave out either the teacher or the guide"):
        train(
            letters(),
            tmp_path / "adapter",
            recipe,
            base=str(tiny_model),
            teacher=str(teacher),
            stages=Silent(),
        )
    assert not list(tmp_path.iterdir())


def test_a_wrong_answer_that_the_teacher_finds_as_close_is_none():
    import torch

    from indexer.training.losses import Taught

    # Three queries, then their answers; the second answer says what the first does.
    teacher = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 0, 0], [0, 0, 1]])

    def loss_of(rows):
        taught = Taught(
            lambda column: {"sentence_embedding": column},
            teacher.astype(np.float16),
            weight=0.0,
            temperature=0.05,
            dimensions=[3],
        )
        columns = [torch.tensor(rows[:3]), torch.tensor(rows[3:])]
        return float(taught(columns, torch.tensor([[0, 3], [1, 4], [2, 5]])))

    apart = np.eye(3, dtype=np.float32)[[0, 1, 2, 0, 1, 2]]
    assert loss_of(apart) == pytest.approx(0.0, abs=1e-6)
    # The first query meets the second answer halfway, which the teacher allows; the third may not.
    halfway = apart.copy()
    halfway[0, 1] = 1.0
    allowed = loss_of(halfway)
    halfway[0, 1], halfway[2, 1] = 0.0, 1.0
    assert loss_of(halfway) > 2 * allowed


def test_texts_are_encoded_in_the_same_way_in_any_batch(tiny_model):
    model, facts = load_model(find_model(str(tiny_model)))
    texts = [f"{letter} after a" for letter in "bcdefg"]
    rows = [
        OriginalEncoder(model, facts, precision=precision, batch=batch)
        for precision, batch in (("f32", 32), ("f16", 2))
    ]
    one, other = (encoder.encode_documents(texts) for encoder in rows)
    np.testing.assert_allclose(one, other, atol=1e-5)
    assert rows[0].fingerprint.digest() != rows[1].fingerprint.digest()


def _alike(ours, theirs, texts):
    """Return how the cosines between texts of two encoders correlate."""
    above = np.triu_indices(len(texts), 1)
    rows = [encoder.encode_documents(texts) for encoder in (ours, theirs)]
    return np.corrcoef([(part @ part.T)[above] for part in rows])[0, 1]
