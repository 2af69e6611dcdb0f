import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import BadQueryError, UnknownCategoryError
from indexer.glossary import Entry, Glossary, title_key
from indexer.listing import Listing, Section, letter_of, save_listing


def entry(term, category=None):
    return Entry(term, term, ("A text.",), category=category)


ENTRIES = (
    entry("Zebra", "Animals"),
    entry("éclair", "Food"),
    entry("Egg", "food"),
    entry("7-point scale"),
    entry("Apple", "Food"),
    entry("apple", "Machines"),
    entry("#MeToo"),
    entry("Łódź"),
)


@pytest.fixture
def listing(tmp_path):
    save_listing(tmp_path / "listing", ENTRIES)
    return Listing(tmp_path / "listing")


def terms(numbers):
    return [ENTRIES[number].term for number in numbers]


def test_entries_stand_in_alphabetical_order_and_those_of_no_letter_first(listing):
    assert terms(listing.numbers()) == [
        "#MeToo",
        "7-point scale",
        "Apple",
        "apple",
        "éclair",
        "Egg",
        "Zebra",
        "Łódź",
    ]


def test_letters_have_no_accent_and_count_their_entries(listing):
    assert listing.letters == (
        Section("#", 2),
        Section("A", 2),
        Section("E", 2),
        Section("Z", 1),
        Section("Ł", 1),
    )


def test_categories_are_one_whatever_their_case_and_named_as_first_written(listing):
    assert listing.categories == (Section("Animals", 1), Section("Food", 3), Section("Machines", 1))


@pytest.mark.parametrize(
    ("letter", "category", "want"),
    [
        ("A", None, ["Apple", "apple"]),
        ("é", None, ["éclair", "Egg"]),
        ("#", None, ["#MeToo", "7-point scale"]),
        ("5", None, ["#MeToo", "7-point scale"]),
        (" ", None, ["#MeToo", "7-point scale"]),
        ("B", None, []),
        (None, "FOOD", ["Apple", "éclair", "Egg"]),
        ("e", "Food", ["éclair", "Egg"]),
        ("a", "Machines", ["apple"]),
        ("z", "Food", []),
    ],
)
def test_a_letter_and_a_category_each_narrow_the_listing(listing, letter, category, want):
    assert terms(listing.numbers(letter=letter, category=category)) == want


def test_a_category_is_told_for_every_entry(listing):
    np.testing.assert_array_equal(
        listing.in_category("food"), [False, True, True, False, True, False, False, False]
    )


@pytest.mark.parametrize("letter", ["", "ab"])
def test_what_is_no_single_letter_is_refused(listing, letter):
    with pytest.raises(BadQueryError, match=f"one letter, or # for .* none, got '{letter}'"):
        listing.numbers(letter=letter)


def test_an_unknown_category_is_refused_with_the_known_ones(listing):
    known = "There is no category 'Plants' here; known: Animals, Food, Machines."
    with pytest.raises(UnknownCategoryError, match=known):
        listing.numbers(category="Plants")
    with pytest.raises(UnknownCategoryError, match=known):
        listing.in_category("Plants")


def test_a_glossary_without_categories_says_so(tmp_path):
    save_listing(tmp_path / "listing", [entry("Apple")])
    with pytest.raises(UnknownCategoryError, match="no category 'x' here; known: none"):
        Listing(tmp_path / "listing").numbers(category="x")


def test_of_many_categories_the_first_are_named(tmp_path):
    save_listing(tmp_path / "listing", [entry(f"T{n}", f"C{n:02}") for n in range(30)])
    with pytest.raises(UnknownCategoryError, match=r"known: C00, .*, C19, …\.$"):
        Listing(tmp_path / "listing").numbers(category="x")


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("apple", "A"),
        ("Ångström", "A"),
        ("Ödipus", "O"),
        ("Æsop", "Æ"),
        ("ёж", "Е"),
        ("ψ", "Ψ"),
        ("恐怖", "恐"),
        ("한국", "ᄒ"),
        ("がく", "か"),
        ("“Quoted”", "Q"),
        ("3D", "#"),
        ("٣", "#"),
        ("+1", "#"),
        ("!", "#"),
    ],
)
def test_a_title_is_listed_under_the_letter_a_reader_looks_for(title, letter):
    assert letter_of(title) == letter


@given(st.text(min_size=1))
def test_the_letter_of_a_letter_is_itself_so_that_its_name_finds_it(title):
    letter = letter_of(title)
    assert (letter_of(letter), len(letter), len(title_key(letter))) == (letter, 1, 1)


@given(st.lists(st.tuples(st.text(min_size=1), st.none() | st.text(min_size=1)), min_size=1))
def test_letters_and_categories_hold_every_entry_once(tmp_path_factory, pairs):
    entries = [Entry(str(n), term, ("x",), category=c) for n, (term, c) in enumerate(pairs)]
    folder = tmp_path_factory.mktemp("listing") / "listing"
    save_listing(folder, entries)
    listing = Listing(folder)
    by_letter = [n for s in listing.letters for n in listing.numbers(letter=s.name)]
    assert by_letter == list(listing.numbers())
    assert sorted(by_letter) == list(range(len(entries)))
    by_category = [n for s in listing.categories for n in listing.numbers(category=s.name)]
    assert sorted(by_category) == [n for n, e in enumerate(entries) if e.category is not None]
    for section in (*listing.letters, *listing.categories):
        assert section.count > 0


def test_a_snapshot_carries_its_listing(searcher):
    listing = searcher.snapshot.listing
    assert [(letter.name, letter.count) for letter in listing.letters] == [
        ("A", 4),
        ("I", 1),
        ("M", 1),
        ("N", 1),
        ("P", 1),
    ]
    assert listing.categories == (Section("Disorders", 1),)


def test_a_listing_that_lost_an_entry_is_not_opened(tmp_path):
    save_listing(tmp_path / "listing", ENTRIES)
    np.save(tmp_path / "listing" / "order.npy", np.arange(3, dtype=np.int32))
    with pytest.raises(ValueError, match="do not have the same count"):
        Listing(tmp_path / "listing")


def test_the_same_glossary_gives_the_same_files(tmp_path):
    for name in ("one", "other"):
        save_listing(tmp_path / name, Glossary(ENTRIES, title="t").entries)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()
