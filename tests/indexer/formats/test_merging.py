"""Several files, one glossary: which entries join, and what is said of it."""

import json

import pytest

from indexer.errors import BadGlossaryError
from indexer.formats import read_glossary


def write(tmp_path, name, *rows):
    path = tmp_path / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def row(entry_id, term, definition="x", **more):
    return {"id": entry_id, "term": term, "definition": definition, **more}


@pytest.fixture
def files(tmp_path):
    """Two files that give ids of their own to the same terms, and one id to two terms."""
    return [
        write(
            tmp_path,
            "a.jsonl",
            row("m", "Mood", "A state."),
            row("m2", "Mood", "A mode of verbs."),
            row("c1", "Joy", "A good mood.", see_also=["m"]),
        ),
        write(
            tmp_path,
            "b.jsonl",
            row("c1", "mood", "A lasting feeling.", aliases=["Temper"], see_also=["c2"]),
            row("c2", "Grief", "A bad mood.", see_also=["c1", "c3"], broader=["Mood"]),
            row("c3", "JOY", "A good mood.", see_also=["c1"]),
            row("c4", "Grief", "Sorrow.", see_also=["m"]),
        ),
    ]


def test_without_merge_ids_that_meet_are_refused_with_the_remedy(files):
    with pytest.raises(BadGlossaryError, match=r"b\.jsonl:1: id 'c1' stands already at .*--merge"):
        read_glossary(files)


def test_entries_of_several_files_join_by_term(files):
    glossary = read_glossary(files, merge=True).glossary
    assert [(entry.id, entry.term) for entry in glossary.entries] == [
        ("m", "Mood"),
        ("m2", "Mood"),
        ("c1", "Joy"),
        ("c2", "Grief"),
        ("c4", "Grief"),
    ]
    mood, verbs, joy, grief, sorrow = glossary.entries
    assert mood.definitions == ("A state.", "A lasting feeling.")
    assert mood.aliases == ("Temper",)
    assert verbs.definitions == ("A mode of verbs.",)
    assert joy.definitions == ("A good mood.",)
    # Links follow: in the second file, c1 was "mood" and c3 "JOY".
    assert joy.see_also == ("m",)
    assert mood.see_also == ("c2",)
    assert grief.see_also == ("m", "c1")
    assert sorrow.see_also == ("m",)


def test_what_joined_is_told(files):
    reading = read_glossary(files, merge=True)
    assert reading.notes[0] == "b.jsonl: 2 rows of it joined by term."
    mood, joy = reading.notes[1:]
    assert mood.startswith("'Mood': 1 further row joined into ")
    assert mood.endswith("a.jsonl:1, under the id 'm'; no more 'c1'.")
    assert joy.endswith("no more 'c3'; 1 definition repeated word for word, kept once.")


def test_an_id_that_another_file_gives_to_another_term_is_numbered(tmp_path):
    files = [
        write(tmp_path, "a.jsonl", row("c1", "Mood")),
        write(tmp_path, "b.jsonl", row("c1", "Joy"), row("c1-2", "Grief", see_also=["c1"])),
    ]
    reading = read_glossary(files, merge=True)
    assert [entry.id for entry in reading.glossary.entries] == ["c1", "c1-3", "c1-2"]
    assert reading.glossary.entries[2].see_also == ("c1-3",)
    assert reading.notes[0] == "b.jsonl: 'Joy' got the id 'c1-3': 'Mood' has 'c1'."


def test_the_same_id_twice_in_one_file_is_refused_all_the_same(tmp_path):
    files = [
        write(tmp_path, "a.jsonl", row("c1", "Mood")),
        write(tmp_path, "b.jsonl", row("c2", "Joy"), row("c2", "Grief")),
    ]
    with pytest.raises(BadGlossaryError, match=r"b\.jsonl:2: id 'c2' stands already at"):
        read_glossary(files, merge=True)


def test_rows_without_ids_join_entries_with_ids_of_other_files(tmp_path):
    files = [
        write(tmp_path, "a.jsonl", {"term": "Mood", "definition": "One."}),
        write(tmp_path, "b.jsonl", row("m", "Mood", "Two."), {"term": "mood", "definition": "3."}),
    ]
    (mood,) = read_glossary(files, merge=True).glossary.entries
    assert (mood.id, mood.definitions) == ("mood", ("One.", "Two.", "3."))
    assert len(read_glossary(files).glossary.entries) == 2
