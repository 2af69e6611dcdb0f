"""What SKOS and schema.org have no word for: our properties, and what each one means.

Written files say it too, so that they can be read without this program.
"""

VOCABULARY = "urn:glossary-search:vocabulary:"
RELATEDNESS = f"{VOCABULARY}relatedness"
TARGET = f"{VOCABULARY}target"
STRENGTH = f"{VOCABULARY}strength"
CURATED = f"{VOCABULARY}curated"
SEE_ALSO = f"{VOCABULARY}seeAlso"
TERM_BROADER = f"{VOCABULARY}broaderTerm"

MEANINGS = {
    RELATEDNESS: "A computed relation to another term; its target and strength stand in it.",
    TARGET: "The term at the other end of a computed relation.",
    STRENGTH: (
        "How rare so close a relation is by chance in this glossary, from 0 to 100; "
        "each 20 points are ten times rarer."
    ),
    CURATED: "Whether an editor has linked the two terms, too.",
    SEE_ALSO: "A see-also that skos:related may not say: to what is broader, or to a name alone.",
    TERM_BROADER: "A broader term by name, that is no term of this glossary.",
}
