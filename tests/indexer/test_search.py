import pytest

from indexer.errors import BadQueryError, UnknownEntryError
from indexer.glossary import Entry, Glossary
from indexer.search import MatchedOn, Searcher
from indexer.snapshot import open_current
from tests.fakes import WordEncoder


def terms(hits):
    return [hit.entry.term for hit in hits]


def test_the_nearest_definition_comes_first(searcher):
    hits = searcher.search("fear of open crowds", limit=3)
    assert hits[0].entry.term == "Agoraphobia"
    assert hits[0].matched_on is MatchedOn.DEFINITION
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("query", "matched_on"),
    [
        ("phobia", MatchedOn.TERM),
        ("  PHOBIA! ", MatchedOn.TERM),
        ("irrational fear", MatchedOn.ALIAS),
        ("Fobia", MatchedOn.HIDDEN_LABEL),
    ],
)
def test_an_exact_title_comes_first_with_full_strength(searcher, query, matched_on):
    hit = searcher.search(query)[0]
    assert (hit.entry.term, hit.matched_on) == ("Phobia", matched_on)
    assert (hit.score, hit.strength, hit.bars) == (1.0, 100.0, 10)


def test_an_entry_is_a_hit_once_and_shows_the_definition_that_matched(searcher):
    hits = searcher.search("dreams of water", limit=8)
    assert hits[0].definition == "Dreams of water, and of water again."
    assert len(set(terms(hits))) == len(hits) == 8


def test_entries_of_one_title_all_come_first(make_index):
    glossary = Glossary(
        (
            Entry("a", "Sleep", ("Water.",)),
            Entry("b", "Dreams", ("Sleep sleep.",), aliases=("sleep",)),
            Entry("c", "Sleep", ("Dreams.",)),
        ),
        title="t",
    )
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    assert [hit.entry.id for hit in searcher.search("sleep")] == ["a", "c", "b"]
    assert [hit.entry.id for hit in searcher.search("sleep", limit=1)] == ["a"]


def test_bars_never_rise_down_a_list(searcher):
    for query in ("phobia", "fear of water", "memory", "something else"):
        counts = [hit.bars for hit in searcher.search(query)]
        assert counts == sorted(counts, reverse=True)


def test_many_passages_of_one_entry_leave_room_for_others(make_index):
    long = " ".join(["Fear of spiders and fear of open water and crowds in sleep."] * 60)
    glossary = Glossary(
        (Entry("long", "Long", (long,)), *(Entry(f"e{n}", f"E{n}", ("Mood.",)) for n in range(9))),
        title="t",
    )
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    assert searcher.snapshot.manifest.counts.passages > 15
    assert len(searcher.search("fear of spiders", limit=10)) == 10


def test_the_limit_is_kept_and_capped_by_the_entries(searcher):
    assert len(searcher.search("fear", limit=3)) == 3
    assert len(searcher.search("fear", limit=100)) == 8


@pytest.mark.parametrize("limit", [0, -3, 101])
def test_a_limit_out_of_range_is_refused(searcher, limit):
    with pytest.raises(BadQueryError, match=f"between 1 and 100, got {limit}"):
        searcher.search("fear", limit=limit)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "The query is empty"),
        (" \n\t ", "The query is empty"),
        ("x" * 2001, "has 2,001 characters, at most 2,000"),
    ],
)
def test_a_query_without_words_or_without_end_is_refused(searcher, query, message):
    with pytest.raises(BadQueryError, match=message):
        searcher.search(query)


def test_many_queries_are_answered_as_each_alone(searcher):
    queries = ["fear of spiders", "phobia", "loss of sleep"]
    assert searcher.search_many(queries) == [searcher.search(query) for query in queries]
    assert searcher.search_many([]) == []


def test_an_entry_is_found_by_id_term_or_alias(searcher):
    for name in ("phobia", "PHOBIA", "irrational fear", "fobia"):
        assert searcher.snapshot.entries[searcher.resolve(name)].term == "Phobia"


def test_an_unknown_name_offers_the_nearest_terms(searcher):
    with pytest.raises(
        UnknownEntryError, match=r"'fear of spiders'\. Nearest terms: Arachnophobia, "
    ):
        searcher.resolve("fear of spiders")
    with pytest.raises(UnknownEntryError, match="No entry has the id, term or alias 'Phobia'"):
        searcher.number_of("Phobia")


def test_links_are_resolved_once_each_and_dead_ones_left_out(searcher):
    linked = searcher.linked(["agoraphobia", "nowhere", "Irrational fear", "fobia"])
    assert [entry.term for entry in linked] == ["Agoraphobia", "Phobia"]
