import numpy as np

from indexer.pairing import Terms
from indexer.scoring import pair_score
from tests.indexer.test_related import glossary_of


def test_a_pair_scores_as_its_closest_rows_and_shared_words_do(material):
    evidence = material.evidence
    random = np.random.default_rng(0)
    one, other = random.integers(0, 1500, (2, 5000))
    cosines = evidence.unit @ evidence.unit.T
    closest = np.maximum.reduceat(cosines, evidence.starts[:-1], axis=0)
    closest = np.maximum.reduceat(closest, evidence.starts[:-1], axis=1)
    words = evidence.words.toarray()
    expected = pair_score(closest[one, other], (words[one] * words[other]).sum(axis=1))
    np.testing.assert_allclose(evidence.pair_scores(one, other), expected, atol=1e-6)


def test_a_pair_scores_the_same_from_both_sides_and_wherever_it_stands(material):
    random = np.random.default_rng(0)
    one, other = random.integers(0, 1500, (2, 5000))
    scores = material.evidence.pair_scores(one, other)
    assert np.array_equal(material.evidence.pair_scores(other, one), scores)
    order = random.permutation(5000)
    assert np.array_equal(material.evidence.pair_scores(one[order], other[order]), scores[order])


def test_no_pairs_have_no_scores(material):
    none = np.empty(0, dtype=np.int64)
    assert material.evidence.pair_scores(none, none).shape == (0,)


def test_terms_are_the_same_whatever_their_case():
    terms = Terms.of(glossary_of(["Mood", "Sleep", "mood"]))
    assert [terms.same_as(number).tolist() for number in range(3)] == [[0, 2], [1], [0, 2]]
