"""Answers to what is no proper request, in our form of errors."""

import json
from http import HTTPStatus

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException

from server.wire import problem_body

# The most that gunicorn allows. Longer queries go to POST /api/v1/search.
LONGEST_REQUEST_LINE = 8190


class LateError(ParseException):
    """The beginning of a request did not come in time."""


def refusal(error: ParseException) -> bytes:
    """Return the whole answer, after which the connection is closed."""
    status, detail = _problem(error)
    body = f"{json.dumps(problem_body(status, status.phrase, detail))}\n"
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*lines, "", body)).encode()


def _problem(error: ParseException) -> tuple[HTTPStatus, str]:
    if isinstance(error, LimitRequestLine):
        return (
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The address may have at most {LONGEST_REQUEST_LINE:,} bytes; "
            f"POST /api/v1/search takes longer queries.",
        )
    if isinstance(error, LimitRequestHeaders):
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "The headers are too many or too long; send fewer.",
        )
    if isinstance(error, LateError):
        return HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time; send it at once."
    return HTTPStatus.BAD_REQUEST, "This is no proper HTTP request."
