import pytest

from indexer.asking import MatchedOn
from indexer.errors import BadQueryError, UnknownCategoryError, UnknownEntryError
from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import WordEncoder


def terms(hits):
    return [hit.entry.term for hit in hits]


def test_the_nearest_definition_comes_first(searcher):
    hits = searcher.search("fear of open crowds", limit=3).hits
    assert hits[0].entry.term == "Agoraphobia"
    assert hits[0].matched_on is MatchedOn.DEFINITION
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("query", "matched_on"),
    [
        ("phobia", MatchedOn.TERM),
        ("  PHOBIA! ", MatchedOn.TERM),
        ("irrational fear", MatchedOn.ALIAS),
        ("Fobia", MatchedOn.SPELLING),
    ],
)
def test_an_exact_title_comes_first_with_full_strength(searcher, query, matched_on):
    hit = searcher.search(query).hits[0]
    assert (hit.entry.term, hit.matched_on) == ("Phobia", matched_on)
    assert (hit.score, hit.strength, hit.bars) == (1.0, 100.0, 10)


def test_an_entry_is_a_hit_once_and_shows_the_definition_that_matched(searcher):
    hits = searcher.search("dreams of water", limit=8).hits
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
    assert [hit.entry.id for hit in searcher.search("sleep").hits] == ["a", "c", "b"]
    assert [hit.entry.id for hit in searcher.search("sleep", limit=1).hits] == ["a"]


def test_bars_never_rise_down_a_list(searcher):
    for query in ("phobia", "fear of water", "memory", "something else"):
        counts = [hit.bars for hit in searcher.search(query).hits]
        assert counts == sorted(counts, reverse=True)


def test_many_passages_of_one_entry_leave_room_for_others(make_index):
    long = " ".join(["Fear of spiders and fear of open water and crowds in sleep."] * 60)
    glossary = Glossary(
        (Entry("long", "Long", (long,)), *(Entry(f"e{n}", f"E{n}", ("Mood.",)) for n in range(9))),
        title="t",
    )
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    assert searcher.snapshot.manifest.counts.passages > 15
    assert len(searcher.search("fear of spiders", limit=10).hits) == 10


def test_the_limit_is_kept_and_capped_by_the_entries(searcher):
    assert len(searcher.search("fear", limit=3).hits) == 3
    assert len(searcher.search("fear", limit=100).hits) == 8


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


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("aracnophobia", "Arachnophobia"),
        ("arachnofobia", "Arachnophobia"),
        ("insomina", "Insomnia"),
        ("irational fear", "Phobia"),
        ("what is aquafobia", "Aquaphobia"),
    ],
)
def test_a_misspelt_title_is_found_and_can_be_undone(searcher, query, term):
    answer = searcher.search(query)
    assert answer.hits[0].entry.term == term
    assert answer.hits[0].matched_on is MatchedOn.SPELLING
    assert answer.corrected is not None
    plain = searcher.search(query, correct=False)
    assert plain.corrected is None
    assert plain.hits[0].matched_on is not MatchedOn.SPELLING


def test_no_entry_is_a_hit_twice(psychology):
    for query in ("obsesive compulsive", "obsessive", "adhd", "cognitive", "skizofrenia"):
        ids = [hit.entry.id for hit in psychology.search(query, limit=50).hits]
        assert len(ids) == len(set(ids))


def test_words_the_glossary_knows_are_not_corrected(searcher):
    """ "dreams" is two letters from "creams", and no title; it is known, and stays."""
    assert searcher.search("dreams").corrected is None
    assert searcher.search("memory loss").corrected is None


def test_the_beginning_of_a_title_finds_it(searcher):
    hits = searcher.search("irrational").hits
    assert (hits[0].entry.term, hits[0].matched_on) == ("Phobia", MatchedOn.ALIAS)
    assert hits[0].strength < 100


@pytest.mark.parametrize("query", ["what is a phobia?", "phobia meaning", "define: phobia"])
def test_the_words_of_asking_are_taken_from_around_a_title(searcher, query):
    hit = searcher.search(query).hits[0]
    assert (hit.entry.term, hit.matched_on, hit.strength) == ("Phobia", MatchedOn.TERM, 100.0)


def test_an_acronym_is_found_among_other_words(make_index):
    glossary = Glossary(
        (
            Entry("cbt", "Cognitive therapy", ("Mood.",), aliases=("CBT",)),
            Entry("mood", "Mood", ("Loss of sleep.",)),
        ),
        title="t",
    )
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    assert searcher.search("cbt sessions").hits[0].entry.id == "cbt"
    assert searcher.search("cbt sessions").hits[0].matched_on is MatchedOn.ALIAS


def test_a_hit_carries_the_sentence_that_matched_best(make_index):
    text = "Fear of spiders at night. Loss of memory in crowds. A lasting mood."
    glossary = Glossary((Entry("a", "A", (text,)), Entry("b", "B", ("Sleep.",))), title="t")
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    assert searcher.search("memory loss").hits[0].sentence == "Loss of memory in crowds."
    assert searcher.search("spiders").hits[0].sentence == "Fear of spiders at night."


def test_nothing_close_is_said_to_be_so(psychology):
    far = psychology.search("how long to boil an egg")
    assert not far.close
    assert len(far.hits) == 10
    assert psychology.search("fear of spiders and of snakes").close
    assert psychology.search("agoraphobia").close


def test_the_strength_between_two_texts_is_high_for_like_and_low_for_unlike(psychology):
    near, far, same = psychology.relatedness(
        [("fear of spiders", "dread of snakes"), ("fear of spiders", "tax law"), ("a b", "a b")]
    )
    assert far < 30 < near < same == 100


FEARS = [
    Entry(f"f{n}", f"Fear {n}", ("Fear of spiders and crowds.",), category="Fears")
    for n in range(60)
]
REST = [Entry(f"r{n}", f"Rest {n}", ("Sleep.",), category="Rest") for n in range(4)]
NAP = Entry("nap", "Nap", ("Open water in a mood.",), category="Rest", aliases=("Siesta",))


@pytest.fixture
def categorised(make_index):
    return Searcher(
        open_current(make_index(Glossary((*FEARS, *REST, NAP), title="t"))), WordEncoder()
    )


def test_a_category_is_searched_as_a_whole_and_not_the_first_hits_of_all(categorised):
    """Sixty entries are nearer to the query than any of the five of this category."""
    query = "fear of spiders and crowds in a mood"
    assert all(hit.entry.category == "Fears" for hit in categorised.search(query, limit=60).hits)
    hits = categorised.search(query, limit=10, category="rest").hits
    assert len(hits) == 5
    assert hits[0].entry.id == "nap"
    everything = categorised.search(query, limit=100).hits
    rest = [(h.entry.id, h.strength) for h in everything if h.entry.category == "Rest"]
    assert [(h.entry.id, h.strength) for h in hits] == rest


def test_a_title_outside_the_category_is_no_hit(categorised):
    assert categorised.search("siesta", category="Rest").hits[0].strength == 100
    hits = categorised.search("siesta", category="Fears").hits
    assert all(hit.entry.category == "Fears" for hit in hits)
    assert all(hit.strength < 100 for hit in hits)


def test_an_unknown_category_is_refused_with_the_known_ones(categorised):
    with pytest.raises(
        UnknownCategoryError, match="There is no category 'x' here; known: Fears, Rest"
    ):
        categorised.search("fear", category="x")


def test_hits_weaker_than_asked_for_are_left_out(searcher):
    every = searcher.search("fear of spiders", limit=8)
    bound = every.hits[2].strength
    some = searcher.search("fear of spiders", limit=8, min_strength=bound)
    assert some.hits == [hit for hit in every.hits if hit.strength >= bound]
    assert len(some.hits) < len(every.hits)
    none = searcher.search("loss of water", min_strength=100)
    assert (none.hits, none.close) == ([], False)


@pytest.mark.parametrize("bound", [-1, 100.5, float("nan")])
def test_a_strength_off_the_scale_is_refused(searcher, bound):
    with pytest.raises(BadQueryError, match=f"min_strength must be between 0 and 100, got {bound}"):
        searcher.search("fear", min_strength=bound)
