"""Entries found by their words: titles exact and misspelt, and the words of definitions."""

from indexer.lexical.counting import cosine_weights, count_tokens
from indexer.lexical.postings import Postings, Weighting, save_postings
from indexer.lexical.prefixes import Begun, Prefixes, begun_title, save_prefixes
from indexer.lexical.titles import (
    Correction,
    Title,
    TitleKind,
    TitleMatch,
    Titles,
    has_title,
    save_titles,
    titles_of,
    trigrams_of,
)
from indexer.lexical.words import FRAME_WORDS, Words, is_stop_word, named_part, told_text

__all__ = [
    "FRAME_WORDS",
    "Begun",
    "Correction",
    "Postings",
    "Prefixes",
    "Title",
    "TitleKind",
    "TitleMatch",
    "Titles",
    "Weighting",
    "Words",
    "begun_title",
    "cosine_weights",
    "count_tokens",
    "has_title",
    "is_stop_word",
    "named_part",
    "save_postings",
    "save_prefixes",
    "save_titles",
    "titles_of",
    "told_text",
    "trigrams_of",
]
