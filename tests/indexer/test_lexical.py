import numpy as np
import pytest

from indexer.glossary import Entry
from indexer.lexical import (
    Postings,
    TitleKind,
    TitleMatch,
    Titles,
    Weighting,
    Words,
    has_title,
    named_part,
    save_postings,
    save_titles,
    trigrams_of,
)

ENTRIES = [
    Entry("a", "Sadness", ("x",), hidden_labels=("mood",)),
    Entry("b", "Affect", ("x",), aliases=("Mood",)),
    Entry("c", "Mood", ("x",)),
    Entry("d", "Obsessive-compulsive disorder", ("x",), ("OCD", "Obsessive compulsions")),
    Entry("e", "Agoraphobia", ("x",)),
    Entry("f", "Acrophobia", ("x",)),
    Entry("g", "Ego", ("x",)),
    Entry("h", "Person theory", ("x",), ("PCT approach",)),
    Entry("i", "Person-centered therapy", ("x",), ("PCT",)),
    Entry("j", "Theory of mind", ("x",), ("ToM",)),
    Entry("k", "Winter depression", ("x",), ("SAD",)),
    Entry("l", "Tears", ("A sad face.",)),
]


@pytest.fixture
def titles(tmp_path):
    save_titles(tmp_path / "t.npy", ENTRIES)
    save_postings(tmp_path / "trigrams", map(trigrams_of, ENTRIES), Weighting.RARITY)
    postings = Postings(tmp_path / "trigrams", len(ENTRIES))
    return Titles(tmp_path / "t.npy", postings, ENTRIES.__getitem__)


def test_terms_come_before_aliases_before_hidden_labels(titles):
    assert [(match.entry, match.kind) for match in titles.exact("mood")] == [
        (2, TitleKind.TERM),
        (1, TitleKind.ALIAS),
        (0, TitleKind.HIDDEN_LABEL),
    ]
    assert has_title(ENTRIES[0], "MOOD")
    assert not has_title(ENTRIES[0], "moods")


@pytest.mark.parametrize(
    ("query", "title", "edits", "cut"),
    [
        ("agorafobia", "Agoraphobia", 2, False),
        ("agoraphbia", "Agoraphobia", 1, False),
        ("agoarphobia", "Agoraphobia", 1, False),
        ("obsesive compulsive", "Obsessive-compulsive disorder", 1, True),
        ("obsessive compulsive", "Obsessive-compulsive disorder", 0, True),
        ("obsesive-compulsive disorder", "Obsessive-compulsive disorder", 1, False),
    ],
)
def test_a_misspelt_or_cut_title_finds_its_entry(titles, query, title, edits, cut):
    found = titles.corrections(query)[0]
    assert (found.title, found.edits, found.cut) == (title, edits, cut)


@pytest.mark.parametrize(
    "query", ["xy", "ego", "oxd", "phobia of heights", "zebra", "sadness and joy"]
)
def test_what_is_too_short_or_too_far_is_not_corrected(titles, query):
    assert [c for c in titles.corrections(query) if c.edits] == []


def test_an_entry_with_several_near_titles_is_found_once(titles):
    """Its term and an alias both begin like the query."""
    found = titles.corrections("obsesive compulsive")
    assert [correction.entry for correction in found] == [3]


def found_by_acronym(titles, text):
    return [(match.entry, match.whole) for match in titles.acronyms(text, typed=text)]


def test_an_acronym_is_found_as_a_word_of_a_short_query(titles):
    assert found_by_acronym(titles, "ocd checklist") == [(3, True)]
    # "Mood" is an alias and a word, not an acronym.
    assert found_by_acronym(titles, "mood checklist") == []
    assert found_by_acronym(titles, "how do people with ocd feel") == []


def test_an_acronym_that_is_only_a_word_of_a_title_comes_after_a_whole_one(titles):
    assert found_by_acronym(titles, "pct scan") == [(8, True), (7, False)]
    assert titles.exact("pct") == [TitleMatch(8, TitleKind.ALIAS)]


def test_an_acronym_may_have_small_letters(titles):
    assert found_by_acronym(titles, "tom in kids") == [(9, True)]
    assert found_by_acronym(titles, "Tom in kids") == [(9, True)]


def test_an_acronym_that_is_an_ordinary_word_too_has_to_be_typed_in_capitals(titles):
    """Entry 10 has the alias SAD, and entry 11 is told with the word "sad"."""
    assert found_by_acronym(titles, "sad songs") == []
    assert found_by_acronym(titles, "SAD lamp") == [(10, True)]
    assert titles.exact("sad") == [TitleMatch(10, TitleKind.ALIAS)]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("what does CBT stand for?", ["cbt"]),
        ("ptsd meaning", ["ptsd"]),
        ("What is the definition of mood", ["mood"]),
        ("fear of crowds", []),
        ("what is it", []),
    ],
)
def test_the_words_of_asking_are_told_from_what_is_asked_for(query, part):
    assert list(named_part(query)) == part


def test_stems_leave_out_stop_words_and_endings():
    assert Words("en-GB").stems("The Fears of crowded places") == ["fear", "crowd", "place"]
    assert Words("de").stems("Die Ängste") == ["die", "angst"]
    # Without a stemmer, words stay as they are.
    assert Words("xx").stems("The Fears") == ["the", "fears"]


DOCUMENTS = [["fear", "crowd", "fear"], ["fear", "water"], ["memory"], []]


def bm25(query, document):
    """The judge, straight from the formula."""
    usual = sum(map(len, DOCUMENTS)) / len(DOCUMENTS)
    total = 0.0
    for word in query:
        having = sum(word in other for other in DOCUMENTS)
        rarity = np.log(1 + (len(DOCUMENTS) - having + 0.5) / (having + 0.5))
        times = document.count(word)
        total += rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(document) / usual))
    return total


@pytest.mark.parametrize("query", [["fear"], ["fear", "water"], ["memory", "crowd", "fear"]])
def test_a_share_is_bm25_over_the_weight_of_the_words(tmp_path, query):
    save_postings(tmp_path / "p", DOCUMENTS)
    shares = Postings(tmp_path / "p", len(DOCUMENTS)).share(query)
    having = [sum(word in other for other in DOCUMENTS) for word in query]
    most = sum(np.log(1 + (len(DOCUMENTS) - n + 0.5) / (n + 0.5)) for n in having)
    expected = [bm25(query, document) / most for document in DOCUMENTS]
    np.testing.assert_allclose(shares, expected, rtol=1e-5)


def test_an_unknown_word_makes_every_share_smaller(tmp_path):
    save_postings(tmp_path / "p", DOCUMENTS)
    postings = Postings(tmp_path / "p", len(DOCUMENTS))
    assert postings.share(["fear", "zebra"])[0] < postings.share(["fear"])[0]
    assert (postings.share(["zebra"]) == 0).all()
    assert (postings.share([]) == 0).all()
    assert postings.rarity("zebra") == np.inf
    assert postings.rarity("memory") > postings.rarity("fear")


def test_what_was_asked_before_is_answered_alike_and_little_of_it_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.lexical.postings._MOST_KNOWN", 2)
    save_postings(tmp_path / "p", DOCUMENTS)
    asked = [["fear", "water", "memory"], ["crowd"], ["zebra", "fear"], ["fear", "crowd"]]
    new = [Postings(tmp_path / "p", len(DOCUMENTS)).share(query) for query in asked]
    postings = Postings(tmp_path / "p", len(DOCUMENTS))
    for _ in range(2):
        for query, expected in zip(asked, new, strict=True):
            np.testing.assert_array_equal(postings.share(query), expected)
            assert 0 < len(postings._known) <= 2
            assert "zebra" not in postings._known


def test_by_rarity_a_token_counts_once_however_often_it_stands(tmp_path):
    save_postings(tmp_path / "p", DOCUMENTS, Weighting.RARITY)
    shares = Postings(tmp_path / "p", len(DOCUMENTS)).share(["fear", "crowd"])
    assert shares[0] == pytest.approx(1)
    assert 0 < shares[1] < 1


def test_documents_without_a_word_are_an_index_too(tmp_path):
    save_postings(tmp_path / "p", [[], []])
    assert (Postings(tmp_path / "p", 2).share(["x"]) == 0).all()


def test_files_of_something_else_are_refused(tmp_path):
    save_postings(tmp_path / "p", DOCUMENTS)
    np.save(tmp_path / "p" / "tokens.npy", np.arange(3))
    with pytest.raises(ValueError, match="p holds no postings"):
        Postings(tmp_path / "p", 4)


def test_of_very_common_tokens_only_the_rarer_count(tmp_path):
    documents = [["the", "cat"], ["the", "dog"], ["the", "cat", "dog"], ["the"]]
    save_postings(tmp_path / "words", documents, Weighting.RARITY)
    postings = Postings(tmp_path / "words", 4)
    every = postings.share(["the", "cat", "dog"])
    np.testing.assert_array_equal(postings.share(["the", "cat", "dog"], most=8), every)
    some = postings.share(["the", "cat", "dog"], most=4)
    assert some[3] == 0 < every[3]
    assert some.argmax() == every.argmax() == 2
    # The rarest counts, however common.
    assert postings.share(["the"], most=1)[3] > 0
