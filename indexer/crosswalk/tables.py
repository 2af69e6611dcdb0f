"""A crosswalk as tables that people review: CSV, and SSSOM's TSV.

SSSOM is the Simple Standard for Sharing Ontological Mappings (https://w3id.org/sssom).
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from indexer.crosswalk.proposals import Predicate, Proposal
from indexer.formats.csv import csv_line
from indexer.glossary import default_id
from indexer.snapshot import Manifest

_WORDS = {Predicate.EQUAL: "equal", Predicate.CLOSE: "close", Predicate.RELATED: "related"}
_COLUMNS = (
    "one_id", "one_term", "link", "other_id", "other_term", "strength", "score", "same_title",
    "mutual", "shared_words", "one_definition", "other_definition",
)  # fmt: skip
_SLOTS = (
    "subject_id", "subject_label", "predicate_id", "object_id", "object_label",
    "mapping_justification", "similarity_score", "match_string", "comment",
)  # fmt: skip


def csv_lines(proposals: Sequence[Proposal]) -> Iterator[str]:
    """Yield the lines of a CSV file, its header first."""
    yield csv_line(_COLUMNS, ",")
    for found in proposals:
        one, other = found.one, found.other
        values = (
            one.id, one.term, _WORDS[found.predicate], other.id, other.term,
            round(found.strength, 1), round(found.score, 4), found.title or "",
            "yes" if found.mutual else "no", " ".join(found.shared_words),
            one.definitions[0], other.definitions[0],
        )  # fmt: skip
        yield csv_line(values, ",")


def sssom_lines(
    proposals: Sequence[Proposal], one: Manifest, other: Manifest, *, addresses: tuple[str, str]
) -> Iterator[str]:
    """Yield the lines of an SSSOM file: metadata, header, a mapping a line.

    Args:
        proposals: What was found.
        one: The manifest of the glossary to link.
        other: That of the one it is linked to.
        addresses: What stands before an id to make it the address of an entry, for both.
    """
    yield "#curie_map:"
    for prefix, address in zip(("A", "B"), addresses, strict=True):
        yield f"#  {prefix}: {json.dumps(address, ensure_ascii=False)}"
    name = f"{default_id(one.title)}-{default_id(other.title)}"
    yield f"#mapping_set_id: {json.dumps(f'urn:glossary:crosswalk:{name}')}"
    yield f"#mapping_set_title: {json.dumps(f'{one.title} to {other.title}', ensure_ascii=False)}"
    # A set must state a licence; these are proposals that nobody has made his own yet.
    yield "#license: https://w3id.org/sssom/license/unspecified"
    yield "#mapping_tool: glossary crosswalk"
    yield f"#similarity_measure: {json.dumps('strength: 20 points are ten times rarer by chance')}"
    yield _row(_SLOTS, "\t")
    for found in proposals:
        yield _row(_mapping(found), "\t")


def default_address(manifest: Manifest) -> str:
    """Return what stands before ids where a glossary has no addresses of its own."""
    return f"urn:glossary:{default_id(manifest.title)}:"


def _mapping(found: Proposal) -> tuple[str, ...]:
    how = "SemanticSimilarityThresholdMatching" if found.title is None else "CompositeMatching"
    comment = "each is the other's closest" if found.mutual else ""
    if found.shared_words:
        comment += f"{'; ' if comment else ''}shared words: {', '.join(found.shared_words)}"
    return (
        f"A:{found.one.id}",
        found.one.term,
        f"skos:{found.predicate.value}",
        f"B:{found.other.id}",
        found.other.term,
        f"semapv:{how}",
        f"{found.strength / 100:.3f}",
        found.title or "",
        comment,
    )


def _row(values: Sequence[str], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(values)
    return text.getvalue()
