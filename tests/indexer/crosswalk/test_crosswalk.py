"""Links proposed between two glossaries: scores, choice, evidence, tables."""

import csv
import io

import numpy as np
import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.crosswalk import Predicate, crosswalk, csv_lines, sssom_lines
from indexer.crosswalk import pairs as pairs_module
from indexer.crosswalk.pairs import Pairs
from indexer.errors import BadQueryError
from indexer.glossary import Entry
from indexer.lexical import Words
from indexer.related import word_vectors
from tests.fakes import WordEncoder

ONE = (
    Entry("dread", "Dread", ("Fear of open crowds.",)),
    Entry("slumber", "Slumber", ("Sleep with dreams.",)),
    Entry("bank", "Bank", ("Edge of a water.", "Side where water ends.")),
    Entry("temper", "Temper", ("Lasting mood of a person.",), aliases=("Humor",)),
)
OTHER = (
    Entry("humor", "Humor!", ("Mood that lasts.",), hidden_labels=("Slumber",)),
    Entry("rest", "Rest", ("Dreams in sleep.",)),
    Entry("bank", "BANK", ("House of money, memory of loss.",)),
    Entry("horror", "Horror", ("Crowds, open fear.",)),
    Entry("shore", "Shore", ("Water at an edge.",)),
)


@pytest.fixture
def sides(opened):
    return opened("one", ONE), opened("other", OTHER)


def links(found):
    return [(one.one.id, one.predicate, one.other.id) for one in found]


def judged(one, other):
    """The judge: every pair by itself, scored as the docstrings say."""
    words = Words("en")
    stems = [words.all_of(entry) for side in (one, other) for entry in side.entries]
    weights = word_vectors(stems).toarray()
    count, others = len(one.entries), len(other.entries)
    scores = np.zeros((count, others))
    for n in range(count):
        for m in range(others):
            meaning = max(
                float(a @ b)
                for a in one.index.rows(one.rows_of(n))
                for b in other.index.rows(other.rows_of(m))
            )
            scores[n, m] = (meaning + float(weights[n] @ weights[count + m])) / 2
    ours = 0.2 * np.sort(scores, axis=1)[:, -5:].mean(axis=1)
    theirs = 0.2 * np.sort(scores, axis=0)[-5:].mean(axis=0)
    return scores - ours[:, None] - theirs[None, :]


@pytest.mark.parametrize("block_bytes", [1, 200, 64 << 20])
def test_scores_agree_with_every_pair_looked_at_whatever_the_block(sides, block_bytes):
    pairs, want = Pairs.of(*sides, block_bytes=block_bytes), judged(*sides)
    np.testing.assert_allclose(pairs.all_scores(), want, atol=1e-5)
    closest = pairs.closest(3)
    order = np.argsort(-want, axis=1, kind="stable")[:, :3]
    np.testing.assert_array_equal(closest.numbers, order)
    np.testing.assert_allclose(closest.scores, np.take_along_axis(want, order, 1), atol=1e-5)
    np.testing.assert_array_equal(closest.back, want.argmax(axis=0))


def test_more_blocks_than_the_nearest_count_lose_no_hub(opened):
    """Twelve entries in blocks of one: the nearest of each other entry come from all of them."""
    kinds = ("fear", "sleep", "water", "mood")
    many = [Entry(f"e{n}", f"T{n}", (f"Of {kinds[n % 4]} {n}.",)) for n in range(12)]
    one, other = opened("one", many), opened("other", OTHER)
    want = judged(one, other)
    np.testing.assert_allclose(Pairs.of(one, other, block_bytes=1).all_scores(), want, atol=1e-5)


def test_terms_of_the_same_title_or_meaning_are_proposed_with_their_evidence(sides):
    found = {(one.one.id, one.other.id): one for one in crosswalk(*sides, limit=1)}
    assert set(found) >= {("temper", "humor"), ("bank", "bank"), ("dread", "horror")}
    temper = found["temper", "humor"]
    assert (temper.title, temper.predicate, temper.mutual) == ("Humor", Predicate.EQUAL, True)
    assert temper.shared_words == ("lasting", "mood")
    dread = found["dread", "horror"]
    assert (dread.title, dread.mutual, dread.shared_words) == (
        None,
        True,
        ("fear", "open", "crowds"),
    )


def test_a_common_title_with_another_meaning_is_close_and_not_equal(sides):
    (bank,) = [one for one in crosswalk(*sides, limit=1) if one.one.id == "bank"]
    assert (bank.other.id, bank.title, bank.mutual) == ("bank", "Bank", False)
    assert bank.predicate is Predicate.CLOSE
    assert bank.strength < 40


def test_a_hidden_label_is_no_common_title(sides):
    assert ("slumber", "humor") not in {
        (one.one.id, one.other.id) for one in crosswalk(*sides, limit=1)
    }


def test_what_is_not_mutual_is_related_and_the_limit_is_kept(sides):
    found = crosswalk(*sides, limit=2, min_strength=0)
    assert len(found) == 8
    others = [one for one in found if one.title is None and not one.mutual]
    assert {one.predicate for one in others} == {Predicate.RELATED}
    assert all(one.predicate is not Predicate.RELATED for one in found if one.title)


def test_a_link_without_a_title_needs_the_strength(sides):
    found = crosswalk(*sides, limit=3, min_strength=100)
    assert [one.one.id for one in found if one.strength < 100] == ["bank"]


def test_one_to_one_gives_every_term_one_link_and_titles_come_first(sides):
    found = crosswalk(*sides, min_strength=0, one_to_one=True)
    assert [(one.one.id, one.other.id) for one in found] == [
        ("dread", "horror"),
        ("slumber", "rest"),
        ("bank", "bank"),
        ("temper", "humor"),
    ]


def test_one_to_one_is_best_as_a_whole(opened):
    """Both are closest to the first; the second gains more by it."""
    one = opened("one", [Entry("a", "A", ("Fear, sleep.",)), Entry("b", "B", ("Fear.",))])
    other = opened("other", [Entry("x", "X", ("Fear.",)), Entry("y", "Y", ("Sleep.",))])
    alone = crosswalk(one, other, limit=1, min_strength=0)
    assert [pair.other.id for pair in alone][1] == "x"
    whole = crosswalk(one, other, min_strength=0, one_to_one=True)
    assert [(pair.one.id, pair.other.id) for pair in whole] == [("a", "y"), ("b", "x")]


def test_too_many_pairs_for_an_assignment_are_refused(sides, monkeypatch):
    monkeypatch.setattr(pairs_module, "MOST_ASSIGNED", 19)
    with pytest.raises(BadQueryError, match="4 and 5 entries would hold 20 pairs, at most 19"):
        crosswalk(*sides, one_to_one=True)


def test_other_encoders_are_refused(opened):
    one, other = opened("one", ONE), opened("other", OTHER, WordEncoder("others"))
    with pytest.raises(BadQueryError, match=r"different encoders \(words and others\)"):
        crosswalk(one, other)


def test_the_csv_has_a_row_a_proposal_and_reads_back(sides):
    found = crosswalk(*sides, limit=1)
    rows = list(csv.DictReader(io.StringIO("\n".join(csv_lines(found)))))
    assert len(rows) == len(found)
    bank = next(row for row in rows if row["one_id"] == "bank")
    assert (bank["link"], bank["other_term"], bank["same_title"]) == ("close", "BANK", "Bank")
    assert bank["other_definition"] == "House of money, memory of loss."
    assert float(bank["strength"]) == next(one.strength for one in found if one.one.id == "bank")


def test_the_sssom_file_has_its_metadata_and_declared_prefixes(sides):
    found = crosswalk(*sides, limit=1)
    one, other = (side.manifest for side in sides)
    addresses = ("https://one.example/", "https://other.example/")
    lines = list(sssom_lines(found, one, other, addresses=addresses))
    head = [line for line in lines if line.startswith("#")]
    assert head[:4] == [
        "#curie_map:",
        '#  A: "https://one.example/"',
        '#  B: "https://other.example/"',
        '#mapping_set_id: "urn:glossary:crosswalk:one-other"',
    ]
    assert any(line.startswith("#license: ") for line in head)
    rows = list(csv.DictReader(lines[len(head) :], delimiter="\t"))
    bank = next(row for row in rows if row["subject_id"] == "A:bank")
    assert bank["predicate_id"] == "skos:closeMatch"
    assert bank["object_id"] == "B:bank"
    assert bank["mapping_justification"] == "semapv:CompositeMatching"
    assert 0 <= float(bank["similarity_score"]) < 0.4
    dread = next(row for row in rows if row["subject_id"] == "A:dread")
    assert dread["mapping_justification"] == "semapv:SemanticSimilarityThresholdMatching"
    assert dread["comment"] == "each is the other's closest; shared words: fear, open, crowds"


@pytest.mark.parametrize("name", ["links.csv", "links.tsv"])
def test_the_command_writes_a_table_and_tells_counts(sides, tmp_path, name):
    folders = [str(side.layout.folder.parent) for side in sides]
    output = str(tmp_path / name)
    done = CliRunner().invoke(main, ["crosswalk", *folders, "--output", output, "--limit", "1"])
    assert done.exit_code == 0, done.output
    found = crosswalk(*sides, limit=1)
    assert done.stdout.startswith(f"Wrote {len(found)} proposals to {output}: ")
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert ("urn:glossary:one:" in text) == name.endswith(".tsv")


def test_the_command_refuses_other_tables_and_addresses_for_csv(sides, tmp_path):
    folders = [str(side.layout.folder.parent) for side in sides]
    done = CliRunner().invoke(main, ["crosswalk", *folders, "--output", str(tmp_path / "x.xlsx")])
    assert (done.exit_code, "name a file that ends with .csv" in done.stderr) == (1, True)
    options = ["--output", str(tmp_path / "x.csv"), "--address-a", "https://a.example/"]
    done = CliRunner().invoke(main, ["crosswalk", *folders, *options])
    assert (done.exit_code, "are for SSSOM" in done.stderr) == (2, True)
    assert not (tmp_path / "x.csv").exists()
