import numpy as np
import pytest

from indexer.pairing import Looking, Question, likely, looking
from indexer.pairing.every import Every
from indexer.pairing.likely import Likely
from indexer.pairing.meaning import Meaning
from indexer.related import relate_all
from indexer.scoring import FewScores, further_away
from indexer.vectors import rough
from tests.indexer.pairing.conftest import assert_same
from tests.indexer.test_vectors import KINDS


@pytest.fixture(params=KINDS)
def few_bits(request, monkeypatch):
    """Every glossary is a large one, on a machine that multiplies in few bits."""
    monkeypatch.setattr(looking, "_LARGE", 1)
    for module in (looking, rough):
        monkeypatch.setattr(module, "quickest", lambda: request.param)
    monkeypatch.setattr(likely, "_BLOCK", 400)


@pytest.mark.parametrize(
    ("near", "crowd"), [(0.6, 4), (3.0, 8192)], ids=["few near, some left", "many near, none left"]
)
def test_lists_are_those_of_all_pairs_looked_at(
    material, expected, few_bits, near, crowd, monkeypatch
):
    monkeypatch.setattr(likely, "_NEAR", near)
    monkeypatch.setattr(likely, "_CROWD", crowd)
    assert_same(material.related(), expected)


def test_few_entries_are_compared_with_all(material, few_bits, monkeypatch):
    compared, handled = [], []
    monkeypatch.setattr(
        Every, "look", lambda _every, _question, _handle, among, _progress: compared.extend(among)
    )
    with Looking.opened(material.evidence) as pairs:
        pairs.way.look(
            Question(lambda _number: 20),
            lambda number, _scores: handled.append(number),
            np.arange(1500),
            lambda _done: None,
        )
    assert sorted(compared + handled) == [*range(1500)]
    assert len(compared) < 150


def test_entries_asked_for_are_handled_with_all_that_is_closest(material, few_bits):
    evidence = material.evidence
    found: dict[int, FewScores] = {}
    some = np.array([3, 4, 500, 1499])
    with Looking.opened(evidence) as pairs:
        pairs.way.look(Question(lambda _number: 20), found.__setitem__, some, lambda _done: None)
    assert sorted(found) == some.tolist()
    for number, scores in found.items():
        others = np.flatnonzero(evidence.terms.numbers != evidence.terms.numbers[number])
        exact = evidence.pair_scores(np.full(len(others), number), others)
        closest = others[np.argsort(-exact)[:20]]
        assert np.isin(closest, scores.numbers).all()
        assert (np.diff(scores.numbers) > 0).all()


def test_progress_counts_each_entry_once_a_look(material, few_bits):
    counts: list[int] = []
    material.related(progress=counts.append)
    assert sum(counts) == 3000
    assert len(counts) > 8


def test_what_goes_wrong_in_a_thread_is_raised(material, few_bits):
    def handle(_number, _scores):
        raise ValueError("broken")

    with (
        Looking.opened(material.evidence) as pairs,
        pytest.raises(ValueError, match="broken"),
    ):
        pairs.way.look(Question(lambda _number: 20), handle, np.arange(1500), lambda _done: None)


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
    found = Meaning.of(evidence, lost).near(np.arange(300, 700), 40)
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
