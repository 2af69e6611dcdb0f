"""What the views of the API share: the blueprint, its answers and how it refuses."""

from typing import NoReturn

from flask import request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from flask_openapi3.types import ResponseDict
from pydantic import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from indexer.errors import BadQueryError

PREFIX = "/api/v1"
_PROBLEM = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
}
_ERRORS: ResponseDict = {
    "400": {"description": "The request is refused; `detail` says why.", "content": _PROBLEM},
    "default": {"description": "Any other error, in the same shape.", "content": _PROBLEM},
}
NOT_FOUND: ResponseDict = {
    "404": {"description": "There is no such term or category.", "content": _PROBLEM}
}
STALE: ResponseDict = {
    "409": {
        "description": "The cursor is of another snapshot, letter or category.",
        "content": _PROBLEM,
    }
}


def api_blueprint() -> APIBlueprint:
    """Return the blueprint that the views are put into."""
    routes = APIBlueprint(
        "api",
        __name__,
        url_prefix=PREFIX,
        abp_responses=_ERRORS,
        operation_id_callback=lambda name, path, method: name,
    )

    @routes.before_request
    def read_strictly() -> None:
        """Refuse what would be ignored or misread."""
        for name, values in request.args.lists():
            if len(values) > 1:
                raise BadQueryError(f"{name[:80]} is given {len(values)} times; give it once.")
        if request.method == "POST":
            if not request.is_json:
                raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
            if request.get_json(silent=True) is None:
                raise BadQueryError("The body is no JSON; send a JSON object in UTF-8.")

    return routes


def refuse(error: ValidationError) -> NoReturn:
    """Turn what pydantic found into a sentence.

    Raises:
        BadQueryError: Always.
    """
    first = error.errors(include_url=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    name, got = place.removeprefix(".") or "The body", repr(first.get("input"))[:40]
    sizes = first.get("ctx", {})
    wanted = {
        "list_type": f"must be a list, got {got}",
        "too_short": f"must have at least {sizes.get('min_length')} item",
        "too_long": f"has {sizes.get('actual_length')} items, at most {sizes.get('max_length')} "
        "are allowed",
    }
    raise BadQueryError(f"{name} {wanted.get(first['type'], first['msg'])}.")


SEARCH = Tag(name="Search", description="Find terms from a description, or by their names.")
TERMS = Tag(name="Terms", description="Look terms up, and what is related to them.")
GLOSSARY = Tag(name="Glossary", description="What is served.")
