"""The addresses of terms in files that link them, and the names that such links come from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from indexer.errors import GlossaryError
from indexer.formats.options import Relation, WriteOptions
from indexer.glossary import Entry, Glossary, default_id

_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*[/#:]")


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one kind: ids of entries, and names that are no entry's."""

    ids: tuple[str, ...]
    names: tuple[str, ...]


class Addresses:
    """Gives every entry an address: the base and the id, escaped."""

    def __init__(self, glossary: Glossary, options: WriteOptions) -> None:
        """Without a base, addresses are names that lead nowhere: ``urn:glossary-search:…``.

        Raises:
            GlossaryError: The base is no absolute address that an id can follow.
        """
        self._glossary = glossary
        self._related: Mapping[str, Sequence[Relation]] = options.related
        self.base = options.base or f"urn:glossary-search:{default_id(glossary.title)}:"
        if not _BASE.fullmatch(self.base):
            raise GlossaryError(
                f"--base {self.base!r}: give a whole address that ends in / or #, "
                f"such as https://terms.example.org/terms/."
            )
        self.whole = self.base.rstrip(":#")

    def of(self, entry_id: str) -> str:
        """Return the address of an entry."""
        return f"{self.base}{quote(entry_id, safe='')}"

    def links(self, names: Sequence[str]) -> Links:
        """Tell apart the names that lead to an entry, as ids, from those that do not."""
        ids: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for name in names:
            number = self._glossary.find(name)
            if number is None:
                unknown[name] = None
            else:
                ids[self._glossary.entries[number].id] = None
        return Links(tuple(ids), tuple(unknown))

    def related(self, entry: Entry) -> Sequence[Relation]:
        """Return the related list of an entry."""
        return self._related.get(entry.id, ())
