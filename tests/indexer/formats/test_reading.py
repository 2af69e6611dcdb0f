"""What a file must be to become a glossary, and what a user is told when it is not."""

from pathlib import Path

import pytest

from indexer.errors import BadGlossaryError, GlossaryError
from indexer.formats import Columns, Reading, read_glossary
from indexer.formats.records import LONGEST_RECORD

LONG = "x" * LONGEST_RECORD


def read(tmp_path: Path, text: str | bytes, name: str = "g.jsonl", **options: object) -> Reading:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return read_glossary([path], **options)  # type: ignore[arg-type]


def terms(reading: Reading) -> list[str]:
    return [entry.term for entry in reading.glossary.entries]


def test_json_lines_with_a_definition_or_definitions(tmp_path):
    reading = read(
        tmp_path,
        '{"term": "Ego", "definition": "One."}\n\n'
        '{"term": "Id", "definitions": ["One.", "Two."], "aliases": ["Es"], "category": "Freud"}\n',
    )
    ego, other = reading.glossary.entries
    assert (ego.id, ego.definitions) == ("ego", ("One.",))
    assert (other.definitions, other.aliases, other.category) == (
        ("One.", "Two."),
        ("Es",),
        "Freud",
    )
    assert reading.glossary.title == "g"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path, mark):
    text = f'term{mark}definition\nEgo{mark}"A, b; c | d"\n'
    assert read(tmp_path, text, "g.csv").glossary.entries[0].definitions == ("A, b; c | d",)


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    assert terms(read(tmp_path, b"\xef\xbb\xbfterm,definition\nEgo,One.\n", "g.csv")) == ["Ego"]
    assert terms(read(tmp_path, b'\xef\xbb\xbf{"term":"Ego","definition":"x"}')) == ["Ego"]


def test_lists_in_cells_and_headers_as_people_write_them(tmp_path):
    text = 'Term,Definitions,See Also,ALIASES\nEgo,One.|Two \\| three.,Id,"I|me"\nId,x,,\n'
    entry = read(tmp_path, text, "g.csv").glossary.entries[0]
    assert entry.definitions == ("One.", "Two | three.")
    assert (entry.see_also, entry.aliases) == (("Id",), ("I", "me"))


def test_a_problem_after_a_cell_with_a_line_break_names_its_own_line(tmp_path):
    with pytest.raises(BadGlossaryError, match=r"g\.csv:4: term 'Id' has no definition"):
        read(tmp_path, 'term,definition\nEgo,"One\nline."\nId,\n', "g.csv")


def test_a_paragraph_separator_does_not_end_a_line(tmp_path):
    reading = read(tmp_path, '{"term": "Ego", "definition": "One\u2028two"}\n')
    assert reading.glossary.entries[0].definitions == ("One\u2028two",)


def test_columns_are_mapped_and_ignored_by_name(tmp_path):
    columns = Columns({"Headword": "term", "Meaning": "definition"}, frozenset({"Notes"}))
    text = "Headword,Meaning,Notes\nEgo,One.,x\n"
    assert terms(read(tmp_path, text, "g.csv", columns=columns)) == ["Ego"]
    columns = Columns({"pos": "category"})
    text = '{"term": "Ego", "definition": "x", "pos": "noun"}'
    assert read(tmp_path, text, columns=columns).glossary.entries[0].category == "noun"


def test_rows_that_repeat_a_term_become_further_definitions(tmp_path):
    reading = read(
        tmp_path,
        '{"term": "Ego", "definition": "One.", "aliases": ["I"]}\n'
        '{"term": "Id", "definition": "x"}\n'
        '{"term": "EGO", "definition": "Two.", "aliases": ["me"], "category": "Freud"}\n'
        '{"term": "ego", "definition": "One."}\n',
    )
    ego = reading.glossary.entries[0]
    assert terms(reading) == ["Ego", "Id"]
    assert (ego.definitions, ego.aliases, ego.category) == (("One.", "Two."), ("I", "me"), "Freud")
    (note,) = reading.notes
    assert "2 further rows joined into" in note
    assert "g.jsonl:1; 1 definition repeated word for word, kept once" in note


def test_rows_with_ids_stay_entries_of_their_own(tmp_path):
    reading = read(
        tmp_path,
        '{"id": "a", "term": "Mood", "definition": "x"}\n'
        '{"id": "b", "term": "Mood", "definition": "y"}\n',
    )
    assert [entry.id for entry in reading.glossary.entries] == ["a", "b"]


def test_a_slug_taken_by_another_term_is_numbered_and_told(tmp_path):
    reading = read(
        tmp_path, '{"term": "C", "definition": "x"}\n{"term": "C++", "definition": "y"}\n'
    )
    assert [entry.id for entry in reading.glossary.entries] == ["c", "c-2"]
    assert reading.notes == ("'C++' got the id 'c-2': 'C' has 'c'.",)


def test_a_see_also_to_no_entry_is_a_warning(tmp_path):
    reading = read(tmp_path, '{"term": "Ego", "definition": "x", "see_also": ["Superego"]}')
    assert reading.notes == (
        "'Ego': see_also names 'Superego', which is no entry; no page will show it.",
    )


def test_several_files_are_one_glossary(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"term": "Ego", "definition": "One."}')
    (tmp_path / "b.csv").write_text("term,definition\nEgo,Two.\nId,x\n")
    reading = read_glossary([tmp_path / "a.jsonl", tmp_path / "b.csv"], title="Both")
    assert reading.glossary.entries[0].definitions == ("One.", "Two.")
    assert [file.name for file in reading.files] == ["a.jsonl", "b.csv"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("g.jsonl", '{"definition": "x"}', "g.jsonl:1: there is no term; every row needs one."),
        ("g.jsonl", '{"term": "Ego"}', "g.jsonl:1: term 'Ego' has no definition; add one or take"),
        ("g.jsonl", '{"term": "Ego", "definition": "  "}', "term 'Ego' has no definition"),
        (
            "g.jsonl",
            '{"id": "a", "term": "A", "definition": "x"}\n'
            '{"id": "a", "term": "B", "definition": "y"}\n',
            "g.jsonl:2: id 'a' stands already at",
        ),
        ("g.jsonl", '{"id": "a b", "term": "A", "definition": "x"}', "id 'a b' contains ' '"),
        ("g.jsonl", '{"term": "A\\u0007", "definition": "x"}', "control character U+0007"),
        ("g.jsonl", '{"term": "A", "definition": "\\ud800"}', "half of a surrogate pair"),
        ("g.jsonl", '{"term": "A\\nB", "definition": "x"}', "has a line break or a tab"),
        ("g.jsonl", '{"term": 5, "definition": "x"}', "term must be text, got 5; put it in quotes"),
        (
            "g.jsonl",
            '{"term": "A", "definitions": {"a": 1}}',
            "definitions must be a list of texts",
        ),
        ("g.jsonl", '{"term": "A", "definitions": ["x", 7]}', "definitions must be text, got 7"),
        ("g.jsonl", '{"term": "A" "definition": "x"}', "g.jsonl:1: this is not JSON"),
        ("g.jsonl", '["A", "x"]', "a line must be a JSON object, got ['A', 'x']"),
        ("g.jsonl", '{"term": "A", "term": "B", "definition": "x"}', "the key 'term' stands twice"),
        ("g.jsonl", "[" * 100_000, "nested too deeply"),
        ("g.jsonl", '{"term": "A", "definition": "' + LONG + '"}', "at most 1,048,576 are allowed"),
        ("g.jsonl", '{"term": "A", "meaning": "x"}', "unknown columns 'meaning': say which field"),
        ("g.jsonl", b"\xff\xfe{", "g.jsonl:1: byte 0xFF is not UTF-8; save the file as UTF-8, or"),
        ("g.jsonl", b'{"term": "A", "definition": "x"}\n\xe4', "g.jsonl:2: byte 0xE4 is not UTF-8"),
        ("g.jsonl", "", "g.jsonl: this file is empty."),
        ("g.csv", "term,definition\n", "g.csv: this file holds no entry."),
        ("g.csv", "term,definition\nEgo\n", "g.csv:2: this row has 1 cells and the header has 2"),
        ("g.csv", 'term,definition\nEgo,"x\nId,y\n', "is a quote missing?"),
        ("g.csv", f'term,definition\nEgo,"{LONG}"\n', "at most 1,048,576 are allowed"),
        ("g.csv", "Headword,Meaning\nEgo,x\n", "--map COLUMN=FIELD, or leave it out with --ignore"),
        ("g.csv", "term,Term,definition\nEgo,Ego,x\n", "two columns are the field 'term'"),
        ("g.txt", "x", "the suffix '.txt' tells no format; name one with --format jsonl|csv"),
    ],
)
def test_a_bad_file_gets_a_sentence_with_place_value_and_remedy(tmp_path, name, text, message):
    with pytest.raises(GlossaryError) as caught:
        read(tmp_path, text, name)
    assert message in str(caught.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(BadGlossaryError, match="there is no such file"):
        read_glossary([tmp_path / "absent.jsonl"])
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(BadGlossaryError, match="this is a folder; name the glossary file in it"):
        read_glossary([tmp_path / "folder.jsonl"])


def test_all_faults_are_told_together_twenty_of_them_and_the_count(tmp_path):
    with pytest.raises(BadGlossaryError) as caught:
        read(tmp_path, '{"term": "A"}\n' * 25)
    lines = str(caught.value).splitlines()
    assert len(caught.value.problems) == 25
    assert len(lines) == 21
    assert lines[-1] == "… and 5 more; 25 problems in all."


def test_faults_are_told_in_the_order_of_lines(tmp_path):
    with pytest.raises(BadGlossaryError) as caught:
        read(tmp_path, '{"term": "A"}\nnonsense\n{"term": "B"}\n')
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (Columns({"Word": "term"}), "there is no column 'Word' to map or ignore"),
        (Columns({}, frozenset({"Word"})), "there is no column 'Word' to map or ignore"),
    ],
)
def test_an_option_for_a_column_that_is_not_there_is_refused(tmp_path, columns, message):
    with pytest.raises(BadGlossaryError, match=message):
        read(tmp_path, "term,definition\nEgo,x\n", "g.csv", columns=columns)


def test_a_mapping_to_no_field_is_refused():
    with pytest.raises(GlossaryError, match="--map Word=headword: there is no field 'headword'"):
        Columns({"Word": "headword"})


def test_a_format_of_no_such_name_is_refused(tmp_path):
    with pytest.raises(GlossaryError, match="no format 'xls'; choose one of jsonl, csv"):
        read(tmp_path, "x", format_name="xls")


def test_a_format_by_name_beats_the_suffix(tmp_path):
    assert terms(read(tmp_path, "term,definition\nEgo,x\n", "g.txt", format_name="csv")) == ["Ego"]
