"""What is listed for what, and what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.errors import BadGlossaryError, BadQueryError, GlossaryError, UnknownCategoryError
from indexer.glossary import Entry
from indexer.relating import Asked, Format, Job, Measure, relate
from indexer.relating import job as job_module
from indexer.search import Searcher
from tests.fakes import WordEncoder, fears

SORTED = tuple(
    replace(entry, category=name)
    for entry, name in zip(
        fears().entries, ["A", "A", "A", "Kinds", "B", "B", None, "A"], strict=True
    )
)


@pytest.fixture
def snapshot(opened):
    return opened("fears", SORTED)


@pytest.fixture
def listed(snapshot, tmp_path):
    """Run a job and return the rows, or the bodies."""

    def run(asked, other=None, *, chosen=Format.JSONL, encoder=None, **options):
        path = tmp_path / "out.jsonl"
        relate(Job(asked, snapshot, other, encoder), path, chosen, **options)
        return [json.loads(line) for line in path.read_text().splitlines()]

    return run


def ids(rows):
    return [(row["source_id"], row["target_id"]) for row in rows]


def by_meaning(**options):
    return Asked(Measure.MEANING, **options)


def test_related_lists_are_rows_too_in_the_order_and_strength_of_the_pages(listed, snapshot):
    rows = listed(Asked(limit=2))
    lists = Searcher(snapshot, WordEncoder())
    want = [
        (entry.id, item.entry.id, item.strength, rank)
        for number, entry in enumerate(snapshot.entries)
        for rank, item in enumerate(lists.related(number, limit=2), start=1)
    ]
    got = [(r["source_id"], r["target_id"], r["strength"], r["rank"]) for r in rows]
    assert got == want


def test_terms_choose_the_sources_in_their_order_each_once(listed, tmp_path):
    (tmp_path / "t.txt").write_text("mood\nIrrational fear\n\n  Agoraphobia \nphobia\n")
    rows = listed(by_meaning(limit=1, terms=tmp_path / "t.txt"))
    assert [row["source_id"] for row in rows] == ["mood", "phobia", "agoraphobia"]
    rows = listed(Asked(limit=1, terms=tmp_path / "t.txt"))
    assert [row["source_id"] for row in rows] == ["mood", "phobia", "agoraphobia"]


def test_terms_that_are_no_entries_are_all_told(listed, tmp_path):
    (tmp_path / "t.txt").write_text("mood\nnothing\nagoraphobia\nnobody\n")
    with pytest.raises(BadGlossaryError, match=r"t\.txt:2: no entry .* 'nothing'") as caught:
        listed(by_meaning(terms=tmp_path / "t.txt"))
    assert [problem.line for problem in caught.value.problems] == [2, 4]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fears", "t.txt"]


def test_texts_are_compared_by_meaning(listed, snapshot, tmp_path):
    text = "dread of open crowds, and fear"
    (tmp_path / "t.txt").write_bytes(f"\ufefffear of   spiders\r\n\n{text}\n".encode())
    encoder = WordEncoder()
    rows = listed(by_meaning(limit=8, texts=tmp_path / "t.txt"), encoder=encoder)
    assert [row["source_id"] for row in rows] == ["1"] * 8 + ["3"] * 8
    assert {row["source_term"] for row in rows} == {"fear of spiders", text}
    vector = encoder.encode_queries([text])[0].astype(float)
    for row in rows[8:]:
        number = snapshot.entries.find(row["target_id"])
        best = (snapshot.index.rows(snapshot.rows_of(number)).astype(float) @ vector).max()
        assert row["score"] == pytest.approx(best, abs=1e-6)
    assert [r["score"] for r in rows[8:]] == sorted((r["score"] for r in rows[8:]), reverse=True)


def test_a_long_text_counts_to_its_end(listed, tmp_path):
    """70 words that mean nothing, more than the window of 64, then what it is about."""
    (tmp_path / "t.txt").write_text(f"{'x ' * 70}. Loss of memory.\n")
    (row,) = listed(by_meaning(limit=1, texts=tmp_path / "t.txt"), encoder=WordEncoder())
    assert row["target_id"] == "amnesia"


@pytest.mark.parametrize("chosen", [Format.JSONL, Format.BODIES])
def test_texts_have_related_lists_as_the_service_answers(listed, snapshot, tmp_path, chosen):
    (tmp_path / "t.txt").write_text("fear of spiders\n")
    asked = Asked(limit=3, texts=tmp_path / "t.txt")
    rows = listed(asked, encoder=WordEncoder(), chosen=chosen)
    want = Searcher(snapshot, WordEncoder()).related_to("fear of spiders", limit=3)
    if chosen is Format.BODIES:
        assert rows[0]["text"] == "fear of spiders"
        rows = [{"target_id": item["id"], **item} for item in rows[0]["related"]]
    assert [row["target_id"] for row in rows] == [item.entry.id for item in want]
    assert [row["strength"] for row in rows] == [item.strength for item in want]


def test_lines_that_are_no_texts_are_all_told(listed, tmp_path):
    (tmp_path / "t.txt").write_bytes(b"fear\n\xff\n" + b"x" * 2001 + b"\nsl\x00eep\n")
    with pytest.raises(BadGlossaryError, match=r"t\.txt:2: this line is not UTF-8") as caught:
        listed(by_meaning(texts=tmp_path / "t.txt"), encoder=WordEncoder())
    told = [str(problem) for problem in caught.value.problems]
    assert "t.txt:3: The query has 2,001 characters" in told[1]
    assert "t.txt:4: The query has a control character U+0000" in told[2]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_file_without_texts_is_told(listed, tmp_path, text):
    (tmp_path / "t.txt").write_text(text)
    with pytest.raises(BadGlossaryError, match=r"t\.txt: this file is empty"):
        listed(by_meaning(texts=tmp_path / "t.txt"), encoder=WordEncoder())


def test_every_pair_is_listed_once_and_above_the_strength(listed):
    rows = listed(by_meaning(limit=None))
    assert len({frozenset(pair) for pair in ids(rows)}) == len(rows) == 28
    strong = listed(by_meaning(limit=None, min_strength=20))
    assert ids(strong) == [
        pair for pair, row in zip(ids(rows), rows, strict=True) if row["strength"] >= 20
    ]
    assert 0 < len(strong) < 28


def test_categories_choose_what_is_listed_and_for_what(listed, snapshot):
    """Those of "A" are listed for those of "B", however many others are nearer."""
    everything = listed(by_meaning(limit=7))
    rows = listed(by_meaning(limit=2, category="a", source_category="B"))
    names = {entry.id: entry.category for entry in snapshot.entries}
    want = [p for p in ids(everything) if names[p[0]] == "B" and names[p[1]] == "A"]
    assert ids(rows) == want[:2] + want[4:6]
    assert [row["rank"] for row in rows] == [1, 2, 1, 2]
    within = listed(by_meaning(limit=None, category="A", source_category="A"))
    assert {frozenset(pair) for pair in ids(within)} == {
        frozenset(p) for p in ids(everything) if names[p[0]] == names[p[1]] == "A"
    }


@pytest.mark.parametrize("chosen", [Format.JSONL, Format.BODIES])
def test_filters_take_out_of_whole_related_lists(listed, snapshot, chosen):
    rows = listed(Asked(limit=2, category="A", min_strength=1), chosen=chosen)
    searcher = Searcher(snapshot, WordEncoder())
    want = [
        (entry.id, item.entry.id)
        for number, entry in enumerate(snapshot.entries)
        for item in [
            item
            for item in searcher.related(number, limit=50)
            if item.entry.category == "A" and item.strength >= 1
        ][:2]
    ]
    if chosen is Format.BODIES:
        assert len(rows) == 8
        rows = [
            {"source_id": r["id"], "target_id": item["id"]} for r in rows for item in r["related"]
        ]
    assert ids(rows) == want


def test_a_long_list_is_made_of_a_few_sources_at_a_time(listed, monkeypatch):
    whole = listed(by_meaning(limit=6))
    monkeypatch.setattr("indexer.relating.comparing._CANDIDATES_AT_ONCE", 18)
    assert listed(by_meaning(limit=6)) == whole


def test_two_glossaries_are_compared_the_same_title_too(listed, opened):
    other = opened("other", [Entry("a", "Mood", ("A mood.",)), Entry("b", "Rest", ("Sleep.",))])
    rows = listed(by_meaning(limit=1), other)
    assert len(rows) == 8
    assert ("mood", "a") in ids(rows)
    assert ("insomnia", "b") in ids(rows)
    assert len(listed(by_meaning(limit=None), other)) == 16


def test_strength_tells_how_rare_a_cosine_is_by_chance(opened, tmp_path):
    """100 entries: the share of random pairs that are as strong is what strength says."""
    random = np.random.default_rng(0)

    class Random(WordEncoder):
        def encode_documents(self, texts, progress=None):
            return unit_rows(random.normal(size=(len(texts), 11)))

    entries = [Entry(f"e{n}", f"Term {n}", (f"Definition {n}.",)) for n in range(100)]
    snapshot = opened("many", entries, Random())
    relate(Job(by_meaning(limit=None), snapshot), tmp_path / "r.jsonl", Format.JSONL)
    rows = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert len(rows) == 100 * 99 / 2
    for value in (20, 40):
        share = sum(row["strength"] >= value for row in rows) / len(rows)
        assert share == pytest.approx(10 ** (-value / 20), rel=0.2)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(limit=51), "limit must be between 1 and 50, got 51"),
        (by_meaning(limit=0), "limit must be 1 or more, got 0"),
        (Asked(limit=None), "Related lists hold no all pairs; use the measure meaning"),
        (by_meaning(min_strength=101), "min_strength must be between 0 and 100, got 101"),
        (by_meaning(terms="t", texts="t"), "give them alone"),
        (by_meaning(terms="t", source_category="A"), "chooses among all entries; name no file"),
    ],
)
def test_what_does_not_go_together_is_refused(listed, asked, message):
    with pytest.raises(BadQueryError, match=message):
        listed(asked)


def test_what_only_meaning_tells_is_refused_of_lists(listed, opened):
    other = opened("other", fears().entries)
    with pytest.raises(BadQueryError, match="hold no pairs of two glossaries; use the measure"):
        listed(Asked(), other)
    with pytest.raises(BadQueryError, match="name another format for pairs by meaning"):
        listed(by_meaning(), chosen=Format.BODIES)


def test_an_unknown_category_is_refused_with_those_there_are(listed):
    for asked in (by_meaning(category="C"), Asked(category="C"), Asked(source_category="C")):
        with pytest.raises(UnknownCategoryError, match="no category 'C' here; known: A, B, Kinds"):
            listed(asked)


@pytest.mark.parametrize(
    ("encoder", "message"),
    [
        (WordEncoder("others"), r"different encoders \(words and others\).*same --model"),
        (WordEncoder(precision="bf16"), r"different precisions \(f32 and bf16\).*machines alike"),
    ],
)
def test_glossaries_of_other_vectors_are_refused(listed, opened, encoder, message):
    with pytest.raises(BadQueryError, match=message):
        listed(by_meaning(), opened("other", fears().entries, encoder))


def test_far_too_many_pairs_need_a_strength(listed, monkeypatch):
    monkeypatch.setattr(job_module, "MOST_UNFILTERED", 63)
    with pytest.raises(
        BadQueryError, match=r"There are 64 pairs; say with min_strength how strong"
    ):
        listed(by_meaning(limit=None))
    assert len(listed(by_meaning(limit=None, min_strength=0))) == 28


def test_an_output_that_cannot_be_written_is_told(snapshot, tmp_path):
    path = tmp_path / "absent" / "r.csv"
    with pytest.raises(GlossaryError, match=r"absent/r\.csv cannot be written: No such file"):
        relate(Job(Asked(), snapshot), path, Format.CSV)
