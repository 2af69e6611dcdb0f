"""What each request may say."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema

from indexer.errors import BadQueryError
from indexer.hits import LONGEST_QUERY, MOST_HITS
from indexer.snapshot import MOST_RELATED
from indexer.suggesting import MOST_SUGGESTIONS
from server.api.fields import (
    NAME_SCHEMA,
    Bool,
    Name,
    Number,
    Strength,
    Text,
    WrittenBool,
    WrittenName,
    WrittenNumber,
    WrittenStrength,
    WrittenText,
    whole,
)

MOST_AT_ONCE = 256
MOST_LISTED = 200

_Q = "What to look for, in plain words; a term, an alias or an acronym finds its entry by name."
_LIMIT = "How many to list at most; what the site shows when it is left out."
_CATEGORY = "Search only entries of this category, in any case; `/api/v1/glossary` lists them."
_STRENGTH = "Leave out hits that are weaker."
_EXACT = "Search for what was typed, even if it looks misspelt."
_DIVERSE = "Leave out items that say much the same as a stronger one."


def optional(description: str, schema: dict[str, Any] | None = None) -> Any:
    """Return a field that may be left out; ``null`` is no value of it."""

    def without_default(found: dict[str, Any]) -> None:
        del found["default"]
        found.update(schema or {})

    return Field(default=None, description=description, json_schema_extra=without_default)


class _Checked(BaseModel):
    """Refuses unknown and missing names with a sentence that tells the known ones."""

    model_config = ConfigDict(extra="forbid")
    # How the thing is called in sentences, and how what it is made of.
    what: ClassVar[str] = "The body"
    part: ClassVar[str] = "key"

    @model_validator(mode="before")
    @classmethod
    def _named(cls, values: object) -> object:
        if not isinstance(values, dict):
            raise BadQueryError(f"{cls.what} must be a JSON object.")
        for name in values:
            if name not in cls.model_fields:
                known = ", ".join(cls.model_fields) or "none"
                raise BadQueryError(f"There is no {cls.part} {name[:80]!r} here; known: {known}.")
        for name, field in cls.model_fields.items():
            if field.is_required() and name not in values:
                raise BadQueryError(f"{name} must not be empty.")
        return values


class Query(_Checked):
    """The parameters of a query string."""

    part = "parameter"
    _schemas: ClassVar[dict[object, dict[str, Any]]] = {}

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the schema, which the framework asks for at each request: 1 ms to work out."""
        key = (cls, args, tuple(options.items()))
        if key not in cls._schemas:
            cls._schemas[key] = super().model_json_schema(*args, **options)
        return cls._schemas[key]


class NoQuery(Query):
    """No parameters."""


class SearchQuery(Query):
    """Parameters of a search."""

    q: WrittenText = Field(description=_Q)
    limit: WrittenNumber | SkipJsonSchema[None] = optional(_LIMIT, whole(MOST_HITS))
    category: WrittenName = optional(_CATEGORY, NAME_SCHEMA)
    min_strength: WrittenStrength = optional(_STRENGTH)
    exact: WrittenBool = Field(default=False, description=_EXACT)


class SuggestQuery(Query):
    """Parameters of suggestions."""

    q: WrittenText = Field(description="What was typed so far.")
    limit: WrittenNumber = Field(
        default=8,
        description="How many to offer at most.",
        json_schema_extra=whole(MOST_SUGGESTIONS),
    )


class TermsQuery(Query):
    """Parameters of the listing."""

    letter: WrittenName = optional(
        "List only terms of this letter, with or without accents; `#` stands for no letter.",
        {"minLength": 1, "maxLength": 1},
    )
    category: WrittenName = optional("List only terms of this category.", NAME_SCHEMA)
    cursor: WrittenName = optional(
        "The `cursor` of the answer before, to go on from there; all else stays the same. It is "
        "valid as long as the snapshot is the same.",
        {"pattern": r"^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}\.[0-9a-f]{8}\.[0-9]{1,9}$"},
    )
    limit: WrittenNumber = Field(
        default=50, description="How many to list at most.", json_schema_extra=whole(MOST_LISTED)
    )


class RelatedQuery(Query):
    """Parameters of a related list."""

    limit: WrittenNumber | SkipJsonSchema[None] = optional(_LIMIT, whole(MOST_RELATED))
    diverse: WrittenBool = Field(default=False, description=_DIVERSE)


class TermPath(BaseModel):
    """The part of an address that names an entry."""

    entry_id: Annotated[str, WithJsonSchema({"type": "string", "minLength": 1})] = Field(
        description="The id of an entry."
    )


class Body(_Checked):
    """A JSON body."""

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Self:
        """Refuse JSON within a JSON text, which the framework would read."""
        return cls.model_validate(json_data)


def _like(example: dict[str, Any]) -> ConfigDict:
    """Give a body an example."""
    return ConfigDict(extra="forbid", openapi_extra={"example": example})  # type: ignore[typeddict-unknown-key]


class SearchRequest(Body):
    """Several queries, answered at once."""

    model_config = _like({"queries": ["dread of open places", "loss of memory"], "limit": 3})

    queries: list[Text] = Field(
        min_length=1, max_length=MOST_AT_ONCE, description="What to look for, in plain words."
    )
    limit: Number | SkipJsonSchema[None] = optional(f"{_LIMIT} For each query.", whole(MOST_HITS))
    category: Name | SkipJsonSchema[None] = optional(_CATEGORY)
    min_strength: Strength | SkipJsonSchema[None] = optional(_STRENGTH)
    exact: Bool = Field(default=False, description=_EXACT)


class RelatedRequest(Body):
    """A free text that related entries are wanted for."""

    model_config = _like({"text": "A fear that comes in open places and in crowds.", "limit": 5})

    text: Text = Field(description=f"A text of up to {LONGEST_QUERY:,} characters.")
    limit: Number | SkipJsonSchema[None] = optional(_LIMIT, whole(MOST_RELATED))


class Side(Body):
    """One of two things to compare: a term of the glossary, or a text."""

    what = "Each side of a pair"

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"oneOf": [{"required": ["term"]}, {"required": ["text"]}]},
    )

    term: Text | SkipJsonSchema[None] = optional("The id of an entry, its term or an alias.")
    text: Text | SkipJsonSchema[None] = optional("Any text.")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.term is None) == (self.text is None):
            raise BadQueryError("Each side of a pair has either a term or a text.")
        return self


class Pair(Body):
    """Two things to compare."""

    what = "Each pair"

    one: Side
    other: Side


class RelatednessRequest(Body):
    """Pairs of terms or texts."""

    model_config = _like(
        {"pairs": [{"one": {"text": "dread of open places"}, "other": {"text": "fear of crowds"}}]}
    )

    pairs: list[Pair] = Field(min_length=1, max_length=MOST_AT_ONCE, description="What to compare.")
