import json
from pathlib import Path

import pytest

from indexer.bundled import bundled_file, read_bundled

EVALUATION = bundled_file().parent / "evaluation"


@pytest.fixture(scope="session")
def glossary():
    return read_bundled().glossary


@pytest.fixture(scope="session")
def judged():
    """Read one of the project's own judged sets."""

    def read(name: str) -> list[dict[str, object]]:
        lines = (Path(EVALUATION) / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    return read
