import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.errors import BadQueryError
from indexer.glossary import Entry, Glossary
from indexer.related import relate_all, snippet


def glossary_of(terms, **links):
    entries = tuple(
        Entry(f"e{n}", term, ("x",), see_also=links.get(term, ())) for n, term in enumerate(terms)
    )
    return Glossary(entries, title="t")


def judged(glossary, rows, owners, most):
    """The judge: for each entry, the best cosine to every other entry, one pair at a time."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    lists = []
    for number, entry in enumerate(glossary.entries):
        best = {}
        for other, candidate in enumerate(glossary.entries):
            if candidate.term != entry.term:
                pairs = [
                    float(unit[i] @ unit[j])
                    for i in np.flatnonzero(owners == number)
                    for j in np.flatnonzero(owners == other)
                ]
                best[other] = max(pairs)
        lists.append(sorted(best, key=lambda other: (-best[other], other))[:most])
    return lists


@pytest.mark.parametrize("block_bytes", [1, 2_000, 64 << 20])
def test_lists_agree_with_every_pair_looked_at_whatever_the_block(block_bytes):
    random = np.random.default_rng(3)
    owners = np.sort(np.concatenate([np.arange(60), random.integers(0, 60, 40)])).astype("i4")
    rows = (random.normal(size=(100, 5)) * random.uniform(0.1, 5, (100, 1))).astype("f4")
    glossary = glossary_of([f"t{n}" for n in range(60)])

    lists = relate_all(glossary, rows, owners, most=7, block_bytes=block_bytes)

    assert lists.numbers.tolist() == judged(glossary, rows, owners, 7)
    assert (np.diff(lists.scores, axis=1) <= 0).all()


def test_an_entry_and_its_homonyms_are_never_in_its_list():
    rows = unit_rows(np.array([[1, 0], [1, 0.01], [1, 0.02], [0, 1]]))
    lists = relate_all(
        glossary_of(["Mood", "mood", "Affect", "Sleep"]), rows, np.arange(4, dtype="i4")
    )
    assert lists.numbers[0, :3].tolist() == [2, 3, -1]


def test_of_others_with_one_term_the_closest_stands_for_them():
    rows = unit_rows(np.array([[1, 0], [1, 0.5], [1, 0.1], [0.5, 1]]))
    lists = relate_all(
        glossary_of(["Sleep", "Mood", "mood", "Fear"]), rows, np.arange(4, dtype="i4")
    )
    assert lists.numbers[0, :3].tolist() == [2, 3, -1]


def test_a_see_also_link_is_always_in_the_list_in_its_place():
    rows = unit_rows(np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3], [0, 1]]))
    glossary = glossary_of(["a", "b", "c", "d", "far"], a=("far", "a", "nowhere"))
    lists = relate_all(glossary, rows, np.arange(5, dtype="i4"), most=3)
    assert lists.numbers[0].tolist() == [1, 2, 4]
    assert (np.diff(lists.scores[0]) <= 0).all()


def test_equal_rows_come_in_entry_order():
    lists = relate_all(
        glossary_of(list("abcdefgh")), np.ones((8, 2), dtype="f4"), np.arange(8, dtype="i4"), most=3
    )
    assert lists.numbers[0].tolist() == [1, 2, 3]
    assert lists.numbers[5].tolist() == [0, 1, 2]
    assert lists.scores.max() <= 1.0


def test_a_lone_entry_has_an_empty_list():
    lists = relate_all(glossary_of(["a"]), np.ones((1, 2), dtype="f4"), np.zeros(1, dtype="i4"))
    assert (lists.numbers == -1).all()


@pytest.mark.parametrize("limit", [0, -1, 51])
def test_a_limit_out_of_range_is_refused(searcher, limit):
    with pytest.raises(BadQueryError, match=f"between 1 and 50, got {limit}"):
        searcher.related(0, limit=limit)


def test_items_are_never_the_entry_itself_and_their_bars_never_rise(searcher):
    for number, entry in enumerate(searcher.snapshot.entries):
        items = searcher.related(number, limit=5)
        assert entry.id not in [item.entry.id for item in items]
        assert [item.bars for item in items] == sorted((i.bars for i in items), reverse=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Short.", "Short. . . ."),
        ("a\nb", "a b . . ."),
        ("word " * 40, "word " * 19 + "word . . ."),
        ("x" * 150, "x" * 100 + " . . ."),
    ],
)
def test_a_snippet_is_cut_between_words_at_about_a_hundred_characters(text, expected):
    assert snippet(text) == expected
