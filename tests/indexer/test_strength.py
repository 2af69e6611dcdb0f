import numpy as np
import pytest

from indexer.calibrating import search_background, text_background
from indexer.glossary import Entry
from indexer.lexical import Postings, Words, save_postings
from indexer.strength import (
    TYPICAL,
    Background,
    background,
    bars,
    strength,
    strengths,
    weakest_score,
)
from tests.fakes import WordEncoder

# One in two scores over 0.1, one in ten over 0.2, one in a hundred over 0.3.
CHANCE = Background((0.5, 0.1, 0.01), (0.1, 0.2, 0.3))


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0.3, 40.0), (0.2, 20.0), (0.1, 6.0), (0.25, 30.0), (-1.0, 0.0), (0.05, 3.0)],
)
def test_every_twenty_points_are_ten_times_rarer(score, expected):
    assert strength(score, CHANCE) == pytest.approx(expected, abs=0.05)


def test_beyond_the_sample_the_line_is_drawn_on_to_a_hundred():
    values = [strength(score, CHANCE) for score in (0.3, 0.35, 0.4, 0.6, 1.0)]
    assert values == sorted(values)
    assert values[1] > 40
    assert values[-1] == 100.0


@pytest.mark.parametrize(
    ("value", "count"), [(0, 1), (0.1, 1), (10, 1), (10.1, 2), (70, 7), (100, 10)]
)
def test_bars_are_tenths_and_at_least_one(value, count):
    assert bars(value) == count


def test_strength_says_how_many_chance_scores_are_lower():
    scores = np.random.default_rng(0).normal(size=50_000)
    chance = background(scores)
    for share in (0.9, 0.99, 0.999):
        value = strength(float(np.quantile(scores, share)), chance)
        assert value == pytest.approx(-20 * np.log10(1 - share), abs=0.5)


def test_a_small_sample_promises_no_more_than_it_holds():
    assert min(background(np.arange(30.0)).chances) == 0.2
    assert min(background(np.arange(100_000.0)).chances) == 0.0001


@pytest.mark.parametrize("scores", [np.array([]), np.zeros(3), np.full(1000, 0.5), np.array([0.2])])
def test_a_sample_of_little_or_nothing_still_gives_a_scale(scores):
    chance = background(scores)
    values = [strength(score, chance) for score in (-0.5, 0.0, 0.2, 0.5, 0.51, 0.9, 1.0)]
    assert values == sorted(values)
    assert all(0 <= value <= 100 for value in values)


def test_strength_is_the_same_whatever_the_scale_of_the_model():
    """Two models of which one gives scores half as high, shifted: the strengths agree."""
    random = np.random.default_rng(1)
    ours = random.normal(0.2, 0.1, size=50_000)
    theirs = 0.5 * ours + 0.3
    one, other = background(ours), background(theirs)
    for score in (0.3, 0.4, 0.5, 0.6):
        assert strength(score, one) == pytest.approx(strength(0.5 * score + 0.3, other), abs=0.5)


def test_queries_of_random_words_are_the_background_of_search(tmp_path):
    entries = [
        Entry(f"e{n}", f"T{n}", (text,))
        for n, text in enumerate(
            ["Fear of spiders.", "Loss of memory.", "Sleep and dreams.", "Open water."] * 5
        )
    ]
    encoder, words = WordEncoder(), Words("en")
    save_postings(tmp_path / "words", [words.stems(entry.definitions[0]) for entry in entries])
    rows = encoder.encode_documents([entry.definitions[0] for entry in entries])
    postings = Postings(tmp_path / "words", len(entries))
    owners = np.arange(len(entries), dtype="i4")

    chance = search_background(entries, rows, owners, postings, words, encoder)

    # The best that meaning and words can give is 1, and random words seldom come near.
    assert list(chance.scores) == sorted(chance.scores)
    assert 0 <= chance.scores[0] < 0.5
    assert max(chance.scores) < 1.1
    assert search_background(entries, rows, owners, postings, words, encoder) == chance


def test_random_definitions_are_the_background_of_free_texts():
    texts = ["Fear.", "Sleep.", "Memory.", "Water."]
    entries = [Entry(f"e{n}", "T", (text,)) for n, text in enumerate(texts)]
    assert text_background(entries, WordEncoder()).scores[0] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("value", [0.1, 6, 37.3, 60, 100])
@pytest.mark.parametrize("chance", [CHANCE, TYPICAL.related, background(np.zeros(3))])
def test_no_score_of_a_strength_is_below_its_weakest(value, chance):
    scores = np.linspace(-1, 1, 4001)
    found = strengths(scores, chance)
    assert found.tolist() == [strength(float(score), chance) for score in scores]
    assert (scores[found >= value] > weakest_score(value, chance)).all()


def test_a_strength_of_zero_has_every_score():
    assert weakest_score(0, CHANCE) == -np.inf
