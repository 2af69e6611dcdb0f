"""What every peer indexes: a row for each definition of a glossary in JSON Lines.

Programs of this folder run in the environments of the peers, where nothing of ours is installed.
"""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rows:
    """Ids, the entry's with the number of the definition, and texts."""

    ids: list[str]
    texts: list[str]


def read_rows(path: Path) -> Rows:
    """Read a glossary as our export writes it."""
    rows = Rows([], [])
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            entry = json.loads(line)
            for number, text in enumerate(entry["definitions"]):
                rows.ids.append(f"{entry['id']}/{number}")
                rows.texts.append(text)
    return rows
