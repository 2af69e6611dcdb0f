"""Semantic search over glossaries: read a glossary, build a snapshot, search it."""
