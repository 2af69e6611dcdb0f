"""Editors' rules: read, refused, stale, applied when a snapshot is built, and shown."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from indexer.build import BuildReport, build
from indexer.errors import BadGlossaryError, BadSnapshotError
from indexer.formats import SourceFile
from indexer.glossary import Entry, Glossary
from indexer.overrides import Arrangement, load_overrides, read_overrides, save_overrides
from indexer.related import relate_all
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import Prepared, WordEncoder, fears

# fears(): 0 agoraphobia, 1 arachnophobia, 2 aquaphobia, 3 phobia, 4 nightmare, 5 amnesia,
# 6 insomnia, 7 mood. "Arachnophobia" has a see-also to "Nightmare".


@pytest.fixture
def rules(tmp_path):
    """Write rules, given as dicts or as raw lines, to a file."""

    def write(*lines):
        path = tmp_path / "rules.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        return path

    return write


@dataclass
class Built:
    """``fears()`` built with rules."""

    report: BuildReport
    searcher: Searcher

    def items(self, entry_id):
        return self.searcher.related(self.searcher.number_of(entry_id), limit=50)

    def ids(self, entry_id):
        return [item.entry.id for item in self.items(entry_id)]


@pytest.fixture
def built(tmp_path, rules):
    """Build ``fears()`` with rules, or without any."""

    def make(*lines):
        overrides = read_overrides(rules(*lines), fears()) if lines else None
        index = tmp_path / f"index-{len(lines)}"
        report = build(fears(), index, overrides=overrides, prepare=Prepared(WordEncoder()))
        return Built(report, Searcher(open_current(index), WordEncoder()))

    return make


@pytest.fixture
def plain(built):
    """The related lists without rules."""
    return built().ids


def test_names_are_ids_terms_or_aliases_and_a_name_alone_is_a_list_of_one(rules):
    path = rules(
        {"entry": "agoraphobia", "pin": "Irrational fear"},
        {"entry": "AGORAPHOBIA", "pin": ["mood", "Nightmare"], "note": "seen together"},
        "",
        {"entry": "Mood", "cap": 0},
        {"entry": "Mood", "block": "amnesia"},
        {"entry": "phobia", "order": ["Mood", "Amnesia"]},
    )
    found = read_overrides(path, fears())
    assert found.of(0) == Arrangement(pins=(3, 7, 4))
    assert found.of(7) == Arrangement(blocks=(5,), cap=0)
    assert found.of(3) == Arrangement(order=(7, 5))
    assert found.of(1) == Arrangement()
    assert (found.stale, found.source) == ((), SourceFile.of(path))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "this is not JSON"),
        ("[]", "a line must be a JSON object, got"),
        ('{"entry": "Mood", "cap": 1, "cap": 2}', "the key 'cap' stands twice"),
        (
            {"entry": "Mood", "pins": "Amnesia"},
            "'pins' is no field of a rule; there are entry, pin",
        ),
        ({"pin": "Amnesia"}, "entry must name an entry, got None"),
        ({"entry": " ", "pin": "Amnesia"}, "entry must name an entry, got ' '"),
        ({"entry": "Mood"}, "a rule has one of pin, block, order, cap, this line has none"),
        ({"entry": "Mood", "pin": "Amnesia", "cap": 2}, "this line has pin and cap"),
        ({"entry": "Mood", "cap": -1}, "cap must be a whole number, 0 or more, got -1"),
        ({"entry": "Mood", "cap": True}, "cap must be a whole number, 0 or more, got True"),
        ({"entry": "Mood", "pin": []}, r"pin must be a name or a list of names, got \[\]"),
        ({"entry": "Mood", "block": 3}, "block must be a name or a list of names, got 3"),
        ({"entry": "Mood", "order": ["Amnesia", 3]}, "order must have names only, got 3"),
        ({"entry": "Mood", "pin": "mood"}, "names 'mood', which is the same term"),
        ({"entry": "Mood", "pin": ["amnesia", "Amnesia"]}, "stands already in line 2; keep one"),
    ],
)
def test_a_line_that_is_no_rule_is_refused_by_number(rules, line, message):
    path = rules({"entry": "Phobia", "cap": 3}, line)
    with pytest.raises(BadGlossaryError, match=rf"rules.jsonl:2: .*{message}"):
        read_overrides(path, fears())


def test_all_faults_are_told_at_once_in_the_order_of_lines(rules):
    path = rules({"entry": "Mood", "cap": "x"}, {"entry": "Mood", "cap": 1}, "{", {"entry": 1})
    with pytest.raises(BadGlossaryError, match=r"rules\.jsonl:1: cap must") as raised:
        read_overrides(path, fears())
    assert [problem.line for problem in raised.value.problems] == [1, 3, 4]


def test_rules_that_contradict_each_other_are_refused(rules):
    path = rules(
        {"entry": "Mood", "pin": ["Amnesia", "Phobia"]},
        {"entry": "Mood", "block": "Amnesia"},
        {"entry": "Mood", "cap": 1},
        {"entry": "Mood", "cap": 4},
        {"entry": "Phobia", "order": "Mood"},
        {"entry": "Phobia", "order": "Amnesia"},
    )
    with pytest.raises(BadGlossaryError, match="block 'Amnesia' of 'Mood'") as raised:
        read_overrides(path, fears())
    assert [(problem.line, problem.message) for problem in raised.value.problems] == [
        (2, "block 'Amnesia' of 'Mood', which another line wants; keep one."),
        (
            3,
            "cap 1 of 'Mood' leaves no room for the 2 entries that are pinned and ordered; raise "
            "it, or take some out.",
        ),
        (4, "cap of 'Mood' stands already in line 3; keep one."),
        (6, "order of 'Phobia' stands already in line 5; keep one."),
    ]


def test_a_row_too_long_is_refused_by_its_size(rules):
    path = rules({"entry": "Mood", "pin": "x" * (1 << 20)})
    with pytest.raises(BadGlossaryError, match="this row has 1,048,6"):
        read_overrides(path, fears())


def test_names_of_no_entry_make_a_rule_stale_and_the_rest_counts(rules):
    path = rules(
        {"entry": "Gone", "cap": 1},
        {"entry": "Mood", "pin": ["Lost", "Amnesia"]},
    )
    found = read_overrides(path, fears())
    assert found.of(7).pins == (5,)
    assert found.stale == (
        f"{path}:1: 'Gone' is no entry; take it out or mend the name.",
        f"{path}:2: pin of 'Mood' names 'Lost', no entry; take it out or mend the name.",
    )


def test_pins_come_first_in_their_order_and_are_marked_as_curated(built, plain):
    found = built({"entry": "phobia", "pin": ["Insomnia", "Mood"]})
    others = [one for one in plain("phobia") if one not in ("insomnia", "mood")]
    assert found.ids("phobia") == ["insomnia", "mood", *others]
    # "Phobia" has a see-also to "Agoraphobia".
    curated = [item.entry.id for item in found.items("phobia") if item.curated]
    assert curated == ["insomnia", "mood", "agoraphobia"]
    # A pin is of one list: "Mood" does not show it.
    assert [item.curated for item in found.items("mood") if item.entry.id == "phobia"] == [False]


def test_a_pin_keeps_the_score_that_was_measured(built):
    pinned = built({"entry": "phobia", "pin": "Mood"}).items("phobia")
    measured = {item.entry.id: (item.score, item.bars) for item in built().items("phobia")}
    assert {item.entry.id: (item.score, item.bars) for item in pinned} == measured


def test_a_block_beats_a_see_also_and_is_of_one_list(built, plain):
    assert "nightmare" in plain("arachnophobia")
    found = built({"entry": "arachnophobia", "block": "Nightmare"})
    assert found.ids("arachnophobia") == [x for x in plain("arachnophobia") if x != "nightmare"]
    assert found.ids("nightmare") == plain("nightmare")


def test_order_comes_before_pins_and_pins_before_the_rest(built, plain):
    found = built(
        {"entry": "phobia", "order": ["Amnesia", "Insomnia"]},
        {"entry": "phobia", "pin": ["Mood", "Insomnia"]},
    )
    rest = [one for one in plain("phobia") if one not in ("amnesia", "insomnia", "mood")]
    assert found.ids("phobia") == ["amnesia", "insomnia", "mood", *rest]


@pytest.mark.parametrize("cap", [0, 2])
def test_a_cap_cuts_the_list(built, plain, cap):
    found = built({"entry": "phobia", "cap": cap})
    assert found.ids("phobia") == plain("phobia")[:cap]
    assert found.report.counts.related == 7 * 7 + cap


def test_a_diverse_list_keeps_pins_and_may_be_empty(built):
    found = built({"entry": "phobia", "pin": "Mood"}, {"entry": "amnesia", "cap": 0})
    diverse = found.searcher.related(3, limit=2, diverse=True)
    assert diverse[0].entry.id == "mood"
    assert found.searcher.related(5, limit=2, diverse=True) == []


def test_rules_for_pairs_that_are_gone_are_stale(rules):
    """Six entries on a line, lists of two: the next ones are the closest."""
    entries = tuple(Entry(f"e{n}", f"T{n}", ("x",)) for n in range(6))
    glossary = Glossary(entries, title="t")
    angles = np.arange(6) * 0.1
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype("f4")
    path = rules(
        {"entry": "e0", "block": ["e1", "e5"]},
        {"entry": "e0", "order": ["e4", "e2"]},
        {"entry": "e5", "pin": "e0"},
    )
    overrides = read_overrides(path, glossary)
    owners, stems = np.arange(6, dtype="i4"), [["x"]] * 6
    relations = relate_all(glossary, rows, owners, stems, overrides=overrides, most=2)
    assert relations.lists.numbers[0].tolist() == [2, 3]
    assert relations.lists.numbers[5].tolist() == [0, 4]
    assert relations.stale == (
        f"{path}:1: block 'T5' of 'T0': it would not be listed anyway; take it out.",
        f"{path}:2: order 'T4' of 'T0': it is not in the list; pin it, or take it out.",
    )


def test_a_pinned_entry_stands_for_others_of_its_term(rules):
    terms = ("Mood", "Sleep", "sleep", "Dream")
    entries = tuple(Entry(f"e{n}", term, ("x",)) for n, term in enumerate(terms))
    glossary = Glossary(entries, title="t")
    rows = np.array([[1, 0], [1, 0.1], [1, 0.9], [1, 0.5]], dtype="f4")
    overrides = read_overrides(rules({"entry": "e0", "pin": "e2"}), glossary)
    owners, stems = np.arange(4, dtype="i4"), [["x"]] * 4
    plain = relate_all(glossary, rows, owners, stems, most=3)
    ruled = relate_all(glossary, rows, owners, stems, overrides=overrides, most=3)
    assert plain.lists.numbers[0].tolist() == [1, 3, -1]
    assert ruled.lists.numbers[0].tolist() == [2, 3, -1]


def test_a_build_tells_all_stale_rules(built, tmp_path):
    report = built({"entry": "gone", "cap": 2}, {"entry": "phobia", "cap": 2}).report
    path = tmp_path / "rules.jsonl"
    assert report.stale == (f"{path}:1: 'gone' is no entry; take it out or mend the name.",)


def test_the_manifest_names_the_file_and_the_snapshot_keeps_the_rules(built, tmp_path):
    snapshot = built({"entry": "phobia", "pin": "Mood"}).searcher.snapshot
    assert snapshot.manifest.overrides == SourceFile.of(tmp_path / "rules.jsonl")
    assert snapshot.overrides.of(3) == Arrangement(pins=(7,))
    assert built().searcher.snapshot.manifest.overrides is None


def test_a_build_that_forgets_the_rules_of_the_live_one_warns(rules, tmp_path, caplog):
    prepare, index = Prepared(WordEncoder()), tmp_path / "index"
    overrides = read_overrides(rules({"entry": "phobia", "cap": 2}), fears())
    build(fears(), index, overrides=overrides, prepare=prepare)
    assert caplog.messages == []
    build(fears(), index, prepare=prepare)
    assert caplog.messages == ["The live snapshot has the overrides of rules.jsonl; this one none."]


def test_what_is_saved_is_read_again_by_ids(tmp_path, rules):
    overrides = read_overrides(
        rules({"entry": "mood", "pin": "amnesia"}, {"entry": "mood", "cap": 3}), fears()
    )
    save_overrides(tmp_path / "saved", overrides, fears().entries)
    turned = {entry.id: 7 - number for number, entry in enumerate(fears().entries)}
    assert load_overrides(tmp_path / "saved", turned.get).of(0) == Arrangement((2,), (), (), 3)
    with pytest.raises(ValueError, match="overrides of 'mood' name what is no entry"):
        load_overrides(tmp_path / "saved", {"mood": 1}.get)


def test_a_snapshot_without_its_rules_is_refused(tmp_path, make_index):
    index = make_index()
    (open_current(index).layout.overrides).unlink()
    with pytest.raises(BadSnapshotError, match=r"overrides\.jsonl is missing"):
        open_current(index)
