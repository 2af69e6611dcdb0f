import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.strength import bars, calibrate, strength


@pytest.mark.parametrize(
    ("score", "baseline", "expected"),
    [(1.0, 0.2, 100.0), (0.2, 0.2, 0.0), (0.6, 0.2, 50.0), (-0.5, 0.2, 0.0), (1.0001, 0.2, 100.0)],
)
def test_strength_counts_from_chance_to_identity(score, baseline, expected):
    assert strength(score, baseline) == expected


def test_strength_without_room_above_chance_is_nothing():
    assert strength(1.0, 1.0) == 0.0


@pytest.mark.parametrize(
    ("value", "count"), [(0, 1), (0.1, 1), (10, 1), (10.1, 2), (70, 7), (100, 10)]
)
def test_bars_are_tenths_and_at_least_one(value, count):
    assert bars(value) == count


def test_chance_is_measured_between_rows_of_different_entries_only():
    # Four rows of two entries at a right angle: 0 between entries, 1 within one.
    rows = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype="f4")
    owners = np.array([0, 0, 1, 1], dtype="i4")
    measured = calibrate(rows, owners, rows[[0, 2]], np.array([0, 2]))
    assert (measured.related, measured.search) == (0.0, 0.0)


def test_chance_is_the_median_of_random_pairs():
    random = np.random.default_rng(1)
    rows = unit_rows(random.normal(size=(300, 6)) + 1)
    owners = np.arange(300, dtype="i4")
    scores = rows @ rows.T
    expected = np.median(scores[~np.eye(300, dtype=bool)])
    measured = calibrate(rows, owners, rows[:50], np.arange(50))
    assert measured.related == pytest.approx(expected, abs=0.02)
    assert measured.search == pytest.approx(np.median(scores[:50]), abs=0.03)


def test_a_glossary_of_one_entry_has_no_chance_to_measure():
    rows = np.ones((1, 2), dtype="f4")
    measured = calibrate(rows, np.zeros(1, dtype="i4"), rows, np.zeros(1, dtype="i8"))
    assert (measured.related, measured.search) == (0.0, 0.0)
