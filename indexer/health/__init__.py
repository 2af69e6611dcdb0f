"""The health of a glossary: what an editor should look at, found in its snapshot."""

from indexer.health.checking import check_health
from indexer.health.findings import Check, Finding, Health, Limits

__all__ = ["Check", "Finding", "Health", "Limits", "check_health"]
