import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.errors import BadQueryError
from indexer.glossary import Entry, Glossary
from indexer.lookup import snippet
from indexer.related import relate_all, word_vectors
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import WordEncoder


def glossary_of(terms, **links):
    entries = tuple(
        Entry(f"e{n}", term, ("x",), see_also=links.get(term, ())) for n, term in enumerate(terms)
    )
    return Glossary(entries, title="t")


def relate(glossary, rows, most=50):
    owners = np.arange(len(rows), dtype="i4")
    return relate_all(glossary, rows, owners, without_words(glossary), most=most).lists


def without_words(glossary):
    return [[] for _ in glossary.entries]


def judged(glossary, rows, owners, stems, most):
    """The judge: every pair by itself, scored as the docstrings say."""
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    words = word_vectors(stems).toarray()
    count = len(glossary.entries)
    scores = np.full((count, count), -np.inf)
    for one in range(count):
        for other in range(count):
            if one != other:
                mine, theirs = np.flatnonzero(owners == one), np.flatnonzero(owners == other)
                meaning = max(float(unit[i] @ unit[j]) for i in mine for j in theirs)
                shared = float(words[one] @ words[other])
                scores[one, other] = (meaning + 1.0 * shared) / 2.0
    hubness = np.sort(scores, axis=1)[:, -5:].mean(axis=1)
    adjusted = scores - 0.2 * (hubness[:, None] + hubness[None, :])
    around = np.zeros((count, count))
    for one in range(count):
        nearest = np.argsort(-adjusted[one])[:9]
        around[one, nearest] = np.maximum(adjusted[one, nearest], 0) ** 2
        around[one, one] = around[one].max()
    around /= np.linalg.norm(around, axis=1, keepdims=True)
    listed = (adjusted + 0.3 * around @ around.T) / 1.3
    return [np.lexsort((np.arange(count), -row))[:most].tolist() for row in listed]


@pytest.mark.parametrize("block_bytes", [1, 2_000, 64 << 20])
def test_lists_agree_with_every_pair_looked_at_whatever_the_block(block_bytes):
    random = np.random.default_rng(3)
    owners = np.sort(np.concatenate([np.arange(60), random.integers(0, 60, 40)])).astype("i4")
    rows = (random.normal(size=(100, 5)) * random.uniform(0.1, 5, (100, 1))).astype("f4")
    stems = [[f"w{word}" for word in random.integers(0, 30, size=5)] for _ in range(60)]
    glossary = glossary_of([f"t{n}" for n in range(60)])

    lists = relate_all(glossary, rows, owners, stems, most=7, block_bytes=block_bytes).lists

    assert lists.numbers.tolist() == judged(glossary, rows, owners, stems, 7)
    assert (np.diff(lists.scores, axis=1) <= 0).all()
    # An entry is the first of its neighbours, and as near as the nearest of the others.
    assert lists.neighbourhoods.numbers[:, 0].tolist() == [*range(60)]
    assert (np.diff(lists.neighbourhoods.weights, axis=1) <= 0).all()


def test_the_score_of_two_entries_is_the_same_in_both_lists():
    random = np.random.default_rng(5)
    glossary = glossary_of([f"t{n}" for n in range(20)])
    rows = random.normal(size=(20, 4)).astype("f4")
    owners = np.arange(20, dtype="i4")
    lists = relate_all(glossary, rows, owners, without_words(glossary), most=19).lists
    found = {
        (one, int(other)): float(score)
        for one in range(20)
        for other, score in zip(lists.numbers[one], lists.scores[one], strict=True)
    }
    assert all(found[one, other] == pytest.approx(found[other, one]) for one, other in found)


def test_shared_rare_words_bring_entries_together():
    rows = np.ones((4, 2), dtype="f4")
    stems = [["dream", "fear"], ["water", "fear"], ["dream", "fear"], ["mood", "fear"]]
    glossary = glossary_of(list("abcd"))
    lists = relate_all(glossary, rows, np.arange(4, dtype="i4"), stems, most=3).lists
    assert lists.numbers[0, 0] == 2


def test_an_entry_close_to_everything_is_held_down():
    """Every other entry is nearest to the hub; what it loses lets each find its neighbour."""
    angles = np.repeat(np.linspace(0, 2 * np.pi, 8, endpoint=False), 2)
    around = np.stack([np.cos(angles), np.sin(angles), np.full(16, 1.1)], axis=1)
    around[1::2, :2] *= 0.97
    rows = unit_rows(np.concatenate([around, [[0, 0, 1]]]))
    glossary = glossary_of([f"t{n}" for n in range(17)])
    lists = relate_all(
        glossary, rows, np.arange(17, dtype="i4"), without_words(glossary), most=5
    ).lists
    assert (lists.numbers == 16).sum() < 16


def test_progress_counts_each_entry_twice():
    counts: list[int] = []
    glossary = glossary_of(list("abc"))
    relate_all(
        glossary,
        np.eye(3, dtype="f4"),
        np.arange(3, dtype="i4"),
        without_words(glossary),
        block_bytes=1,
        progress=counts.append,
    )
    assert sum(counts) == 6


def test_an_entry_and_its_homonyms_are_never_in_its_list():
    rows = unit_rows(np.array([[1, 0], [1, 0.01], [1, 0.02], [0, 1]]))
    lists = relate(glossary_of(["Mood", "mood", "Affect", "Sleep"]), rows)
    assert lists.numbers[0, :3].tolist() == [2, 3, -1]


def test_of_others_with_one_term_the_closest_stands_for_them():
    rows = unit_rows(np.array([[1, 0], [1, 0.5], [1, 0.1], [0.5, 1]]))
    lists = relate(glossary_of(["Sleep", "Mood", "mood", "Fear"]), rows)
    assert lists.numbers[0, :3].tolist() == [2, 3, -1]


def test_a_see_also_link_is_always_in_the_list_in_its_place():
    rows = unit_rows(np.array([[1, 0], [1, 0.1], [1, 0.2], [1, 0.3], [0, 1]]))
    glossary = glossary_of(["a", "b", "c", "d", "far"], a=("far", "a", "nowhere"))
    lists = relate(glossary, rows, most=3)
    assert lists.numbers[0].tolist() == [1, 2, 4]
    assert (np.diff(lists.scores[0]) <= 0).all()


def test_equal_rows_come_in_entry_order():
    lists = relate(glossary_of(list("abcdefgh")), np.ones((8, 2), dtype="f4"), most=3)
    assert lists.numbers[0].tolist() == [1, 2, 3]
    assert lists.numbers[5].tolist() == [0, 1, 2]


def test_a_lone_entry_has_an_empty_list():
    lists = relate(glossary_of(["a"]), np.ones((1, 2), dtype="f4"))
    assert (lists.numbers == -1).all()


def test_an_item_tells_why_it_is_listed(searcher):
    items = {item.entry.id: item for item in searcher.related(3)}
    assert items["agoraphobia"].curated
    assert not items["amnesia"].curated
    # The link stands in the other entry, and joins both.
    assert {item.entry.id: item for item in searcher.related(0)}["phobia"].curated
    assert items["agoraphobia"].shared_words == ("fear",)
    water = {item.entry.id: item for item in searcher.related(4)}["aquaphobia"]
    assert water.sentence == "Fear of water."


def test_diverse_items_leave_out_those_that_say_the_same(make_index):
    texts = ["Fear of spiders.", "Fear of spiders!", "Fear of spiders?", "Fear of spiders;"]
    entries = [Entry(f"e{n}", f"Fear {n}", (text,)) for n, text in enumerate(texts)]
    entries += [Entry("w", "Water", ("Fear of water.",)), Entry("m", "Mood", ("A mood.",))]
    index = make_index(Glossary(tuple(entries), title="t"))
    searcher = Searcher(open_current(index), WordEncoder())
    plain = [item.entry.id for item in searcher.related(0, limit=3)]
    diverse = searcher.related(0, limit=3, diverse=True)
    assert plain == ["e1", "e2", "e3"]
    assert [item.entry.id for item in diverse] != plain
    assert "w" in [item.entry.id for item in diverse]
    strengths = [item.strength for item in diverse]
    assert strengths == sorted(strengths, reverse=True)


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
