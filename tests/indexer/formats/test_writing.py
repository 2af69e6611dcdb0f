"""What is written and read back is the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import GlossaryError
from indexer.formats import read_glossary, write_glossary
from indexer.formats.csv import join_list, split_list
from indexer.glossary import Entry, Glossary, text_problem
from tests.fakes import fears

texts = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
    .map(str.strip)
    .filter(lambda text: text and len(text.splitlines()) == 1 and text_problem(text) is None)
)
lists = st.lists(texts, max_size=3, unique=True).map(tuple)
# Few and short, so that links meet entries; some need an escape in an address.
ids = st.sampled_from(["a", "b", "c:1", "d.e", "\u00e9", "<f>", "g~h", "i'j"])
entries = st.builds(
    Entry,
    id=ids,
    term=texts,
    definitions=st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple),
    aliases=lists,
    hidden_labels=lists,
    see_also=st.lists(texts | ids, max_size=3, unique=True).map(tuple),
    broader=st.lists(texts | ids, max_size=3, unique=True).map(tuple),
    category=st.none() | texts,
    example=st.none() | texts,
    source=st.none() | texts,
    url=st.none() | texts,
)
glossaries = st.lists(entries, min_size=1, max_size=4, unique_by=lambda entry: entry.id).map(
    lambda found: Glossary(tuple(found), title="t")
)


@pytest.mark.parametrize("name", ["g.jsonl", "g.csv", "g.tsv"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(glossary=glossaries)
def test_a_glossary_comes_back_as_it_was_written(tmp_path: Path, name, glossary):
    write_glossary(glossary, tmp_path / name)
    assert read_glossary([tmp_path / name]).glossary.entries == glossary.entries


def with_links_as_ids(glossary: Glossary) -> tuple[Entry, ...]:
    """What formats that link by address keep of see-also and broader: targets, in no order."""

    def links(names: tuple[str, ...]) -> tuple[str, ...]:
        numbers = [(name, glossary.find(name)) for name in names]
        return tuple(sorted({name if n is None else glossary.entries[n].id for name, n in numbers}))

    return tuple(
        replace(entry, see_also=links(entry.see_also), broader=links(entry.broader))
        for entry in glossary.entries
    )


@pytest.mark.parametrize("name", ["g.ttl", "g.jsonld"])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(glossary=glossaries)
def test_a_glossary_with_addresses_comes_back_as_it_was_written(tmp_path: Path, name, glossary):
    write_glossary(glossary, tmp_path / name)
    reading = read_glossary([tmp_path / name])
    assert with_links_as_ids(reading.glossary) == with_links_as_ids(glossary)
    assert (reading.glossary.title, reading.glossary.language) == ("t", "en")


@given(st.lists(texts, min_size=1))
def test_a_list_in_a_cell_comes_back(found):
    assert split_list(join_list(found)) == found


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(GlossaryError, match=r"absent/g\.jsonl cannot be written: No such file"):
        write_glossary(fears(), tmp_path / "absent" / "g.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_midway_leaves_the_old_file(tmp_path):
    path = tmp_path / "g.jsonl"
    write_glossary(fears(), path)
    before = path.read_bytes()
    broken = Glossary((Entry("a", "A", ("\ud800",)),), title="t")
    with pytest.raises(UnicodeEncodeError):
        write_glossary(broken, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["g.jsonl"]
