from random import Random

import pytest

from indexer.glossary import Entry, Glossary
from indexer.training.pairs import PairKind, pairs_of
from indexer.training.rewrites import typed

FEAR = Entry(
    "agoraphobia",
    "Agoraphobia",
    (
        "In psychology, agoraphobia is dread of open places and crowds.",
        "A morbid fear of crossing squares.",
    ),
    aliases=("fear of open places",),
    broader=("Phobia",),
    example="Her agoraphobia kept her at home for years.",
)
PHOBIA = Entry("phobia", "Phobia", ("A lasting fear without good reason.",))


def pairs(kind, *entries, seed=0):
    glossary = Glossary(entries or (FEAR, PHOBIA), "fears")
    return [pair for pair in pairs_of(glossary, seed=seed) if pair.kind is kind]


def test_every_definition_is_paired_with_a_title_of_its_entry():
    found = pairs(PairKind.TERM)
    assert [pair.entry for pair in found] == [0, 0, 1]
    for pair in found[:2]:
        assert pair.answer in ("Agoraphobia", "fear of open places")
    assert found[2].answer == "Phobia"


def test_an_opening_that_names_the_term_is_not_learnt_from():
    for seed in range(10):
        for pair in pairs(PairKind.TERM, FEAR, seed=seed):
            assert "agoraphobia" not in pair.query.lower()


def test_other_definitions_are_pairs_of_one_sense():
    (pair,) = pairs(PairKind.SENSES)
    assert pair.query == "dread of open places and crowds."
    assert pair.answer.endswith(": A morbid fear of crossing squares.")


def test_the_term_is_blanked_out_of_its_example():
    (pair,) = pairs(PairKind.EXAMPLE)
    assert pair.query == "Her ___ kept her at home for years."
    assert pair.answer == "Agoraphobia: dread of open places and crowds."


def test_a_pair_knows_what_its_texts_were_made_of():
    for seed in range(10):
        for pair in pairs(PairKind.TYPED, PHOBIA, seed=seed):
            assert pair.written == PHOBIA.definitions[0]
            assert pair.parts == ("Phobia", PHOBIA.definitions[0])
    (example,) = pairs(PairKind.EXAMPLE)
    assert example.written == FEAR.example


@pytest.mark.parametrize("example", ["Nothing here names it at all.", "Agoraphobia!"])
def test_an_example_without_its_term_or_anything_else_is_left_out(example):
    entry = Entry("agoraphobia", "Agoraphobia", ("Dread of open places.",), example=example)
    assert pairs(PairKind.EXAMPLE, entry) == []


def test_a_broader_term_in_the_glossary_answers_too():
    (pair,) = pairs(PairKind.BROADER)
    assert pair.answer == "Phobia: A lasting fear without good reason."
    assert pairs(PairKind.BROADER, FEAR) == []


def test_the_same_seed_gives_the_same_pairs():
    glossary = Glossary((FEAR, PHOBIA), "fears")
    assert pairs_of(glossary, seed=3) == pairs_of(glossary, seed=3)
    different = {tuple(pairs_of(glossary, seed=seed)) for seed in range(8)}
    assert len(different) > 1


def test_typed_words_are_shorter_lower_case_and_without_brackets():
    text = (
        "A lasting Fear (often called irrational) of one kind of thing or situation, which people "
        "avoid; it begins in childhood and may last for life."
    )
    forms = {typed(text, Random(seed)) for seed in range(60)}  # noqa: S311
    assert len(forms) > 20
    for form in forms:
        assert form == form.lower()
        assert "(" not in form
        assert 3 <= len(form.split()) <= len(text.split()) + 8
    assert any(form.startswith("what do you call") for form in forms)
    assert any("of" not in form.split() for form in forms)


@pytest.mark.parametrize("text", ["Fear.", "x", "(all in brackets)", "of the and"])
def test_a_definition_of_few_words_stays_something_to_search_with(text):
    for seed in range(20):
        assert typed(text, Random(seed)).strip()  # noqa: S311
