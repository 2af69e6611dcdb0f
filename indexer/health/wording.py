"""How definitions are worded: circular ones, and those that are too short or too long."""

import re
from collections.abc import Iterator

from indexer.glossary import Entry
from indexer.health.findings import Check, Finding, Limits, Material, begun
from indexer.mentions import Mentions
from indexer.passages import sentences_of, without_opening

# Where a definition stops to say what kind of thing its term is, and goes on to tell it apart.
_GENUS_END = re.compile(
    r"[,;:()\u2013\u2014]"
    r"|\b(?:that|which|who|whose|whom|where|when|while|because|if|so that|in order to|such as|as in"
    r"|rather than|as opposed to|unlike|not|by|used|defined|characteri[sz]ed|marked|based|involving"
    r"|consisting|concerned|devoted)\b",
    re.IGNORECASE,
)


def lengths(material: Material, limits: Limits) -> Check:
    """Find definitions that are too short or too long."""
    findings = []
    for entry in material.entries:
        for text in entry.definitions:
            count = len(text.split())
            if not limits.fewest_words <= count <= limits.most_words:
                what = "too short" if count < limits.fewest_words else "too long"
                findings.append(Finding((entry,), f"{what}, {count} words: {begun(text)}"))
    return Check(
        "length",
        "Too short or too long",
        f"A definition of fewer than {limits.fewest_words} words or more than {limits.most_words}.",
        tuple(findings),
    )


def circular(material: Material) -> Check:
    """Find definitions that say what a term is by the term, or two terms by each other."""
    return Check(
        "circular",
        "Circular definitions",
        "A definition whose first clause, which says what kind of thing the term is, has all words "
        "of the term, in whatever form; or two definitions whose first clauses name each other's "
        "terms.",
        (*_own_terms(material), *_loops(material)),
    )


def first_clause(text: str, entry: Entry) -> str:
    """Return the part of a definition that says what kind of thing its term is."""
    sentences = sentences_of(without_opening(" ".join(text.split()), entry))
    if not sentences:
        return ""
    # A remark in brackets may stand before: "(in Piaget's theory) ability to …".
    first = re.sub(r"^\([^)]*\)\s*", "", sentences[0])
    found = _GENUS_END.search(first)
    return first[: found.start()] if found else first


def _own_terms(material: Material) -> Iterator[Finding]:
    for entry in material.entries:
        own = set(material.words.stems(entry.term))
        for text in entry.definitions:
            if own and own <= set(material.words.stems(first_clause(text, entry))):
                yield Finding((entry,), f"explained as: {begun(text)}")


def _loops(material: Material) -> Iterator[Finding]:
    named = [set(_named_in_clauses(material, number)) for number in range(len(material.entries))]
    for one, others in enumerate(named):
        for other in sorted(others):
            if one < other and one in named[other]:
                pair = (material.entries[one], material.entries[other])
                texts = " / ".join(begun(entry.definitions[0]) for entry in pair)
                yield Finding(pair, f"each is explained by the other: {texts}")


def _named_in_clauses(material: Material, number: int) -> Iterator[int]:
    entry = material.entries[number]
    # A further definition is another sense, which may well be explained by the first one.
    clause = first_clause(entry.definitions[0], entry)
    for found in Mentions(material.snapshot, number).of([clause])[0]:
        yield found.entry
