import numpy as np
import pytest

from indexer.errors import BadQueryError
from indexer.glossary import Entry, Glossary
from indexer.lexical import Postings, Weighting, save_postings
from indexer.related import word_vectors
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import WordEncoder


def terms(items):
    return [item.entry.term for item in items]


def number_of(searcher, *terms):
    return [searcher.resolve(term) for term in terms]


def test_the_entries_closest_to_a_text_are_listed_with_the_reasons(searcher):
    items = searcher.related_to("I cannot sleep: a loss of sleep.", limit=3)
    first = items[0]
    assert first.entry.term == "Insomnia"
    assert first.shared_words == ("loss", "sleep")
    assert (first.sentence, first.curated) == ("Loss of sleep.", False)
    assert first.snippet == "Loss of sleep. . . ."
    strengths = [item.strength for item in items]
    assert strengths == sorted(strengths, reverse=True)
    assert len(items) == 3


def test_all_passages_of_a_long_text_count(make_index):
    """The encoder's window is 64 words: what a text ends with lies beyond it."""
    glossary = Glossary(
        (Entry("a", "A", ("Spiders.",)), Entry("b", "B", ("Memory loss.",))), title="t"
    )
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    text = "Water is open. " * 60 + "Spiders and spiders."
    assert terms(searcher.related_to(text, limit=1)) == ["A"]


def test_entries_are_as_close_as_their_related_lists_say(searcher):
    for number in range(8):
        for item in searcher.related(number, limit=7):
            (found,) = searcher.compare([(number, searcher.number_of(item.entry.id))])
            assert found.score == pytest.approx(item.score, abs=1e-5)
            assert found.strength == pytest.approx(item.strength, abs=0.1)


def test_closeness_is_the_same_both_ways_and_highest_to_itself(searcher):
    spider, sleep = number_of(searcher, "Arachnophobia", "Insomnia")
    pairs = [(spider, sleep), (sleep, spider), (spider, spider), ("fear of spiders", spider)]
    one, other, same, near = searcher.compare([*pairs, (spider, "fear of spiders")])[:4]
    assert one.score == pytest.approx(other.score, abs=1e-6)
    assert same.score > near.score > one.score
    assert same.strength == 100


def test_a_text_is_as_close_to_an_entry_as_its_list_says(searcher):
    text = "Dreams of spiders and of open water"
    for item in searcher.related_to(text, limit=8):
        number = searcher.number_of(item.entry.id)
        for pair in ((text, number), (number, text)):
            (found,) = searcher.compare([pair])
            assert found.score == pytest.approx(item.score, abs=1e-5)


def test_two_texts_are_compared_by_their_meaning_alone(searcher):
    pairs = [("fear of spiders", "Spiders. Fear."), ("fear", "water")]
    same, none = searcher.compare(pairs)
    assert same.score == pytest.approx(1.0, abs=1e-3)
    assert none.score == pytest.approx(0.0, abs=1e-3)
    assert [same.strength, none.strength] == searcher.relatedness(pairs)
    assert searcher.compare([]) == []


def test_pairs_of_all_kinds_are_answered_in_their_order(searcher):
    spider, sleep = number_of(searcher, "Arachnophobia", "Insomnia")
    pairs = [("fear", "fear"), (spider, sleep), ("spiders", spider), ("sleep", "sleep")]
    assert searcher.compare(pairs) == [searcher.compare([pair])[0] for pair in pairs]


@pytest.mark.parametrize("limit", [0, 51])
def test_a_limit_out_of_range_is_refused(searcher, limit):
    with pytest.raises(BadQueryError, match=f"between 1 and 50, got {limit}"):
        searcher.related_to("fear", limit=limit)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  ", "is empty"),
        ("x" * 2001, "has 2,001 characters"),
        ("a\ud800b", r"half of a surrogate pair \(U\+D800\) at character 2; leave it out"),
        ("a\0b", r"control character U\+0000 at character 2; leave it out"),
    ],
)
def test_what_is_no_text_to_compare_is_refused(searcher, text, message):
    for ask in (
        lambda: searcher.related_to(text),
        lambda: searcher.search(text),
        lambda: searcher.suggest(text),
        lambda: searcher.compare([(text, "fear")]),
        lambda: searcher.compare([(0, text)]),
    ):
        with pytest.raises(BadQueryError, match=message):
            ask()


def test_the_cosine_of_words_is_that_of_the_related_lists(tmp_path):
    stems = [["a", "b", "b"], ["b", "c"], ["a", "a", "d", "e"], ["c"]]
    save_postings(tmp_path / "words", stems, Weighting.COSINE)
    postings = Postings(tmp_path / "words", len(stems))
    vectors = word_vectors(stems)
    for number, words in enumerate(stems):
        want = (vectors @ vectors[number].T).toarray()[:, 0]
        np.testing.assert_allclose(postings.cosine(words), want, atol=1e-6)


def test_strange_words_make_a_text_less_close(tmp_path):
    save_postings(tmp_path / "words", [["a"], ["b"]], Weighting.COSINE)
    postings = Postings(tmp_path / "words", 2)
    assert postings.cosine(["a"])[0] == pytest.approx(1.0)
    assert postings.cosine(["a", "zzz"])[0] == pytest.approx(2**-0.5)
    np.testing.assert_array_equal(postings.cosine([]), [0, 0])
