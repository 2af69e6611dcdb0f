"""The four protocols, on texts small enough to work out by hand, and briefly on the real ones."""

import gzip
import json
import math

import pytest

from indexer.errors import BadGlossaryError
from indexer.evaluation.cross_glossary import (
    FAMILIES,
    Definition,
    by_term,
    evaluate_cross_glossary,
    questions,
    read_families,
    term_key,
)
from indexer.evaluation.foreign import Protocol, available, evaluate_foreign, require
from indexer.evaluation.related_articles import evaluate_related_articles
from indexer.evaluation.relatedness import FILES, evaluate_relatedness
from indexer.evaluation.reverse_dictionary import evaluate_reverse_dictionary, words_of
from indexer.glossary import Entry

FILLER = {"term": "Mood", "definition": "mood"}


@pytest.fixture
def glossaries(write, tmp_path):
    """Write the glossaries given, the others with one entry; return the data folder."""

    def written(**given):
        for name in (name for names in FAMILIES.values() for name in names):
            write(f"data/glossaries/{name}.jsonl", *given.get(name, [FILLER]))
        return tmp_path / "data"

    return written


@pytest.mark.parametrize(
    ("term", "key"),
    [
        ("Neurons", "neuron"),
        ("Stress", "stress"),
        ("Central Nervous System (CNS)", "central nervous system"),
        ("Fight-or-flight response", "fight or flight response"),
        ("Weber’s law", "webers law"),
        ("(the) Ego", "ego"),
        ("(Ego)", "ego"),
        ("?!", "?!"),
    ],
)
def test_a_term_is_compared_without_case_parentheses_punctuation_and_plural(term, key):
    assert term_key(term) == key


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("strong dread of eight legs", True),
        ("dread of eight", False),  # three words
        ("dread dread of of eight eight", False),  # three distinct words
        ("strong dread of spider legs", False),  # names the term
        ("fear of small animals", False),  # 4 of 5 words are the indexed definition's
        ("fear of small things", True),  # 3 of 6
    ],
)
def test_a_definition_is_a_question_where_it_gives_nothing_away(text, asked):
    index = by_term([Definition("Spider phobias", "fear of small animals indeed")])
    assert bool(questions([Definition("spider phobia", text)], index)) is asked


def test_a_definition_of_a_term_that_is_not_there_is_no_question():
    assert questions([Definition("Ego", "one two three four")], by_term([])) == []


def test_a_wording_is_asked_once_a_term():
    index = by_term([Definition("Ego", "other words")])
    held = [Definition("ego", "one two three four"), Definition("Egos", "one two three four")]
    assert len(questions(held, index)) == 1


def test_a_family_is_asked_of_the_other_families_only(glossaries, open_glossary, figures_of):
    """Its own file holds the very words, and must not be in the index.

    Asked of the others, "fear of open water here" is nearest to the second definition of
    aquaphobia; "loss and memory in dreams" is amnesia's, but nearer to that of nightmares.
    """
    data = glossaries(
        openstax=[
            {"term": "Aquaphobia", "definition": "fear of open water here"},
            {"term": "Amnesia", "definition": "loss of memory amid dreams of loss in sleep"},
        ],
        kurivo=[
            {"term": "aquaphobia", "definition": "mood"},
            {"term": "Nightmare", "definition": "dreams of loss and memory in sleep"},
        ],
        ncert11=[
            {"term": "Aquaphobias", "definition": "water and fear of it"},
            {"term": "amnesia", "definition": "memory gone"},
        ],
    )
    judged = evaluate_cross_glossary(data, open_glossary)
    ranks = {outcome.key: outcome.rank for outcome in judged.outcomes}
    assert ranks == {
        "openstax, Aquaphobia: fear of open water here": 1,
        "openstax, Amnesia: loss of memory amid dreams of loss in sleep": 2,
        "ncert11, Aquaphobias: water and fear of it": 1,
    }
    assert figures_of(judged)["openstax", "acc@1"] == 0.5


def test_words_are_ranked_each_at_its_best_place_without_compounds():
    entries = [
        Entry("1", "Fright", ("",), ("stage fright", "alarm")),
        Entry("2", "alarm", ("",), ("alarm-bell", "bell")),
    ]
    assert words_of(entries) == ["fright", "alarm", "bell"]


@pytest.fixture
def dictionary(write, tmp_path):
    rows = [
        ("1", "dread", ["fear", "panic attack"], "fear of water"),
        ("2", "doze", ["nap"], "sleep"),
        ("3", "Somnus", ["sleep"], "sleep with dreams"),
    ]
    lines = [
        {"id": i, "term": t, "aliases": a, "definition": d, "part_of_speech": "n"}
        for i, t, a, d in rows
    ]
    path = tmp_path / "data" / "wordnet" / "entries.jsonl.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    write(
        "data/reverse_dictionary/descriptions.jsonl",
        {"query": "when in water one has fear", "answer": "fear"},
        {"query": "dreams and dreams while in sleep", "answer": "nap"},
        {"query": "something else", "answer": "absent"},
    )
    return tmp_path / "data"


def test_a_description_has_the_rank_of_its_word_among_words(dictionary, open_glossary, figures_of):
    """ "Fear" follows "dread" of the same entry; "nap" follows "somnus", "sleep" and "doze"."""
    judged = evaluate_reverse_dictionary(dictionary, open_glossary)
    assert [outcome.rank for outcome in judged.outcomes] == [2, 4, None]
    assert figures_of(judged)["all", "median rank (0 is first)"] == 3
    assert figures_of(judged)["all", "acc@10"] == pytest.approx(2 / 3)
    assert judged.notes == ("Words that the dictionary does not have: absent.",)


@pytest.fixture
def pages(write, tmp_path):
    """Nearest to "fear of water" are open water, then fear, then dreams, then what shares none."""
    write(
        "data/related/entries.jsonl",
        {"term": "Aquaphobia", "definition": "fear of water"},
        {"term": "Sea", "definition": "open water fear"},
        {"term": "Nightmare", "definition": "dreams of fear"},
        {"term": "Moods", "definition": "mood"},
        {"term": "Sleep", "definition": "sleep"},
    )
    write(
        "data/related/pages.jsonl",
        {
            "term": "Aquaphobia",
            "related": [
                {"term": "SEA", "bars": 9},
                {"term": "Moods", "bars": 2},
                {"term": "Nightmare", "bars": 4},
                {"term": "Sleep", "bars": 0},
                {"term": "Ships", "bars": 1},
            ],
        },
    )
    return tmp_path / "data"


def test_lists_and_strengths_are_held_against_the_pages(pages, open_glossary, figures_of):
    """Four of five listed have an entry, and all four are in our first five.

    Sleep, of unknown bars, and ships, which has no entry, have no strength to compare.
    """
    found = 9 + 4 / math.log2(3) + 2 / 2
    lists, strengths = evaluate_related_articles(pages, open_glossary)
    assert figures_of(lists) == {
        ("all", "R-precision"): 0.8,
        ("all", "nDCG@10"): pytest.approx(found / (found + 1 / math.log2(5))),
    }
    assert lists.notes == ("Listed terms without an entry, never found: 1.",)
    assert [outcome.key for outcome in strengths.outcomes] == [
        "Aquaphobia: sea",
        "Aquaphobia: moods",
        "Aquaphobia: nightmare",
    ]
    assert {outcome.unit for outcome in strengths.outcomes} == {"Aquaphobia"}
    assert figures_of(strengths) == {
        ("all listed", "Spearman"): pytest.approx(1),
        ("in our first 10", "Spearman"): pytest.approx(1),
    }


def test_a_page_without_an_entry_is_refused(pages, write, open_glossary):
    write("data/related/pages.jsonl", {"term": "Gone", "related": [{"term": "Sea", "bars": 11}]})
    with pytest.raises(BadGlossaryError, match="the page 'Gone' has no entry") as error:
        evaluate_related_articles(pages, open_glossary)
    assert "'bars' must be a whole number from 0 to 10, got 11." in str(error.value)


@pytest.fixture
def pairs(write, tmp_path):
    for name in FILES:
        write(
            f"data/relatedness/{name}.jsonl",
            {"a": "fear", "b": "fear", "score": 10},
            {"a": "fear", "b": "fear of water", "score": 5.5},
            {"a": "fear", "b": "mood", "score": 1},
            {"a": "fear", "b": "mood", "score": 0},
        )
    return tmp_path / "data"


def test_the_strength_of_pairs_is_held_against_their_scores(pairs, searcher, figures_of):
    """The two last have one strength: ranks 4, 3, 1.5, 1.5 beside 4, 3, 2, 1."""
    judged = evaluate_relatedness(pairs, searcher)
    assert figures_of(judged) == {
        (name, "Spearman"): pytest.approx(4.5 / (4.5 * 5) ** 0.5) for name in FILES
    }
    assert judged.outcomes[3].key == "men3000: fear, mood (2)"


def test_what_is_there_can_be_evaluated(pairs, pages, tmp_path, open_glossary):
    assert available(pairs) == [Protocol.RELATED_ARTICLES, Protocol.RELATEDNESS]
    assert evaluate_foreign([Protocol.RELATEDNESS], pairs, open_glossary) == []
    names = [e.name for e in evaluate_foreign([Protocol.RELATED_ARTICLES], pages, open_glossary)]
    assert names == ["related-articles", "related-articles strength"]


def test_everything_missing_is_named(pairs, tmp_path):
    require(pairs, [Protocol.RELATEDNESS])
    with pytest.raises(BadGlossaryError, match="cross-glossary needs it") as error:
        require(pairs, list(Protocol))
    assert len(error.value.problems) == 4
    with pytest.raises(BadGlossaryError, match="there is no such folder; name one with --data"):
        available(tmp_path / "nowhere")


def test_a_missing_glossary_and_a_bad_line_are_told_together(glossaries, open_glossary):
    data = glossaries(kurivo=[{"term": "Ego"}])
    (data / "glossaries" / "ncert11.jsonl").unlink()
    with pytest.raises(BadGlossaryError, match="'definition' must be a text, got None") as error:
        evaluate_cross_glossary(data, open_glossary)
    assert "there is no such file" in str(error.value)


def test_the_real_glossaries_have_over_a_thousand_questions(foreign):
    families = read_families(foreign)
    counts = []
    for held, rows in families.items():
        others = [row for name in families if name != held for row in families[name]]
        counts.append(len(questions(rows, by_term(others))))
    assert sum(counts) > 1000
    assert min(counts) > 50


def test_the_real_pages_and_pairs_are_read_as_a_whole(foreign, open_glossary, searcher):
    lists, strengths = evaluate_related_articles(foreign, open_glossary)
    assert (len(lists.outcomes), len(strengths.outcomes)) == (27, 218)
    assert len(evaluate_relatedness(foreign, searcher).outcomes) == 4939
