"""The closest entries of each entry, of all pairs of a glossary."""

from indexer.pairing.evidence import Evidence
from indexer.pairing.kept import Kept
from indexer.pairing.looking import Looking
from indexer.pairing.question import Around, Question
from indexer.pairing.terms import Terms

__all__ = ["Around", "Evidence", "Kept", "Looking", "Question", "Terms"]
