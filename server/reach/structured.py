"""The glossary and its terms as schema.org data, JSON-LD."""

from indexer.bodies import Body
from indexer.glossary import Entry
from indexer.snapshot import Manifest

_CONTEXT = "https://schema.org"


def defined_term_set(manifest: Manifest, home: str) -> Body:
    """Return the glossary as a set of terms; ``home`` is the address of its start page."""
    return {"@context": _CONTEXT, **_term_set(manifest, home)}


def defined_term(entry: Entry, address: str, manifest: Manifest, home: str) -> Body:
    """Return an entry as a term of its set. Hidden labels stay hidden."""
    body: Body = {
        "@context": _CONTEXT,
        "@type": "DefinedTerm",
        "@id": address,
        "url": address,
        "name": entry.term,
        "termCode": entry.id,
        "description": _one_or_all(entry.definitions),
        "inDefinedTermSet": _term_set(manifest, home),
    }
    if entry.aliases:
        body["alternateName"] = _one_or_all(entry.aliases)
    return body


def _term_set(manifest: Manifest, home: str) -> Body:
    body: Body = {
        "@type": "DefinedTermSet",
        "@id": home,
        "url": home,
        "name": manifest.title,
        "inLanguage": manifest.language,
        "dateModified": manifest.created,
    }
    if manifest.licence is not None:
        # schema.org wants an address or a work here, never a bare name.
        is_address = manifest.licence.startswith(("https://", "http://"))
        named = {"@type": "CreativeWork", "name": manifest.licence}
        body["license"] = manifest.licence if is_address else named
    return body


def _one_or_all(texts: tuple[str, ...]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else list(texts)
