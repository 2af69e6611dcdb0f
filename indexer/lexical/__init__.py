"""Entries found by their words: titles exact and misspelt, and the words of definitions."""

from indexer.lexical.postings import Postings, Weighting, save_postings
from indexer.lexical.prefixes import Begun, Prefixes, begun_title, save_prefixes
from indexer.lexical.titles import (
    Correction,
    TitleKind,
    TitleMatch,
    Titles,
    has_title,
    save_titles,
    trigrams_of,
)
from indexer.lexical.words import Words, named_part

__all__ = [
    "Begun",
    "Correction",
    "Postings",
    "Prefixes",
    "TitleKind",
    "TitleMatch",
    "Titles",
    "Weighting",
    "Words",
    "begun_title",
    "has_title",
    "named_part",
    "save_postings",
    "save_prefixes",
    "save_titles",
    "trigrams_of",
]
