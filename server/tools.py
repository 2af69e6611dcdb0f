"""What assistants ask of the glossary, as tools of the Model Context Protocol."""

from importlib.metadata import version
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, ToolAnnotations
from pydantic import Field, ValidationError

from indexer.errors import GlossaryError
from server.citations import (
    Citing,
    Definition,
    Found,
    FoundTerm,
    RelatedTerm,
    RelatedTerms,
)
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
        citing = Citing(searcher.snapshot.manifest, settings.address)
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
        citing = Citing(searcher.snapshot.manifest, settings.address)
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
        citing = Citing(searcher.snapshot.manifest, settings.address)
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
