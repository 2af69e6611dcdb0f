"""The health report: each check finds what it should, and nothing beside it."""

import json
from xml.etree.ElementTree import fromstring

import pytest

from indexer.glossary import Entry, Glossary
from indexer.health import Check, Finding, Health, Limits, check_health
from indexer.health.page import health_page
from indexer.health.undefined import fewest_entries
from indexer.health.wording import first_clause
from indexer.snapshot import open_current
from tests.fakes import fears


@pytest.fixture
def check(make_index):
    """Run all checks on entries, each (term, definition) or whole; return findings by check."""

    def run(*entries, limits=None, language="en"):
        made = tuple(
            one if isinstance(one, Entry) else Entry(f"e{number}", one[0], tuple(one[1:]))
            for number, one in enumerate(entries)
        )
        glossary = Glossary(made, title="T", language=language)
        health = check_health(open_current(make_index(glossary)), limits)
        return {one.key: one.findings for one in health.checks}

    return run


def headings(findings):
    return [finding.heading for finding in findings]


def test_every_check_reports_even_when_it_finds_nothing(make_index):
    entry = Entry("water", "Water", ("Fear of open places and crowds at night.",))
    health = check_health(open_current(make_index(Glossary((entry,), title="T"))))
    assert [one.key for one in health.checks] == [
        "near_duplicates", "conflicting_definitions", "circular", "length", "orphans",
        "dead_links", "one_sided_see_also", "undefined_terms", "hubs",
    ]  # fmt: skip
    assert (health.entries, health.definitions) == (1, 1)
    assert {one.key: len(one.findings) for one in health.checks if one.findings} == {"orphans": 1}
    assert health.count == 1


def test_definitions_that_say_the_same_are_found_once_a_pair(check):
    found = check(
        ("Alpha", "Fear of crowds and spiders in the dark."),
        ("Beta", "Fear of crowds and spiders in the dark."),
        ("Gamma", "Loss of memory after a long illness."),
    )["near_duplicates"]
    assert headings(found) == ["Alpha, Beta"]
    assert found[0].detail.startswith("cosine 1.00, 100% of their words shared: Fear of crowds")


def test_two_definitions_of_one_entry_may_say_the_same(check):
    found = check(("Alpha", "Fear of crowds at night.", "Fear of crowds at night!"))
    assert headings(found["near_duplicates"]) == ["Alpha"]


def test_vectors_alone_are_not_enough_below_the_highest(check):
    """Of (3, 1) and (1, 1) the cosine is 0.89, and no other word is shared."""
    one = ("Alpha", "Fear, fear, fear and crowds: strong unrest outside.")
    other = ("Beta", "Crowds bring fear upon timid persons.")
    assert check(one, other)["near_duplicates"] == ()


def test_terms_that_differ_in_one_word_are_told_apart_by_it(check):
    """Again 0.89, and most words are shared."""
    one = "Fear, fear, fear of crowds that comes before sleeping, slowly."
    other = "Crowds and fear of them that comes after sleeping, slowly."
    assert headings(check(("Alpha", one), ("Beta", other))["near_duplicates"]) == ["Alpha, Beta"]
    assert check(("Alpha wave", one), ("Beta wave", other))["near_duplicates"] == ()


def test_a_title_of_several_entries_is_found_whatever_its_case(check):
    found = check(
        Entry("a", "Mood", ("A lasting state of mind or spirit.",)),
        Entry("b", "MOOD", ("Form of a verb that tells wishes.",)),
        Entry("c", "Verb form", ("Shape of a verb in a sentence.",), aliases=("mood",)),
        Entry("d", "Tense", ("Form of a verb that tells time.",), aliases=("Tense",)),
    )["conflicting_definitions"]
    assert headings(found) == ["Mood, MOOD, Verb form"]
    assert found[0].detail.startswith("'Mood' stands for 3 entries; cosine of their definitions ")


@pytest.mark.parametrize(
    ("term", "definition"),
    [
        ("Mood", "A lasting mood, good or bad."),
        ("Moods", "Mood is a lasting mood."),
        ("Sleep loss", "Loss of sleep over several nights."),
        ("Chunking", "Putting things into chunks, which are kept."),
    ],
)
def test_a_term_that_is_explained_by_itself_is_circular(check, term, definition):
    found = check((term, definition), ("Water", "What rivers carry to the sea."))["circular"]
    assert headings(found) == [term]


@pytest.mark.parametrize(
    ("term", "definition"),
    [
        ("Mood", "State of mind that outlasts a mere passing mood."),
        ("Panic disorder", "Anxiety disorder marked by attacks of panic."),
        ("Memory", "Keeping of what was learned, as in short-term memory."),
        ("Sleep loss", "Lack of rest over several nights."),
        ("The who", "Persons asked for by a question."),
    ],
)
def test_a_term_that_comes_later_or_in_part_is_not(check, term, definition):
    assert check((term, definition), ("Water", "What rivers carry to the sea."))["circular"] == ()


def test_two_terms_explained_by_each_other_are_a_loop_told_once(check):
    found = check(
        ("Iris", "Ring around the pupil."),
        ("Pupil", "Hole in the iris."),
        ("Lens", "Clear body behind the iris."),
    )["circular"]
    assert headings(found) == ["Iris, Pupil"]
    assert found[0].detail == (
        "each is explained by the other: Ring around the pupil. / Hole in the iris."
    )


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Fear of spiders, which is common. More.", "Fear of spiders"),
        ("(in law) Right to vote that all have.", "Right to vote "),
        ("Arousal is a state of being awake. More.", "state of being awake."),
        ("", ""),
    ],
)
def test_the_first_clause_says_what_kind_of_thing_a_term_is(text, clause):
    assert first_clause(text, Entry("a", "Arousal", (text,))) == clause


def test_lengths_are_counted_in_words_within_the_limits(check):
    entries = ("Alpha", "One two three."), ("Beta", "One two three four.", "One " * 7 + "end.")
    found = check(*entries, limits=Limits(fewest_words=4, most_words=7))["length"]
    assert [(one.heading, one.detail[:18]) for one in found] == [
        ("Alpha", "too short, 3 words"),
        ("Beta", "too long, 8 words:"),
    ]
    assert headings(check(*entries)["length"]) == ["Alpha"]


def test_links_that_are_dead_or_not_returned_are_found(make_index):
    """ "Phobia" names "nowhere"; "Agoraphobia" and "Nightmare" do not name who names them."""
    health = check_health(open_current(make_index(fears())))
    found = {one.key: one.findings for one in health.checks}
    assert [(one.heading, one.detail) for one in found["dead_links"]] == [
        ("Phobia", "see_also names 'nowhere'")
    ]
    assert [(one.heading, one.detail) for one in found["one_sided_see_also"]] == [
        ("Agoraphobia", "does not name 1 that name it: Phobia; it names 0"),
        ("Nightmare", "does not name 1 that name it: Arachnophobia; it names 0"),
    ]
    assert headings(found["orphans"]) == ["Aquaphobia", "Amnesia", "Insomnia", "Mood"]
    assert {one.detail for one in found["orphans"]} == {"no see-also leads to or from it"}


def test_an_entry_with_enough_links_need_not_return_one(check):
    entries = (
        Entry("a", "Alpha", ("First of the letters.",), see_also=("Beta",)),
        Entry("b", "Beta", ("Second of the letters.",), see_also=("Gamma",)),
        Entry("c", "Gamma", ("Third of the letters.",)),
    )
    assert headings(check(*entries)["one_sided_see_also"]) == ["Beta", "Gamma"]
    limited = check(*entries, limits=Limits(most_see_also=1))["one_sided_see_also"]
    assert headings(limited) == ["Gamma"]


def test_an_entry_in_no_list_is_an_orphan_where_there_are_no_links_at_all(check):
    """Eleven of fear, one of water: lists of ten hold those of fear."""
    fearful = [(f"Fear {n}", f"Fear of thing number {n}, fear.") for n in range(11)]
    found = check(*fearful, ("Tide", "Water that comes and goes."))
    assert [(one.heading, one.detail) for one in found["orphans"]] == [
        ("Tide", "in no related list")
    ]


USING = [
    ("Axon", "Fiber that carries signals away; amino acid is no part, says DNA."),
    ("Gland", "Organ whose amino acid makes a substance, as Ada Stone saw by DNA."),
    ("Rib", "Bone made by amino acid, which Ada Stone found and DNA tells."),
    ("Nucleic acid", "Large molecule of the cell that Ada Stone drew."),
    ("Lung", "Place of neurosis and of breath, another acid."),
    ("Heart", "Pump with a neurosis of its own, another acid."),
    ("Skin", "Cover with a neurosis at times, another acid."),
]


# So many that the words of a phrase would not meet by chance.
OTHERS = [(f"Thing {n}", f"Object number {n} on the long list here.") for n in range(60)]


def test_what_several_definitions_use_and_no_entry_defines_is_a_candidate(check):
    found = check(*USING, *OTHERS)["undefined_terms"]
    assert [(one.heading, one.detail) for one in found] == [
        ("DNA", "in 3 entries: Axon, Gland, Rib"),
        ("amino acid", "in 3 entries: Axon, Gland, Rib"),
        ("neurosis", "in 3 entries: Lung, Heart, Skin"),
        ("Ada Stone", "in 3 entries: Gland, Rib, Nucleic acid"),
    ]


def test_what_is_a_title_or_stands_in_one_is_no_candidate(check):
    added = (
        Entry("x", "Neurosis", ("Older word for lasting unrest.",)),
        Entry("y", "Amino acid chain", ("Many of them in a row.",), aliases=("DNA",)),
    )
    assert headings(check(*USING, *OTHERS, *added)["undefined_terms"]) == ["Ada Stone"]


def test_candidates_are_looked_for_in_english_only(check):
    assert check(*USING, language="de")["undefined_terms"] == ()


@pytest.mark.parametrize(("entries", "least"), [(1, 3), (1421, 4), (107_525, 33)])
def test_a_larger_glossary_asks_for_more_uses(entries, least):
    assert fewest_entries(entries) == least


def test_an_entry_in_far_more_lists_than_chance_is_a_hub(check):
    """A list of ten holds the nine others of a kind, and what is near to all kinds."""
    kinds = ("fear", "crowds", "spiders", "sleep", "dreams", "memory", "loss", "water", "mood")
    entries = [
        (f"T{kind}{n}", f"Of {kind} {' '.join([kind] * 3)}.") for kind in kinds for n in range(10)
    ]
    hub = ("Sum", "Of " + " and ".join(kinds) + ".")
    found = check(*entries, hub)["hubs"]
    assert headings(found) == ["Sum"]


def made(heading="<b>bold</b>", detail='"quoted" & <script>alert(1)</script>'):
    entry = Entry("x", heading, ("x",))
    checks = (
        Check("first", "First <check>", "What counts & why.", (Finding((entry,), detail),) * 3),
        Check("second", "Second", "Nothing found.", ()),
    )
    return Health("A & B <glossary>", "snapshot", 1200, 1300, checks)


def test_the_page_escapes_everything_and_needs_nothing_from_elsewhere():
    page = health_page(made())
    assert "<b>bold" not in page
    assert "<script" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "A &amp; B &lt;glossary&gt;" in page
    for outside in ("http:", "https:", "src=", "url(", "@import", "<link"):
        assert outside not in page


def test_the_counts_of_the_page_lead_to_their_lists():
    page = health_page(made())
    # Its void elements closed, the page is XML that any parser reads.
    text = page.removeprefix("<!doctype html>\n").replace('utf-8">', 'utf-8"/>')
    tree = fromstring(text.replace('scale=1">', 'scale=1"/>'))  # noqa: S314  our own page
    (link,) = [one for one in tree.iter("a") if one.get("href") != "#top"]
    assert ("".join(link.itertext()), link.get("href")) == ("First <check> 3", "#first")
    ids = {one.get("id") for one in tree.iter() if one.get("id")}
    assert ids == {"top", "first", "second"}
    assert [len(list(one)) for one in tree.iter("ol")] == [3]
    assert "3 findings in 1,200 entries with 1,300 definitions" in page


def test_many_entries_are_named_by_the_first_eight():
    entries = tuple(Entry(f"e{n}", f"T{n}", ("x",)) for n in range(9))
    assert Finding(entries, "x").heading == "T0, T1, T2, T3, T4, T5, T6, T7, …"
    assert Finding(entries[:8], "x").heading.endswith("T6, T7")
    assert json.dumps(Finding(entries, "x", subject="S").heading) == '"S"'
