"""Snapshots of glossaries that an evaluation needs, each in an index folder of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from indexer.build import build
from indexer.glossary import Glossary, default_id
from indexer.modelfiles import DEFAULT_MODEL
from indexer.search import Searcher
from indexer.stages import Stages


class OpenGlossary(Protocol):
    """Makes a glossary searchable; ``Indexes`` is the real one."""

    def __call__(self, glossary: Glossary) -> Searcher:
        """Return a searcher over the glossary."""
        ...


@dataclass(frozen=True, slots=True)
class Indexes:
    """Builds glossaries below a folder, by their titles.

    What is there from an earlier run gives its vectors and its encoder, as in every build.
    """

    work: Path
    model: str = DEFAULT_MODEL
    stages: Stages | None = None

    def __call__(self, glossary: Glossary) -> Searcher:
        """Build the glossary's snapshot and open it."""
        index = self.work / default_id(glossary.title)
        build(glossary, index, model=self.model, keep=1, stages=self.stages)
        return Searcher.open(index)
