"""The document of the API, and a page that shows it: from our own server, without scripts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask_openapi3.openapi import OpenAPI

from indexer.bodies import Body
from indexer.glossary import Entry
from server.live import Live

SUMMARY = (
    "Find terms of the glossary from a description in plain words, look them up, and see what is "
    "related to what. Answers carry an `ETag` that changes with the snapshot. Every error is "
    "problem details (RFC 9457), with a sentence that says what to change."
)
_SCHEMAS = "#/components/schemas/"
_METHODS = ("get", "post")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, in words; ``shape`` names the shape of which it is or which it lists."""

    text: str
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter of a request or a key of a body."""

    name: str
    kind: Kind
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    id: str
    method: str
    path: str
    summary: str
    parameters: list[Part]
    body: str | None
    answer: str
    example: str
    example_body: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Operations about one subject."""

    name: str
    description: str
    operations: list[Operation]


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of a body, or of a part of one; ``sent`` tells those of requests."""

    name: str
    description: str
    parts: list[Part]
    sent: bool


def register_docs(app: OpenAPI, live: Live) -> None:
    """Serve the document at ``/openapi.json`` and the page at ``/docs``."""

    @app.get("/openapi.json", endpoint="openapi", doc_ui=False)
    def document() -> Body:
        return app.api_doc

    @app.get("/docs", endpoint="docs", doc_ui=False)
    def page() -> str:
        first = live.searcher.snapshot.entries[0]
        return render_template(
            "docs.html",
            info=app.api_doc["info"],
            groups=list(groups(app.api_doc, first)),
            shapes=list(shapes(app.api_doc)),
        )


def groups(document: Mapping[str, Any], first: Entry) -> Iterator[Group]:
    """Yield the operations of a document by their tags; examples are about an entry."""
    for tag in document["tags"]:
        operations = [
            _operation(path, method, item[method], first)
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item and tag["name"] in item[method]["tags"]
        ]
        yield Group(tag["name"], tag["description"], operations)


def shapes(document: Mapping[str, Any]) -> Iterator[Shape]:
    """Yield the shapes of a document, those that bodies are made of."""
    schemas = document["components"]["schemas"]
    sent = _sent(document)
    for name, schema in sorted(schemas.items()):
        yield Shape(name, schema.get("description", ""), list(_parts(schema)), name in sent)


def _operation(path: str, method: str, operation: Mapping[str, Any], first: Entry) -> Operation:
    parameters = [
        Part(
            found["name"],
            _kind(found["schema"]),
            found["required"],
            found.get("description", ""),
        )
        for found in operation.get("parameters", [])
    ]
    body = operation.get("requestBody")
    answer = operation["responses"]["200"]
    name = operation["operationId"]
    example_body = _example_body(name, first)
    return Operation(
        id=name,
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        parameters=parameters,
        body=_shape_of(body) if body else None,
        answer=_shape_of(answer),
        example=_example(path, name, first),
        # Between single quotes of a shell, where a single quote needs care.
        example_body=json.dumps(example_body, ensure_ascii=False).replace("'", "'\\''")
        if example_body
        else None,
    )


def _example(path: str, name: str, first: Entry) -> str:
    queries = {
        "search": "?q=dread+of+open+places&limit=3",
        "suggest": "?q=a",
        "terms": "?letter=A&limit=10",
        "related": "?limit=5",
    }
    return path.replace("{entry_id}", first.id) + queries.get(name, "")


def _example_body(name: str, first: Entry) -> Body | None:
    text = "dread of open places"
    bodies: dict[str, Body] = {
        "search_many": {"queries": [text, first.term], "limit": 3},
        "related_to": {"text": text, "limit": 5},
        "relatedness": {"pairs": [{"one": {"term": first.id}, "other": {"text": text}}]},
    }
    return bodies.get(name)


def _sent(document: Mapping[str, Any]) -> set[str]:
    """Return the names of the shapes that requests are made of."""
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    left = [_shape_of(asked["requestBody"]) for asked in operations if "requestBody" in asked]
    sent: set[str] = set()
    while left:
        name = left.pop()
        sent.add(name)
        parts = _parts(document["components"]["schemas"][name])
        left.extend(part.kind.shape for part in parts if part.kind.shape)
    return sent


def _shape_of(told: Mapping[str, Any]) -> str:
    reference: str = told["content"]["application/json"]["schema"]["$ref"]
    return reference.removeprefix(_SCHEMAS)


def _parts(schema: Mapping[str, Any]) -> Iterator[Part]:
    for name, found in schema.get("properties", {}).items():
        required = name in schema.get("required", [])
        yield Part(name, _kind(found), required, found.get("description", ""))


def _kind(schema: Mapping[str, Any]) -> Kind:
    """Say in words what a schema allows."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_SCHEMAS)
        return Kind(name, name)
    if "anyOf" in schema:
        kinds = [_kind(option) for option in schema["anyOf"]]
        return Kind(" or ".join(kind.text for kind in kinds), kinds[0].shape)
    if schema.get("type") == "array":
        items = _kind(schema["items"])
        return Kind(f"list of {items.text}{_bounds(schema, 'Items')}", items.shape)
    if "enum" in schema:
        return Kind(", ".join(schema["enum"]))
    bounds = (
        _bounds(schema, "Length") if schema.get("type") == "string" else _bounds(schema, "imum")
    )
    default = f", by default {json.dumps(schema['default'])}" if "default" in schema else ""
    return Kind(f"{schema.get('type', 'any')}{bounds}{default}")


def _bounds(schema: Mapping[str, Any], what: str) -> str:
    least, most = schema.get(f"min{what}"), schema.get(f"max{what}")
    if most is None:
        return ""
    counted = {"Items": "", "Length": " characters", "imum": ""}[what]
    return f" ({most:,g}{counted})" if least == most else f" ({least or 0:g} to {most:,g}{counted})"
