"""Strength under two models that have nothing in common but what texts mean."""

import numpy as np
import pytest

from indexer.build import build
from indexer.bundled import read_bundled
from indexer.exported import ExportedEncoder
from indexer.search import Searcher
from tests.models import save_static_copy


@pytest.fixture(scope="module")
def other(psychology, tmp_path_factory):
    """The bundled glossary under a small static model of looked-up words."""
    folder = tmp_path_factory.mktemp("static")
    glossary = read_bundled().glossary
    texts = [text for entry in glossary.entries for text in entry.definitions]
    encoder = ExportedEncoder(psychology.snapshot.layout.encoder)
    model = save_static_copy(encoder, texts, folder / "model")
    build(glossary, folder / "index", model=str(model))
    return Searcher.open(folder / "index")


def test_pairs_of_texts_have_like_strengths_under_both(psychology, other):
    entries = read_bundled().glossary.entries
    random = np.random.default_rng(0)
    pairs = [
        (entries[one].definitions[0], entries[two].definitions[0])
        for one, two in random.integers(0, len(entries), size=(400, 2))
        if one != two
    ]
    linked = [
        (entries[one].definitions[0], linked.definitions[0])
        for one in random.integers(0, len(entries), size=100)
        for linked in psychology.linked(entries[one].see_also[:1])
    ]
    ours = np.array(psychology.relatedness(pairs + linked))
    theirs = np.array(other.relatedness(pairs + linked))
    assert np.abs(ours - theirs).mean() < 15
    # Not because all strengths are alike: linked texts are far stronger than random ones.
    assert ours[len(pairs) :].mean() > 30 + ours[: len(pairs)].mean()


def test_related_items_have_like_strengths_under_both(psychology, other):
    differences = []
    for number in range(0, 1400, 7):
        ours = {item.entry.id: item.strength for item in psychology.related(number, limit=50)}
        theirs = {item.entry.id: item.strength for item in other.related(number, limit=50)}
        differences += [abs(ours[name] - theirs[name]) for name in ours.keys() & theirs.keys()]
    assert len(differences) > 1000
    assert np.mean(differences) < 15
