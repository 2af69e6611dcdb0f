import json

import numpy as np
import pytest

from indexer.overrides import read_overrides
from indexer.pairing import Looking, Question, likely, looking
from indexer.pairing.every import Every
from indexer.pairing.likely import Likely
from indexer.pairing.meaning import Meaning
from indexer.related import relate_all
from indexer.scoring import further_away
from indexer.vectors import rough
from tests.indexer.test_vectors import KINDS

NONE = np.empty(0, dtype=np.int64)


@pytest.fixture(params=KINDS)
def few_bits(request, monkeypatch):
    """Every glossary is a large one, on a machine that multiplies in few bits."""
    monkeypatch.setattr(looking, "_LARGE", 1)
    for module in (looking, rough):
        monkeypatch.setattr(module, "quickest", lambda: request.param)
    monkeypatch.setattr(likely, "_BLOCK", 400)


def related(material, **options):
    return relate_all(material.glossary, material.rows, material.owners, material.stems, **options)


@pytest.fixture(scope="module")
def rules(tmp_path_factory, material):
    lines = [
        {"entry": "e5", "block": [f"e{n}" for n in range(45, 1500, 40)]},
        {"entry": "e6", "pin": ["e77", "e9"]},
        {"entry": "e8", "order": ["e48", "e1200"]},
    ]
    path = tmp_path_factory.mktemp("rules") / "rules.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return read_overrides(path, material.glossary)


@pytest.fixture(scope="module")
def expected(material, rules):
    return related(material, most=6, overrides=rules)


@pytest.mark.parametrize("crowd", [4, 8192], ids=["some left", "none left"])
@pytest.mark.parametrize("near", [0.6, 3.0], ids=["few near", "many near"])
def test_lists_are_those_of_all_pairs_looked_at(
    material, rules, expected, few_bits, near, crowd, monkeypatch
):
    monkeypatch.setattr(likely, "_NEAR", near)
    monkeypatch.setattr(likely, "_CROWD", crowd)
    found = related(material, most=6, overrides=rules)
    assert found.lists.numbers.tolist() == expected.lists.numbers.tolist()
    np.testing.assert_allclose(found.lists.scores, expected.lists.scores, atol=1e-6)
    np.testing.assert_allclose(found.lists.hubness, expected.lists.hubness, atol=1e-6)
    np.testing.assert_allclose(found.chance_scores, expected.chance_scores, atol=1e-6)
    assert found.stale == expected.stale


def test_few_entries_are_compared_with_all(material, few_bits, monkeypatch):
    compared, handled = [], []

    def look(_every, _question, _handle, among):
        compared.extend(among)
        yield len(among)

    monkeypatch.setattr(Every, "look", look)
    question = Question(lambda _number: 20, lambda _number: NONE)
    with Looking.opened(material.evidence) as pairs:
        done = sum(pairs.at(question, lambda number, _scores: handled.append(number)))
    assert sorted(compared + handled) == [*range(done)] == [*range(1500)]
    assert len(compared) < 150


def test_progress_counts_each_entry_once_a_look(material, few_bits):
    counts: list[int] = []
    related(material, progress=counts.append)
    assert sum(counts) == 3000
    assert len(counts) > 8


def test_what_goes_wrong_in_a_thread_is_raised(material, few_bits):
    def look(_number, _scores):
        raise ValueError("broken")

    question = Question(lambda _number: 20, lambda _number: NONE)
    with (
        Looking.opened(material.evidence) as pairs,
        pytest.raises(ValueError, match="broken"),
    ):
        list(pairs.at(question, look))


def test_equal_entries_are_listed_in_entry_order(material, few_bits):
    rows, stems = material.rows.copy(), list(material.stems)
    same = np.arange(100, 1100)
    rows[np.isin(material.owners, same)] = rows[0]
    for number in same:
        stems[number] = stems[0]
    lists = relate_all(material.glossary, rows, material.owners, stems, most=6).lists
    assert lists.numbers[600].tolist() == [0, 100, 101, 102, 103, 104]


@pytest.mark.parametrize("hubs", [False, True])
def test_nothing_that_is_left_out_is_nearer_than_told(material, few_bits, hubs):
    evidence = material.evidence
    lost = np.random.default_rng(2).uniform(0.02, 0.2, 1500).astype("f4") if hubs else None
    found = Meaning.of(evidence, lost).near(300, 700, 40)
    starts = evidence.starts
    cosines = evidence.unit[starts[300] : starts[700]] @ evidence.unit.T
    cosines = np.maximum.reduceat(cosines, starts[:-1], axis=1)
    cosines = np.maximum.reduceat(cosines, starts[300:700] - starts[300], axis=0)
    if lost is not None:
        cosines -= further_away(lost)
    one, other = np.divmod(found.keys, 1500)
    assert (one.min(), one.max()) == (300, 699)
    cosines[one - 300, other] = -np.inf
    left_out = cosines.max(axis=1)
    assert (left_out <= found.beyond).all()
    # Nor is the bound a matter of course.
    assert np.median(found.beyond - left_out) < 0.05


def test_glossaries_of_usual_size_and_machines_without_few_bits_compare_all(material, monkeypatch):
    for large, able in ((10_000, True), (1, False)):
        monkeypatch.setattr(looking, "_LARGE", large)
        monkeypatch.setattr(looking, "quickest", lambda able=able: object() if able else None)
        with Looking.opened(material.evidence) as pairs:
            assert not isinstance(pairs.way, Likely)
