import pytest

from indexer.glossary import (
    LONGEST_ID,
    Entry,
    Glossary,
    default_id,
    id_problem,
    text_problem,
    title_key,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Obsessive-compulsive disorder", "obsessive compulsive disorder"),
        ("Déjà vu", "deja  vu"),
        ("Alzheimer's disease", "Alzheimer\u2019s disease"),
        ("TAT (Thematic Apperception Test)", "tat thematic apperception test"),
        ("Straße", "STRASSE"),
        ("co\u00adoperate", "cooperate"),
    ],
)
def test_titles_that_a_reader_takes_for_the_same_have_one_key(one, other):
    assert title_key(one) == title_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("C", "C++"), ("C", "C#"), ("norm", "norms"), ("कि", "की"), ("!", "?")]
)
def test_titles_that_differ_have_different_keys(one, other):
    assert title_key(one) != title_key(other)


@pytest.mark.parametrize(
    ("term", "slug"),
    [
        ("Interpersonal therapy", "interpersonal-therapy"),
        ("Déjà vu", "deja-vu"),
        ("Привет", "privet"),
        ("Weber's law", "webers-law"),
        ("Weber\u2019s law", "webers-law"),
        ("++", "u2b-2b"),
    ],
)
def test_an_id_is_a_slug_of_the_term(term, slug):
    assert default_id(term) == slug
    assert id_problem(slug) is None


def test_a_long_term_has_an_id_within_the_limit():
    assert len(default_id("word " * 100)) <= LONGEST_ID
    assert len(default_id("+" * 500)) <= LONGEST_ID


@pytest.mark.parametrize(
    ("entry_id", "problem"),
    [
        ("a/b", "contains '/'"),
        ("a b", "contains ' '"),
        ("..", "more than dots"),
        ("x" * 201, "has 201 characters, at most 200"),
    ],
)
def test_an_id_that_would_break_an_address_is_refused(entry_id, problem):
    assert problem in str(id_problem(entry_id))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a\x00b", "U+0000 at character 2"),
        ("\x1b[31m", "U+001B at character 1"),
        ("\ud800", "surrogate"),
    ],
)
def test_text_with_control_characters_or_half_surrogates_is_refused(text, problem):
    assert problem in str(text_problem(text))


def test_line_breaks_and_tabs_are_text():
    assert text_problem("two\r\n\tlines") is None


def test_a_name_is_found_as_id_before_term_before_alias():
    glossary = Glossary(
        (
            Entry("a", "Mood", ("x",), aliases=("b",)),
            Entry("b", "Affect", ("x",), aliases=("MOOD", "feeling")),
        ),
        title="t",
    )
    assert glossary.find("b") == 1
    assert glossary.find("mood") == 0
    assert glossary.find("Feeling") == 1
    assert glossary.find("nothing") is None


def test_links_to_no_entry_are_told():
    entry = Entry("a", "A", ("x",), see_also=("a", "zz"), broader=("yy",))
    found = list(Glossary((entry,), title="t").unknown_links())
    assert [(kind, name) for _, kind, name in found] == [("see_also", "zz"), ("broader", "yy")]


def test_two_entries_with_one_id_are_no_glossary():
    with pytest.raises(ValueError, match="Two entries have the id 'a'"):
        Glossary((Entry("a", "A", ("x",)), Entry("a", "B", ("x",))), title="t")
