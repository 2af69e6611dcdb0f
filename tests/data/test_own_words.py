"""No definition shares eight consecutive words with the texts the project is measured against.

Those texts lie beside the checkout where there are any (``../shared/data``, or the folder that
``GLOSSARY_FOREIGN_TEXTS`` names); without them there is nothing to compare with.
"""

import gzip
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(
    os.environ.get("GLOSSARY_FOREIGN_TEXTS", Path(__file__).parents[3] / "shared" / "data")
)
RUN = 8


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("\u2019", "").replace("'", ""))


def runs(text: str) -> Iterator[str]:
    found = words(text)
    for start in range(len(found) - RUN + 1):
        yield " ".join(found[start : start + RUN])


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def foreign_texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "README.md":
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = data.decode("utf-8", "replace")
        if ".jsonl" in path.name:
            for line in filter(str.strip, text.split("\n")):
                yield from texts_of(json.loads(line))
        else:
            yield re.sub(r"<[^>]+>", " ", text)


def shared_runs(ours: dict[str, str], folder: Path) -> dict[str, str]:
    """Return the runs of eight words that a foreign text has too, with our text's name."""
    return {run: ours[run] for text in foreign_texts(folder) for run in runs(text) if run in ours}


def test_a_run_of_eight_words_is_found_in_every_kind_of_file(tmp_path):
    ours = dict.fromkeys(runs("one two three four five six seven eight nine"), "a")
    line = '{"x": ["One, two three-four five: six seven eight."]}\n'
    (tmp_path / "a.jsonl").write_text(line)
    assert len(shared_runs(ours, tmp_path)) == 1
    (tmp_path / "a.jsonl").rename(tmp_path / "b.txt")
    assert len(shared_runs(ours, tmp_path)) == 1
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(line.replace("nine", "").encode()))
    assert len(shared_runs(ours, tmp_path)) == 1
    (tmp_path / "c.jsonl.gz").unlink()
    (tmp_path / "d.html").write_text("one two three four <b>five</b> six seven. Eight")
    assert len(shared_runs(ours, tmp_path)) == 1
    (tmp_path / "d.html").write_text("one two three four five six seven")
    assert shared_runs(ours, tmp_path) == {}


def test_no_definition_shares_eight_words_in_a_row_with_another_text(glossary):
    if not FOLDER.is_dir():
        pytest.skip(f"there are no texts to compare with in {FOLDER}")
    ours = {
        run: entry.term
        for entry in glossary.entries
        for text in (*entry.definitions, entry.example or "")
        for run in runs(text)
    }
    assert shared_runs(ours, FOLDER) == {}
