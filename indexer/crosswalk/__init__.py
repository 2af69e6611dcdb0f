"""A crosswalk between two glossaries: which terms of the one are those of the other."""

from indexer.crosswalk.proposals import Predicate, Proposal, crosswalk
from indexer.crosswalk.tables import csv_lines, sssom_lines

__all__ = ["Predicate", "Proposal", "crosswalk", "csv_lines", "sssom_lines"]
