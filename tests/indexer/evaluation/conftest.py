import json
import os
from pathlib import Path

import pytest

from indexer.build import build
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import Prepared, WordEncoder

FOREIGN = Path(
    os.environ.get("GLOSSARY_FOREIGN_TEXTS", Path(__file__).parents[4] / "shared" / "data")
)


@pytest.fixture
def open_glossary(tmp_path):
    """Make a glossary searchable with the word encoder."""

    def opened(glossary):
        index = tmp_path / "indexes" / glossary.title.replace(" ", "-")
        build(glossary, index, prepare=Prepared(WordEncoder()))
        return Searcher(open_current(index), WordEncoder())

    return opened


@pytest.fixture
def write(tmp_path):
    """Write objects, a line each, to a file below ``tmp_path``; return its path."""

    def written(name, *rows):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        return path

    return written


@pytest.fixture
def foreign():
    """The folder of texts by others, where there is one."""
    if not FOREIGN.is_dir():
        pytest.skip(f"there are no texts to measure on in {FOREIGN}")
    return FOREIGN


def figures_of(evaluation):
    """Return the values by (group, figure)."""
    return {(figure.group, figure.name): figure.value for figure in evaluation.figures}


@pytest.fixture(name="figures_of")
def figures_of_fixture():
    return figures_of
