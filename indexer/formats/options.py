"""What a user tells readers and writers beside the file's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from indexer.errors import GlossaryError
from indexer.formats.columns import Columns


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file.

    ``language`` chooses labels and definitions where a file has several languages. ``encoding`` is
    that of the file, by default UTF-8 or what an XML file declares. ``columns`` is for formats that
    have columns or keys of any name.
    """

    columns: Columns = field(default_factory=Columns)
    language: str = "en"
    encoding: str | None = None

    def __post_init__(self) -> None:
        """Refuse an encoding that there is not."""
        if self.encoding is None:
            return
        try:
            "a".encode(self.encoding)
        except (LookupError, UnicodeError):
            raise GlossaryError(
                f"--encoding {self.encoding}: there is no text encoding of this name; "
                f"name one such as utf-8, cp1252 or latin-1."
            ) from None


@dataclass(frozen=True, slots=True)
class Relation:
    """An entry related to another one: its id, and how strongly, from 0 to 100."""

    id: str
    strength: float


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to write a file.

    ``related`` holds related lists by the id of the entry; ``base`` is what the addresses of terms
    begin with. Both are for formats that link terms by address.
    """

    related: Mapping[str, Sequence[Relation]] = field(default_factory=dict)
    base: str | None = None
