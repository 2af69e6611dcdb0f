"""All checks of a glossary, one after another."""

from indexer.health.findings import Health, Limits, Material
from indexer.health.hubs import hubs
from indexer.health.links import dead_links, one_sided, orphans
from indexer.health.sameness import near_duplicates, shared_titles
from indexer.health.undefined import undefined_terms
from indexer.health.wording import circular, lengths
from indexer.snapshot import Snapshot


def check_health(snapshot: Snapshot, limits: Limits | None = None) -> Health:
    """Run every check on a snapshot, within the limits of its editors."""
    limits = limits or Limits()
    material = Material.of(snapshot)
    counts = snapshot.manifest.counts
    checks = (
        near_duplicates(material),
        shared_titles(material),
        circular(material),
        lengths(material, limits),
        orphans(material),
        dead_links(material),
        one_sided(material, limits),
        undefined_terms(material),
        hubs(material),
    )
    return Health(
        snapshot.manifest.title, snapshot.name, counts.entries, counts.definitions, checks
    )
