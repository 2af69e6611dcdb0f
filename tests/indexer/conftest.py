import pytest

from indexer.build import build
from indexer.glossary import Glossary
from indexer.snapshot import open_current
from tests.fakes import Prepared, WordEncoder


@pytest.fixture
def opened(tmp_path):
    """Build a glossary with the word encoder and open its snapshot."""

    def make(name, entries, encoder=None):
        glossary = Glossary(tuple(entries), title=name.title())
        build(glossary, tmp_path / name, prepare=Prepared(encoder or WordEncoder()))
        return open_current(tmp_path / name)

    return make
