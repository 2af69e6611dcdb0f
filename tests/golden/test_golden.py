"""A snapshot published by an earlier version opens, or is refused with a sentence."""

import shutil
from pathlib import Path

import pytest

from indexer.asking import MatchedOn
from indexer.errors import BadSnapshotError
from indexer.search import Searcher
from indexer.snapshot.manifest import FORMAT_VERSION
from tests.fakes import fears

FORMATS = sorted(Path(__file__).parent.glob("format-*"))


def test_there_is_a_golden_snapshot_of_this_format():
    assert f"format-{FORMAT_VERSION}" in [path.name for path in FORMATS]


@pytest.mark.parametrize("index", FORMATS, ids=lambda path: path.name)
def test_an_earlier_snapshot_opens_or_is_refused_with_a_sentence(index, tmp_path):
    copy = shutil.copytree(index, tmp_path / "index")
    if index.name != f"format-{FORMAT_VERSION}":
        with pytest.raises(
            BadSnapshotError, match="build the snapshot again with `glossary index`"
        ):
            Searcher.open(copy)
        return
    searcher = Searcher.open(copy)
    assert tuple(searcher.snapshot.entries) == fears().entries
    hits = searcher.search("irrational fear").hits
    assert (hits[0].entry.id, hits[0].matched_on) == ("phobia", MatchedOn.ALIAS)
    # The model's weights are random, so its order means nothing; that it stays the same does.
    assert [item.entry.id for item in searcher.related(3, limit=3)] == EXPECTED_RELATED
    scores = [hit.score for hit in searcher.search("fear of spiders", limit=3).hits]
    assert scores == pytest.approx(EXPECTED_SCORES, abs=0.01)


EXPECTED_RELATED = ["arachnophobia", "agoraphobia", "nightmare"]
EXPECTED_SCORES = [0.997, 0.781, 0.764]
