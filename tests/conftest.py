"""Fixtures: a snapshot with rows worked out by hand, a tiny real model, the real default model."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

# Before anything imports them: tests never ask a model hub.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from indexer.build import build
from indexer.bundled import bundled_file, read_bundled
from indexer.errors import BadEncoderError
from indexer.formats import SourceFile
from indexer.glossary import Glossary
from indexer.modelfiles import BASE_MODEL, DEFAULT_MODEL, locate
from indexer.overrides import Overrides
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.fakes import Prepared, WordEncoder, fears
from tests.models import save_tiny_model

IN_CI = bool(os.environ.get("CI"))


def skip_or_fail(reason: str) -> NoReturn:
    """Skip on a user's machine; on CI everything a test needs has to be there."""
    if IN_CI:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def make_index(tmp_path: Path) -> Callable[..., Path]:
    """Build a snapshot of a glossary with the word encoder; return the index folder."""

    def make(
        glossary: Glossary | None = None,
        *,
        encoder: WordEncoder | None = None,
        overrides: Overrides | None = None,
    ) -> Path:
        index = tmp_path / "index"
        prepare = Prepared(encoder or WordEncoder())
        build(glossary or fears(), index, overrides=overrides, prepare=prepare)
        return index

    return make


@pytest.fixture
def searcher(make_index: Callable[..., Path]) -> Searcher:
    """A searcher over ``fears()``."""
    return Searcher(open_current(make_index()), WordEncoder())


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real sentence-transformers model with few, random weights and prompts."""
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def default_model() -> str:
    """The name of the default model, where its base can be had without a hub."""
    try:
        locate(BASE_MODEL)
    except BadEncoderError as error:
        skip_or_fail(str(error))
    return DEFAULT_MODEL


@pytest.fixture(scope="session")
def psychology_index(default_model: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled glossary, built with the default model."""
    index = tmp_path_factory.mktemp("psychology") / "index"
    build(
        read_bundled().glossary,
        index,
        model=default_model,
        sources=[SourceFile.of(bundled_file())],
    )
    return index


@pytest.fixture(scope="session")
def psychology(psychology_index: Path) -> Searcher:
    """A searcher over the bundled glossary."""
    return Searcher.open(psychology_index)
