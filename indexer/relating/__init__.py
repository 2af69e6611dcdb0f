"""The batch job: related pairs of whole glossaries, lists of terms or texts, as data."""

from indexer.relating.asking import DEFAULT_LIMIT, Asked, Measure
from indexer.relating.comparing import Targets
from indexer.relating.job import Job
from indexer.relating.parts import left_over
from indexer.relating.producing import chosen_rows
from indexer.relating.running import Report, relate
from indexer.relating.writing import Format, format_of

__all__ = [
    "DEFAULT_LIMIT",
    "Asked",
    "Format",
    "Job",
    "Measure",
    "Report",
    "Targets",
    "chosen_rows",
    "format_of",
    "left_over",
    "relate",
]
