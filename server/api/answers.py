"""What each answer says: the shapes of the bodies that ``indexer.bodies`` and ``wire`` write."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Score = Annotated[float, Field(description="Higher is closer; compare it within one answer only.")]
Strength = Annotated[
    float,
    Field(
        ge=0,
        le=100,
        description="How rare such a score is by chance: 20 points are ten times rarer. "
        "Comparable between queries, models and glossaries.",
    ),
]
Bars = Annotated[int, Field(ge=1, le=10, description="The strength in tenths.")]
MatchedOn = Annotated[
    Literal["term", "alias", "spelling", "definition", "meaning"],
    Field(description="What made it a hit: a title, its words, or what it means."),
]
Snippet = Annotated[str, Field(description="How the first definition begins.")]


class _Answer(BaseModel):
    """Has these keys and no others."""

    model_config = ConfigDict(extra="forbid")


def _leads_to_term(place: str) -> ConfigDict:
    """Tell that an answer holds the id of an entry there, for those who follow links."""
    parameters = {"entry_id": f"$response.body#/{place}/0/id"}
    links = {name: {"operationId": name, "parameters": parameters} for name in ("term", "related")}
    return ConfigDict(extra="forbid", openapi_extra={"links": links})  # type: ignore[typeddict-unknown-key]


class Problem(_Answer):
    """What went wrong and what to do, for every error (RFC 9457)."""

    type: str = Field(description="`about:blank`: the title says it.")
    title: str = Field(description="The name of the status.")
    status: int = Field(ge=400, le=599)
    detail: str = Field(description="One sentence that names the value and the remedy.")


class Hit(_Answer):
    """An entry found for a query."""

    id: str
    term: str
    definition: str = Field(description="The definition that matched best.")
    sentence: str = Field(description="The sentence of it that did.")
    score: Score
    strength: Strength
    bars: Bars
    matched_on: MatchedOn


class SearchAnswer(_Answer):
    """The hits for a query, best first."""

    model_config = _leads_to_term("hits")

    query: str
    corrected: str | None = Field(
        description="The title searched for instead of a misspelt query; `exact` prevents it."
    )
    close_match: bool = Field(
        description="Whether the first hit is strong enough to be called an answer; otherwise the "
        "hits are only the nearest there are."
    )
    hits: list[Hit]


class SearchAnswers(_Answer):
    """The answers to several queries, in their order."""

    answers: list[SearchAnswer]


class Suggestion(_Answer):
    """An entry that may be about to be typed."""

    id: str
    term: str
    title: str = Field(description="The title that matched, the term or an alias.")
    matched_on: MatchedOn
    definition: Snippet


class Suggestions(_Answer):
    """Entries whose titles begin with what was typed, or nearly do."""

    query: str
    suggestions: list[Suggestion]


class Link(_Answer):
    """Another entry."""

    id: str
    term: str


class Term(_Answer):
    """An entry, its links resolved."""

    id: str
    term: str
    definitions: list[str]
    aliases: list[str]
    category: str | None
    example: str | None
    see_also: list[Link]
    broader: list[Link]
    source: str | None
    url: str | None


class ListedTerm(_Answer):
    """An entry in the listing."""

    id: str
    term: str
    category: str | None
    definition: Snippet


class Terms(_Answer):
    """A part of the entries in alphabetical order; those of no letter come first."""

    model_config = _leads_to_term("terms")

    letter: str | None
    category: str | None
    total: int = Field(ge=0, description="How many there are of this letter and category.")
    terms: list[ListedTerm]
    cursor: str | None = Field(description="Where the next part begins; null in the last.")


class RelatedItem(_Answer):
    """An entry close to another or to a text, and why."""

    id: str
    term: str
    score: Score
    strength: Strength
    bars: Bars
    snippet: Snippet
    curated: bool = Field(description="Whether editors joined the two: a see-also link, or a pin.")
    shared_words: list[str] = Field(description="The rarest words they have in common.")
    sentence: str = Field(description="The sentence of the item that comes closest.")


class RelatedList(_Answer):
    """The related items of an entry, strongest first."""

    id: str
    term: str
    related: list[RelatedItem]


class RelatedToText(_Answer):
    """The entries related to a text, strongest first."""

    model_config = _leads_to_term("related")

    text: str
    related: list[RelatedItem]


class Closeness(_Answer):
    """How close the two of a pair are."""

    score: Score
    strength: Strength
    bars: Bars


class Relatedness(_Answer):
    """How close the two of each pair are, in the order of the pairs."""

    pairs: list[Closeness]


class Counts(_Answer):
    """How much the glossary holds."""

    entries: int
    definitions: int
    related: int = Field(description="Stored related items.")


class Section(_Answer):
    """A letter or a category."""

    name: str
    count: int


class Model(_Answer):
    """The model that texts are compared with."""

    name: str
    dimension: int
    precision: str
    sha256: str = Field(description="The hash of its weights, or of its base's.")
    base: str | None = Field(description="The model that its adapter is for, if it has one.")
    adapter_sha256: str | None = Field(description="The hash of its adapter's weights.")


class Chance(_Answer):
    """A score that chance exceeds so often."""

    chance: float
    score: float


class Calibration(_Answer):
    """Measured when the snapshot was built: which scores chance reaches in this glossary."""

    search: list[Chance]
    related: list[Chance]
    texts: list[Chance]
    free: list[Chance]


class Glossary(_Answer):
    """What is served, and what was measured about it."""

    title: str
    language: str
    licence: str | None
    snapshot: str
    created: str
    counts: Counts
    model: Model
    categories: list[Section]
    letters: list[Section]
    calibration: Calibration
    quality: None = Field(
        description="Figures on judged sets. Null: a snapshot carries none, since judged sets are "
        "not part of a glossary; `glossary evaluate` measures them."
    )
