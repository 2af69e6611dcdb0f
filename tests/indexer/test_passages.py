import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.glossary import Entry
from indexer.passages import Views, passage_key, passages_of, views_of


def words_fit(count):
    return lambda text: len(text.split()) <= count


def pieces(entry, fits):
    return [passage.text(entry) for passage in passages_of(0, entry, fits)]


def test_a_definition_that_fits_is_one_passage():
    entry = Entry("a", "Term", ("First sentence. Second one.", "Another."))
    found = list(passages_of(7, entry, words_fit(10)))
    assert [(p.entry, p.definition, p.text(entry)) for p in found] == [
        (7, 0, "First sentence. Second one."),
        (7, 1, "Another."),
    ]


def test_a_long_definition_is_cut_at_sentence_ends():
    text = 'One two three. "Four five?" Six seven! Eight nine ten eleven.'
    # The term takes one word of the five.
    assert pieces(Entry("a", "Term", (text,)), words_fit(5)) == [
        "One two three.",
        '"Four five?" Six seven!',
        "Eight nine ten eleven.",
    ]


def test_a_sentence_too_long_by_itself_is_cut_between_words():
    text = "one two three four five six seven eight nine"
    assert pieces(Entry("a", "Term", (text,)), words_fit(5)) == [
        "one two three four",
        "five six seven eight",
        "nine",
    ]


def test_a_word_longer_than_the_window_is_cut_inside():
    entry = Entry("a", "T", ("x" * 25,))
    found = pieces(entry, lambda text: len(text) <= 13)
    assert found == ["x" * 10, "x" * 10, "x" * 5]


@given(st.text("ab. \n", min_size=1, max_size=200).filter(str.strip), st.integers(3, 8))
def test_no_word_is_lost_or_moved(text, window):
    entry = Entry("a", "T", (text,))
    found = list(passages_of(0, entry, words_fit(window)))
    assert [p.start for p in found] == sorted(p.start for p in found)
    assert "".join("".join(p.text(entry) for p in found).split()) == "".join(text.split())
    assert all(words_fit(window)(f"T: {p.text(entry)}") for p in found)


def test_views_carry_the_term_and_its_aliases_but_no_hidden_label():
    entry = Entry("a", "Agoraphobia", ("Fear of\n crowds.",), ("AP",), hidden_labels=("agora",))
    (passage,) = passages_of(0, entry, words_fit(9))
    views = views_of(entry, passage)
    assert views.definition == "Fear of crowds."
    assert views.titled == "Agoraphobia: Fear of crowds."
    assert views.titles == "Agoraphobia, AP"


@pytest.mark.parametrize(
    "other",
    [
        Entry("a", "Ego", ("Two.",)),
        Entry("a", "Egos", ("One.",)),
        Entry("a", "Ego", ("One.",), aliases=("I",)),
    ],
)
def test_a_key_changes_with_the_texts_and_with_the_encoder(other):
    def key(entry, fingerprint="f"):
        (passage,) = passages_of(0, entry, words_fit(9))
        return passage_key(views_of(entry, passage), [], fingerprint)

    entry = Entry("b", "Ego", ("One.",), category="Freud")
    assert key(entry) == key(Entry("a", "Ego", ("One.",)))
    assert key(entry) != key(other)
    assert key(entry) != key(entry, "g")


def test_a_key_changes_with_the_sentences_but_not_where_their_lines_end():
    def key(*sentences):
        return passage_key(Views("One. Two", "Ego: One. Two", "Ego"), sentences, "f")

    assert key("One.", "Two three") == key("One.", "Two\nthree")
    assert len({key(), key("One.", "Two three"), key("One. Two", "three"), key("One.")}) == 4
