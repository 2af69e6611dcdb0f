"""Gathers what the default adapter was trained on into one glossary file.

    python -m tests.bench.material --data ../shared/data --output material.jsonl
    glossary train material.jsonl --output adapter --steps 900

WordNet's synsets with their hypernyms as broader terms and one example, Webster's definition of
1913 as a second one where it is of the same sense, and the terms of open ontologies and textbooks.
"""

import argparse
import gzip
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from indexer.commands.progress import TerminalStages
from indexer.encoder import prepare_encoder
from indexer.encoding import Rows
from indexer.formats import write_glossary
from indexer.glossary import Entry, Glossary, title_key
from indexer.modelfiles import BASE_MODEL

_OTHERS = (
    "pharmacology",
    "nutrition",
    "population_health",
    "disease",
    "disease_rare",
    "behaviour_change",
    "mental_functioning",
    "emotion",
)
# Two definitions are of one sense from this cosine on, and one text from the other on.
_SAME_SENSE, _SAME_TEXT = 0.5, 0.97
_WEBSTER_WORDS = range(4, 61)
# Names of things and kinds of living things: many, and nothing that a glossary asks about.
_TAXON = re.compile(r"\bgenus\b|\b(?:family|order|species) (?:of|in)\b|\(\d{4}")
_SHORTEST, _MOST_BROADER, _SHORTEST_EXAMPLE = 3, 3, 5

Line = dict[str, Any]


def main() -> None:
    """Write the glossary and say what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, TerminalStages() as stages:
        encoder = prepare_encoder(BASE_MODEL, Path(work) / "encoder")
        synsets = list(_lines(options.data / "wordnet" / "entries.jsonl.gz"))
        training = options.data / "training"
        old = _old_definitions(training / "webster1913.jsonl.gz", _by_title(synsets))
        texts = [line["definition"] for line in synsets], [text for _, text in old]
        progress = stages.stage("Encoding", sum(map(len, texts)))
        new_rows, old_rows = (encoder.encode_documents(part, progress) for part in texts)
    seconds = _seconds(synsets, old, new_rows, old_rows)
    relations = {line["id"]: line for line in _lines(training / "wordnet_relations.jsonl.gz")}
    entries = [
        _synset(line, relations.get(line["id"], {}), seconds.get(number))
        for number, line in enumerate(synsets)
        if _is_wanted(line)
    ]
    for name in _OTHERS:
        entries.extend(_terms(name, _lines(training / f"{name}.jsonl")))
    write_glossary(Glossary(tuple(entries), "material"), options.output)
    print(f"{len(entries):,} entries, {len(seconds):,} synsets with a second definition.")  # noqa: T201


def _lines(path: Path) -> Iterator[Line]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _titles(line: Line) -> list[str]:
    return [line["term"], *line["aliases"]]


def _by_title(synsets: Sequence[Line]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, line in enumerate(synsets):
        for key in {title_key(title) for title in _titles(line)}:
            numbers[key].append(number)
    return numbers


def _old_definitions(path: Path, by_title: dict[str, list[int]]) -> list[tuple[list[int], str]]:
    """Return Webster's usable definitions, each with the synsets that have its headword."""
    found = []
    for line in _lines(path):
        for definition in line["definitions"]:
            text = " ".join(definition.split())
            broken = "&" in text or "\ufffd" in text or text.lower().startswith("see ")
            numbers = by_title.get(title_key(line["term"]))
            if numbers and not broken and len(text.split()) in _WEBSTER_WORDS:
                found.append((numbers, text))
    return found


def _seconds(
    synsets: Sequence[Line], old: Sequence[tuple[list[int], str]], new_rows: Rows, old_rows: Rows
) -> dict[int, str]:
    """Give each synset the closest old definition of those that are closest to it."""
    best: dict[int, tuple[float, str]] = {}
    for (numbers, text), row in zip(old, old_rows, strict=True):
        cosines = new_rows[numbers] @ row
        place = int(np.argmax(cosines))
        number, cosine = numbers[place], float(cosines[place])
        if _SAME_SENSE <= cosine < _SAME_TEXT and cosine > best.get(number, (0.0, ""))[0]:
            best[number] = (cosine, text)
    return {number: text for number, (_, text) in best.items()}


def _is_wanted(line: Line) -> bool:
    text = line["definition"]
    named = line["term"][0].isupper() or _TAXON.search(text)
    return not named and len(text.split()) >= _SHORTEST


def _synset(line: Line, relations: Line, second: str | None) -> Entry:
    keys = [title_key(title) for title in _titles(line)]
    examples = (
        example
        for example in relations.get("examples", ())
        if len(example.split()) >= _SHORTEST_EXAMPLE
        and any(key in title_key(example) for key in keys)
    )
    return Entry(
        line["id"],
        line["term"],
        (line["definition"], second) if second else (line["definition"],),
        aliases=tuple(line["aliases"]),
        broader=tuple(relations.get("hypernyms", ())[:_MOST_BROADER]),
        example=next(examples, None),
    )


def _terms(name: str, lines: Iterable[Line]) -> Iterator[Entry]:
    """Yield the terms of a file, repeated ones as further definitions of one entry."""
    found: dict[str, tuple[Line, list[str]]] = {}
    for line in lines:
        text = " ".join(line["definition"].translate({60: "", 62: "", 95: " "}).split())
        if len(text.split()) >= _SHORTEST:
            found.setdefault(title_key(line["term"]), (line, []))[1].append(text)
    for number, (line, texts) in enumerate(found.values(), start=1):
        aliases = tuple(alias.strip() for alias in line["aliases"] if alias.strip())
        yield Entry(f"{name}-{number}", line["term"].strip(), tuple(texts), aliases=aliases)


if __name__ == "__main__":
    main()
