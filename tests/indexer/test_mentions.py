"""Which words of an entry's texts lead to other entries, and which must not."""

import pytest

from indexer.glossary import Entry, Glossary
from indexer.mentions import Mentions
from indexer.snapshot import open_current

OTHERS = (
    Entry("memory", "Memory", ("Keeping of what was learned.",)),
    Entry("working-memory", "Working memory", ("Memory at work.",)),
    Entry("theory", "Theory of mind", ("Knowing that others know.",)),
    Entry("alzheimers", "Alzheimer's disease", ("Loss of memory.",)),
    Entry("ocd", "Obsessive-compulsive disorder", ("Rituals.",), aliases=("OCD",)),
    Entry("act", "Acceptance and commitment therapy", ("Therapy.",), aliases=("ACT",)),
    Entry("cones", "Cones", ("Cells of the eye.",)),
    Entry("hypothesis", "Hypothesis", ("What is to be tested.",)),
    Entry("stimulus", "Stimulus", ("What acts on the senses.",)),
    Entry("stress", "Stress", ("Strain.",), hidden_labels=("strian",)),
    Entry("fight", "Fight/flight", ("Alarm.",)),
    Entry("set-1", "Set", ("Readiness.",)),
    Entry("set-2", "Set", ("Group of things.",)),
)


@pytest.fixture
def mentioned(make_index):
    """Return what a definition of a further entry mentions, as (words, id)."""

    def find(*texts, term="Subject", language="en", others=OTHERS):
        entry = Entry("subject", term, texts)
        glossary = Glossary((*others, entry), title="t", language=language)
        snapshot = open_current(make_index(glossary))
        number = len(others)
        return [
            [(text[m.start : m.end], snapshot.entries[m.entry].id) for m in found]
            for text, found in zip(texts, Mentions(snapshot, number).of(texts), strict=True)
        ]

    return find


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It needs working memory.", [("working memory", "working-memory")]),
        ("Memory matters; so does memory.", [("Memory", "memory")]),
        ("A theory of mind, of Theories of Mind.", [("theory of mind", "theory")]),
        ("In Alzheimer’s disease.", [("Alzheimer’s disease", "alzheimers")]),
        ("An obsessive compulsive disorder.", [("obsessive compulsive disorder", "ocd")]),
        ("A cone, two hypotheses, many stimuli.",
         [("cone", "cones"), ("hypotheses", "hypothesis"), ("stimuli", "stimulus")]),
        ("The memory's loss.", [("memory", "memory")]),
        ("Ready for fight/flight or a fight–flight.", [("fight/flight", "fight")]),
        ("OCD and OCDs.", [("OCD", "ocd")]),
    ],
)  # fmt: skip
def test_the_longest_title_is_found_in_whole_words_and_once(mentioned, text, wanted):
    assert mentioned(text) == [wanted]


@pytest.mark.parametrize(
    "text",
    [
        "To act is to ocd; a SET, a STRESS.",  # capitals make an acronym, and only they
        "It is stress-related, a memoryless one.",  # within a longer word
        "Working, memoria; working (memo) ry.",  # over a comma or a bracket
        "A strian.",  # a misspelling stays hidden
        "Nothing at all, and all alone.",
    ],
)
def test_what_only_looks_like_a_title_is_left_alone(mentioned, text):
    assert mentioned(text) == [[]]


def test_a_title_does_not_go_on_over_the_end_of_a_sentence(mentioned):
    assert mentioned("It is working. Memory fails.") == [[("Memory", "memory")]]


def test_the_entry_itself_is_never_linked_nor_anything_inside_its_name(mentioned):
    found = mentioned(
        "Stress of memory is Working Memory Span and memory.", term="Working memory span"
    )
    assert found == [[("Stress", "stress"), ("memory", "memory")]]
    assert mentioned("The working memory span.", term="Working memory span") == [[]]


def test_each_entry_is_linked_once_on_a_page(mentioned):
    assert mentioned("Memory.", "Memory and stress.") == [
        [("Memory", "memory")],
        [("stress", "stress")],
    ]


def test_other_languages_know_no_english_plural(mentioned):
    assert mentioned("Two memories and memory.", language="xx") == [[("memory", "memory")]]
    assert mentioned("Stressen.", language="de") == [[]]


def test_of_several_entries_with_a_title_the_related_one_is_meant(make_index):
    """Water is in the rows of both "dreams" entries' texts; only related lists can tell."""
    glossary = Glossary(
        (
            Entry("tide", "Tide", ("Water, water.",)),
            Entry("tide-2", "Tide", ("Mood.",)),
            Entry("sea", "Sea", ("Water with a tide.",)),
        ),
        title="t",
    )
    snapshot = open_current(make_index(glossary))
    # Of two with one term, only the closer stands in a related list.
    assert snapshot.related.numbers[2].tolist()[:1] == [0]
    [[found]] = Mentions(snapshot, 2).of(["Water with a tide."])
    assert (found.start, found.end, found.entry) == (13, 17, 0)


def test_an_everyday_word_is_linked_only_where_the_entries_are_near(make_index):
    """65 entries, most of which say "role"; a list holds 50, so that not all can be related."""
    filler = [Entry(f"e{n}", f"Filler {n}", ("Fear has a role in it.",)) for n in range(62)]
    far = Entry("far", "Far", ("A role in sleep.",), category="Sleep")
    near = Entry("near", "Near", ("A role in mood.",), category="Mood")
    role = Entry("role", "Role", ("Mood.",), category="Mood")
    snapshot = open_current(make_index(Glossary((*filler, far, near, role), title="t")))
    assert 64 not in snapshot.related.numbers[0]
    assert Mentions(snapshot, 0).of(["Fear has a role in it."]) == [[]]
    assert [m.entry for m in Mentions(snapshot, 63).of(["A role in mood."])[0]] == [64]
