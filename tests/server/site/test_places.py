from pathlib import PurePosixPath

import pytest

from indexer.listing import NO_LETTER
from server.site.places import file_name, letter_page, links_from, term_page


@pytest.mark.parametrize("name", ["fear", "a", "dsm-5", "x.y_z", "com10", "console", "a" * 100])
def test_a_plain_id_is_the_name_of_its_files(name):
    assert file_name(name) == name


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("CBT", "cbt"),
        ("Fear", "fear"),
        ("con", "con"),
        ("com1", "com1"),
        ("nul.txt", "nul-txt"),
        ("a.", "a"),
        (".a", "a"),
        ("-a", "a"),
        ("déjà-vu", "deja-vu"),
        ("a" * 101, "a" * 60),
        ("a:b*c", "a-b-c"),
        ("~", "u7e"),
    ],
)
def test_what_a_file_system_may_not_keep_apart_has_a_part_of_its_hash(name, readable):
    begin, tilde, digits = file_name(name).partition("~")
    assert (begin, tilde) == (readable, "~")
    assert len(digits) == 16
    assert int(digits, 16)


def test_ids_that_differ_by_case_or_form_have_names_of_their_own():
    names = ["cbt", "CBT", "Cbt", "é", "e\u0301", "日本", "日本語", "a" * 150, "a" * 151]
    files = [file_name(name) for name in names]
    assert len({file.casefold() for file in files}) == len(names)
    assert all(file.isascii() for file in files)


def test_no_id_takes_the_name_that_another_is_given():
    assert file_name(file_name("CBT")) != file_name("CBT")


def test_links_hold_wherever_the_folder_lies():
    from_start = links_from(PurePosixPath("index.html"))
    from_term = links_from(term_page("fear"))
    assert from_start("pages.term", entry_id="fear") == "terms/fear.html"
    assert from_term("pages.search") == "../index.html"
    assert from_term("static", filename="style.css") == "../assets/style.css"
    assert from_start("pages.letter", letter="A") == "letters/a.html"
    assert from_start("pages.letter", letter=NO_LETTER) == "letters/signs.html"
    assert (
        from_start("pages.category", slug="social-cognition") == "categories/social-cognition.html"
    )
    assert from_start("pages.map") is None


def test_letters_of_other_scripts_have_pages_too():
    assert letter_page("Ж") != letter_page("З")
    assert str(letter_page("Ж")).isascii()
