"""The rules of data/README.md, held for every entry of the bundled glossary."""

import re
from collections import Counter

import pytest

from indexer.bundled import bundled_file, read_bundled
from indexer.glossary import default_id, title_key

README = (bundled_file().parent / "README.md").read_text(encoding="utf-8")
CATEGORIES = re.findall(r"^\| ([A-Z][\w ]+) \| \d", README, re.MULTILINE)
# British spellings of everyday words; the glossary is American, and British headwords are aliases.
BRITISH = re.compile(
    r"\b\w*(?:behaviour|colour|favour|honour|humour|labour|neighbour|tumour|rigour|vapour|programme\b"
    r"|centre|litre|judgement|catalogue|grey\b|sceptic|paediatr|anaesth|haemo|oestr|foetus|foetal"
    r"|defence|offence|licence|labell|modell|signall|counsell|fulfil\b|whilst|amongst|towards"
    r"|afterwards|learnt)\w*",
    re.IGNORECASE,
)
MARKUP = re.compile(r"[<>*_`{}\[\]|\\]|https?:|&\w+;")


def definitions(glossary):
    return [(entry, text) for entry in glossary.entries for text in entry.definitions]


def test_the_glossary_is_read_without_a_note():
    assert read_bundled().notes == ()


def test_there_are_enough_entries_senses_and_examples(glossary):
    entries = glossary.entries
    assert len(entries) >= 1150
    assert sum(len(entry.definitions) > 1 for entry in entries) >= 60
    assert sum(entry.example is not None for entry in entries) >= 150


def test_entries_are_sorted_by_id_and_ids_are_slugs(glossary):
    ids = [entry.id for entry in glossary.entries]
    assert ids == sorted(set(ids))
    assert [entry.id for entry in glossary.entries if entry.id != default_id(entry.term)] == []


def test_every_definition_has_25_to_80_words_and_ends_like_a_sentence(glossary):
    lengths = {text: len(text.split()) for _, text in definitions(glossary)}
    assert [text for text, length in lengths.items() if not 25 <= length <= 80] == []
    assert [text for text in lengths if not re.search(r"[.?)]$", text)] == []
    assert [text for text in lengths if not text[0].isupper() and not text[0].isdigit()] == []


def test_no_definition_stands_twice(glossary):
    counts = Counter(text.casefold() for _, text in definitions(glossary))
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_definition_explains_a_term_by_itself(glossary):
    """Its first sentence does not name the term, and no definition opens with "X refers to"."""
    circular = []
    for entry, text in definitions(glossary):
        first = title_key(re.split(r"(?<=[.;])\s", text)[0])
        term = title_key(entry.term)
        if len(term) > 3 and re.search(rf"\b{re.escape(term)}\b", first):
            circular.append((entry.term, text))
    assert circular == []
    opening = re.compile(r"(?i)(in psychology|refers to|this is|it is|when )")
    assert [text for _, text in definitions(glossary) if opening.match(text)] == []


def test_categories_are_the_twenty_of_the_readme(glossary):
    assert 0 < len(CATEGORIES) <= 20
    assert {entry.category for entry in glossary.entries} == set(CATEGORIES)


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_readme_counts_the_entries_of_a_category(glossary, category):
    count = sum(entry.category == category for entry in glossary.entries)
    assert f"| {category} | {count} |" in README


def test_every_entry_has_two_to_five_see_also_and_never_itself(glossary):
    for number, entry in enumerate(glossary.entries):
        linked = [glossary.find(name) for name in entry.see_also]
        assert 2 <= len(linked) <= 5, entry.term
        assert len(set(linked)) == len(linked), entry.term
        assert number not in linked, entry.term


def test_a_see_also_is_returned_unless_the_other_entry_has_five_already(glossary):
    links = {
        number: [glossary.find(name) for name in entry.see_also]
        for number, entry in enumerate(glossary.entries)
    }
    one_sided = [
        (glossary.entries[one].term, glossary.entries[other].term)
        for one, others in links.items()
        for other in others
        if one not in links[other] and len(links[other]) < 5
    ]
    assert one_sided == []


def test_no_title_belongs_to_two_entries_or_stands_twice_in_one(glossary):
    owners: dict[str, list[str]] = {}
    for entry in glossary.entries:
        for title in (entry.term, *entry.aliases, *entry.hidden_labels):
            owners.setdefault(title_key(title), []).append(entry.term)
    assert {title: terms for title, terms in owners.items() if len(terms) > 1} == {}


def test_there_is_no_markup_and_only_straight_quotes(glossary):
    texts = [text for _, text in definitions(glossary)]
    texts += [entry.example for entry in glossary.entries if entry.example]
    assert [text for text in texts if MARKUP.search(text)] == []
    assert [text for text in texts if re.search(r"[\u2018\u2019\u201c\u201d]|  ", text)] == []


def test_spelling_is_american(glossary):
    texts = [text for _, text in definitions(glossary)]
    texts += [entry.example for entry in glossary.entries if entry.example]
    assert {word for text in texts for word in BRITISH.findall(text)} == set()


def test_hidden_labels_stay_out_of_aliases_and_examples_are_sentences(glossary):
    for entry in glossary.entries:
        assert not set(entry.hidden_labels) & set(entry.aliases), entry.term
        if entry.example:
            assert 6 <= len(entry.example.split()) <= 35, entry.term
            assert re.search(r"[.?!'\"]$", entry.example), entry.term
