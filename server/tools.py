"""What assistants ask of the glossary, as tools of the Model Context Protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import BaseModel, Field, ValidationError

from indexer.errors import GlossaryError
from indexer.glossary import Entry
from indexer.snapshot import Manifest
from server.address import term_address
from server.live import Live
from server.settings import Settings

_READING = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "{title} is a glossary of {entries:,} entries{licence}. Use it to find the term for something "
    "that is described, to quote a definition, and to find neighbouring terms. Quote definitions "
    "as they stand, and cite them by the citation that comes with each result. Where close_match "
    "is false, say that the glossary has no close match."
)

_Term = Annotated[str, Field(description="A term, an alias or an id of the glossary.")]


class Cited(BaseModel, frozen=True):
    """An entry, with what it takes to cite it."""

    id: str
    term: str
    citation: str = Field(description="Term, glossary, licence and address, ready to quote.")
    url: str | None = Field(description="The page of the term; null where it has none.")


class FoundTerm(Cited, frozen=True):
    """An entry found by search."""

    definition: str = Field(description="The definition that matched best.")
    strength: float = Field(description="0 to 100; from 50 on it is a close match.")
    matched_on: str = Field(description="term, alias, spelling, definition (its words) or meaning.")


class Found(BaseModel, frozen=True):
    """The answer to search, best first."""

    query: str
    corrected: str | None = Field(description="The title searched for instead of a misspelt query.")
    close_match: bool = Field(description="False: the hits are only the nearest there are.")
    hits: list[FoundTerm]


class Definition(Cited, frozen=True):
    """The answer to define."""

    definitions: list[str]
    aliases: list[str]
    category: str | None
    example: str | None
    see_also: list[Cited]
    broader: list[Cited]
    source: str | None = Field(description="Where the glossary has the definition from.")
    source_url: str | None


class RelatedTerm(Cited, frozen=True):
    """An entry related to another."""

    strength: float = Field(description="0 to 100, how rare such closeness is by chance.")
    snippet: str = Field(description="How its definition begins.")
    curated: bool = Field(description="Whether the editors of the glossary link the two.")
    shared_words: list[str]


class RelatedTerms(Cited, frozen=True):
    """The answer to related, closest first."""

    related: list[RelatedTerm]


class _Tools(MCPServer[Any]):
    """Refuses in the sentences of the command line; anything else is a bug, told without detail."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; an argument that would be ignored is refused."""
        tools = {tool.name: tool for tool in await self.list_tools()}
        if name not in tools:
            raise ToolError(f"There is no tool {name!r}; there are {', '.join(tools)}.")
        known = tools[name].input_schema["properties"]
        for argument in arguments:
            if argument not in known:
                raise ToolError(f"{name} takes no {argument!r}; it takes {', '.join(known)}.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, GlossaryError):
                raise ToolError(str(error.__cause__)) from error
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_refusal(error.__cause__)) from error
            raise


@dataclass(frozen=True, slots=True)
class _Citing:
    """Cites the entries of a glossary."""

    manifest: Manifest
    address: str | None

    def facts(self, entry: Entry) -> dict[str, Any]:
        """Return the fields of ``Cited``."""
        address = (self.address or "").rstrip("/")
        url = term_address(address, entry.id) if address else None
        licence = f" ({self.manifest.licence})" if self.manifest.licence else ""
        citation = f"“{entry.term}”, {self.manifest.title}{licence}"
        if url is not None:
            citation += f", {url}"
        return {"id": entry.id, "term": entry.term, "citation": citation, "url": url}

    def all(self, entries: Sequence[Entry]) -> list[Cited]:
        """Cite several."""
        return [Cited(**self.facts(entry)) for entry in entries]


def mcp_server(live: Live, settings: Settings) -> MCPServer[Any]:
    """Return the server of the tools; each call answers from the snapshot that is live then."""
    manifest = live.searcher.snapshot.manifest
    licence = f" under the licence {manifest.licence}" if manifest.licence else ""
    server = _Tools(
        "glossary",
        title=manifest.title,
        version=version("glossary-search"),
        website_url=settings.address,
        instructions=_INSTRUCTIONS.format(
            title=manifest.title, entries=manifest.counts.entries, licence=licence
        ),
    )
    _add_search(server, live, settings)
    _add_define(server, live, settings)
    _add_related(server, live, settings)
    return server


def _add_search(server: MCPServer[Any], live: Live, settings: Settings) -> None:
    @server.tool(
        title="Search the glossary",
        annotations=_READING,
        description=(
            "Find the terms that a description in plain words means, best first. Takes terms, "
            "acronyms and misspelt terms as well."
        ),
    )
    def search(
        query: Annotated[
            str, Field(description="A description or a term, up to 2,000 characters.")
        ],
        *,
        limit: Annotated[int, Field(strict=True, description="How many hits, 1 to 100.")] = 5,
        category: Annotated[
            str | None, Field(description="Search only the entries of this category.")
        ] = None,
    ) -> Found:
        searcher = live.searcher
        answer = searcher.search(query, limit=limit, category=category)
        citing = _Citing(searcher.snapshot.manifest, settings.address)
        hits = [
            FoundTerm(
                **citing.facts(hit.entry),
                definition=hit.definition,
                strength=hit.strength,
                matched_on=hit.matched_on.value,
            )
            for hit in answer.hits
        ]
        return Found(query=query, corrected=answer.corrected, close_match=answer.close, hits=hits)


def _add_define(server: MCPServer[Any], live: Live, settings: Settings) -> None:
    @server.tool(
        title="Define a term",
        annotations=_READING,
        description=(
            "Return the entry of one term: all its definitions, aliases, example and links. "
            "An unknown term is an error that names the nearest ones."
        ),
    )
    def define(term: _Term) -> Definition:
        searcher = live.searcher
        entry = searcher.snapshot.entries[searcher.resolve(term)]
        citing = _Citing(searcher.snapshot.manifest, settings.address)
        return Definition(
            **citing.facts(entry),
            definitions=list(entry.definitions),
            aliases=list(entry.aliases),
            category=entry.category,
            example=entry.example,
            see_also=citing.all(searcher.linked(entry.see_also)),
            broader=citing.all(searcher.linked(entry.broader)),
            source=entry.source,
            source_url=entry.url,
        )


def _add_related(server: MCPServer[Any], live: Live, settings: Settings) -> None:
    @server.tool(
        title="List related terms",
        annotations=_READING,
        description="Return the terms that are closest in meaning to one term, closest first.",
    )
    def related(
        term: _Term,
        *,
        limit: Annotated[int, Field(strict=True, description="How many terms, 1 to 50.")] = 10,
        diverse: Annotated[
            bool, Field(strict=True, description="Leave out terms that say much the same.")
        ] = False,
    ) -> RelatedTerms:
        searcher = live.searcher
        number = searcher.resolve(term)
        citing = _Citing(searcher.snapshot.manifest, settings.address)
        items = [
            RelatedTerm(
                **citing.facts(item.entry),
                strength=item.strength,
                snippet=item.snippet,
                curated=item.curated,
                shared_words=list(item.shared_words),
            )
            for item in searcher.related(number, limit=limit, diverse=diverse)
        ]
        return RelatedTerms(**citing.facts(searcher.snapshot.entries[number]), related=items)


def _refusal(error: ValidationError) -> str:
    """Tell what is wrong with arguments, in one sentence each."""
    sentences = []
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "missing":
            sentences.append(f"{name} is missing.")
        else:
            sentences.append(f"{name}: {fault['msg']}, got {repr(fault['input'])[:80]}.")
    return " ".join(sentences)
