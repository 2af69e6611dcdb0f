import pytest

from indexer.asking import MatchedOn
from indexer.errors import BadQueryError
from indexer.glossary import Entry, Glossary, title_key
from indexer.lexical import Begun, Prefixes, save_prefixes
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import WordEncoder

GLOSSARY = Glossary(
    (
        Entry("memory", "Memory", ("Keeping what was learned.",)),
        Entry("memory-span", "Memory span", ("How much is kept at once. " * 8,)),
        Entry("episodic", "Episodic memory", ("Of what one lived through.",)),
        Entry("ltm", "Retention", ("For years.",), aliases=("Memory for long", "LTM")),
        Entry(
            "fear", "Fear", ("A mood.",), aliases=("Memento of danger",), hidden_labels=("Feer",)
        ),
        Entry("mesmerism", "Mesmerism", ("An old cure.",)),
        Entry("ecole", "École de Nancy", ("A school.",), aliases=("Nancy school", "Nancy")),
    ),
    title="t",
)


@pytest.fixture
def searcher(make_index):
    return Searcher(open_current(make_index(GLOSSARY)), WordEncoder())


def offered(suggestions):
    return [(s.entry.id, s.title, s.matched_on) for s in suggestions]


def test_the_exact_title_comes_first_then_terms_aliases_and_later_words(searcher):
    assert offered(searcher.suggest("memory")) == [
        ("memory", "Memory", MatchedOn.TERM),
        ("memory-span", "Memory span", MatchedOn.TERM),
        ("ltm", "Memory for long", MatchedOn.ALIAS),
        ("episodic", "Episodic memory", MatchedOn.TERM),
    ]


def test_within_a_kind_the_order_is_the_alphabet_and_an_entry_is_offered_once(searcher):
    assert offered(searcher.suggest("me")) == [
        ("memory", "Memory", MatchedOn.TERM),
        ("memory-span", "Memory span", MatchedOn.TERM),
        ("mesmerism", "Mesmerism", MatchedOn.TERM),
        ("fear", "Memento of danger", MatchedOn.ALIAS),
        ("ltm", "Memory for long", MatchedOn.ALIAS),
        ("episodic", "Episodic memory", MatchedOn.TERM),
    ]
    assert [s.entry.id for s in searcher.suggest("me", limit=2)] == ["memory", "memory-span"]


def test_an_alias_asked_for_exactly_stands_before_a_longer_one(searcher):
    assert offered(searcher.suggest("nancy")) == [("ecole", "Nancy", MatchedOn.ALIAS)]


def test_accents_case_and_punctuation_make_no_difference(searcher):
    assert offered(searcher.suggest("ÉCOLE-de n")) == [("ecole", "École de Nancy", MatchedOn.TERM)]
    assert offered(searcher.suggest("ecole")) == [("ecole", "École de Nancy", MatchedOn.TERM)]


def test_a_misspelt_beginning_is_mended_when_nothing_begins_so(searcher):
    assert offered(searcher.suggest("mesmar")) == [("mesmerism", "Mesmerism", MatchedOn.SPELLING)]
    assert offered(searcher.suggest("episodik memry")) == [
        ("episodic", "Episodic memory", MatchedOn.SPELLING)
    ]


def test_a_hidden_label_finds_its_entry_and_is_not_shown(searcher):
    assert offered(searcher.suggest("feer")) == [("fear", "Fear", MatchedOn.SPELLING)]
    assert all(s.title != "Feer" for s in searcher.suggest("fee"))


def test_nothing_is_offered_where_nothing_is_near(searcher):
    assert searcher.suggest("quxotic") == []


def test_a_long_definition_is_cut_between_words_and_a_short_one_is_whole(searcher):
    suggestions = {s.entry.id: s.definition for s in searcher.suggest("memory")}
    assert suggestions["memory"] == "Keeping what was learned."
    assert suggestions["memory-span"].endswith(" …")
    assert len(suggestions["memory-span"]) <= 102
    assert suggestions["memory-span"][:-2] in "How much is kept at once. " * 8


@pytest.mark.parametrize("limit", [0, 51])
def test_a_limit_out_of_range_is_refused(searcher, limit):
    with pytest.raises(BadQueryError, match=f"between 1 and 50, got {limit}"):
        searcher.suggest("me", limit=limit)


def test_an_empty_text_is_refused(searcher):
    with pytest.raises(BadQueryError, match="is empty"):
        searcher.suggest(" ")


def test_the_table_agrees_with_looking_at_every_title(psychology, tmp_path):
    """The slow way: every word of every title of the bundled glossary, compared one by one."""
    entries = list(psychology.snapshot.entries)
    save_prefixes(tmp_path / "prefixes", entries)
    prefixes = Prefixes(tmp_path / "prefixes")
    for text in ("a", "an", "memory", "self", "post-t", "theory of", "x", "zzz", "dis", "in"):
        key = title_key(text)
        terms = {n for n, e in enumerate(entries) if title_key(e.term).startswith(key)}
        aliases = {
            n for n, e in enumerate(entries) for a in e.aliases if title_key(a).startswith(key)
        }
        later = {
            n
            for n, e in enumerate(entries)
            for title in (e.term, *e.aliases)
            if f" {key}" in title_key(title)
        }
        found = {kind: prefixes.find(text, kind, most=9999) for kind in Begun}
        assert {kind: set(numbers) for kind, numbers in found.items()} == {
            Begun.TERM: terms,
            Begun.ALIAS: aliases,
            Begun.LATER_WORD: later,
        }
        in_order = [title_key(entries[n].term) for n in found[Begun.TERM]]
        assert in_order == sorted(in_order)


def test_titles_of_signs_and_of_other_scripts_are_found(make_index):
    glossary = Glossary(
        (Entry("1", "?!", ("x",)), Entry("2", "恐怖症", ("y",)), Entry("3", "C#", ("z",))),
        title="t",
    )
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    for text, term in (("?", "?!"), ("恐", "恐怖症"), ("c#", "C#")):
        assert [s.title for s in searcher.suggest(text)] == [term]
