"""Every error in one shape: problem details for programs, a page for people."""

import json
import logging
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, HTTPException, NotFound

from indexer.errors import BadQueryError, UnknownCategoryError, UnknownEntryError
from server.wire import problem_body

_FOR_PROGRAMS = ("/healthz", "/readyz", "/metrics")

logger = logging.getLogger(__name__)


def problem(status: int, detail: str) -> Response:
    """Answer with an error, in the form the path's readers want."""
    title = HTTPStatus(status).phrase
    # Of a host that is none no address can be made, and so no page.
    no_host = isinstance(request.routing_exception, BadRequest)
    if no_host or request.path.startswith("/api/") or request.path in _FOR_PROGRAMS:
        body = json.dumps(problem_body(status, title, detail), ensure_ascii=False)
        return Response(f"{body}\n", status, content_type="application/problem+json")
    page = render_template("problem.html", status=status, heading=title, detail=detail)
    return Response(page, status, content_type="text/html; charset=utf-8")


def register_problems(app: Flask) -> None:
    """Answer every error of an app by ``problem``."""
    app.register_error_handler(BadQueryError, _bad_query)
    app.register_error_handler(UnknownEntryError, _unknown_entry)
    app.register_error_handler(UnknownCategoryError, _unknown_category)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _bad_query(error: BadQueryError) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, str(error))


def _unknown_entry(error: UnknownEntryError) -> Response:
    if "entry_id" in (request.view_args or {}):
        return problem(HTTPStatus.NOT_FOUND, f"There is no term with the id {error.name[:80]!r}.")
    return problem(HTTPStatus.NOT_FOUND, str(error))


def _unknown_category(error: UnknownCategoryError) -> Response:
    return problem(HTTPStatus.NOT_FOUND, str(error))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status == HTTPStatus.NOT_FOUND:
        # A view that was reached says itself what is not there.
        reached = error.description not in {None, NotFound.description}
        told = error.description if reached else f"There is nothing at {request.path[:200]!r}."
        return problem(status, str(told))
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = sorted(getattr(error, "valid_methods", None) or ())
        response = problem(
            status, f"{request.method} is not allowed here; use {', '.join(allowed)}."
        )
        response.headers["Allow"] = ", ".join(allowed)
        return response
    if status < HTTPStatus.BAD_REQUEST:
        # A redirect is an HTTPException too.
        return error.get_response()
    return problem(status, error.description or HTTPStatus(status).description)


def _bug(error: Exception) -> Response:
    logger.error("%s %s failed.", request.method, request.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed on this request; its log says why."
    )
