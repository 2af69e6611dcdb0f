"""How much one client may ask for: requests, bytes, and time.

The library `limits` counts the requests, in the memory of each process: an address that reaches
several may get as much from each of them. Not by Flask-Limiter, which is built on it: even for
clients without a limit it took a ninth of the time of an answer that is remembered.
"""

import functools
import ipaddress
import math
import re
import time
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, g, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.sansio.utils import host_is_trusted

from server.problems import problem
from server.settings import Settings

# Seconds a request waited for its turn, put there by the server process.
WAITED = "glossary.waited"
_RETRY_SECONDS = 5
# A byte of a letter that is not in ASCII.
_ESCAPED = re.compile(rb"%[89A-Fa-f]")
# A network of one household or company has so many bits of an IPv6 address.
_IPV6_BITS = 64


def register_limits(app: Flask, settings: Settings) -> None:
    """Refuse what is too much, with what to do about it."""
    app.config["MAX_CONTENT_LENGTH"] = settings.body_bytes
    # Form fields are not asked for anywhere; none has to fit into memory.
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.body_bytes

    @app.before_request
    def asked_for_us() -> None:
        # Not Flask's TRUSTED_HOSTS: without a host it takes, it can build no page of the error.
        if settings.allowed_hosts and not host_is_trusted(request.host, settings.allowed_hosts):
            raise BadRequest("This host is not answered for here.")

    app.before_request(_in_utf_8)

    @app.before_request
    def in_time() -> Response | None:
        waited = float(request.environ.get(WAITED, 0.0))
        if not settings.wait_seconds or waited <= settings.wait_seconds or _is_for_monitors():
            return None
        return _later(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"The service is busy: this request waited {waited:.0f} seconds for its turn.",
            _RETRY_SECONDS,
        )

    @app.before_request
    def of_a_size() -> None:
        if (request.content_length or 0) > settings.body_bytes:
            raise RequestEntityTooLarge

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        most = f"{settings.body_bytes:,}"
        return problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The request body may have at most {most} bytes; send less at once.",
        )

    if settings.rate_limit:
        _limit_rate(app, settings.rate_limit)


def _limit_rate(app: Flask, limit: str) -> None:
    # Two numbers an address; a list of moments would grow with the requests.
    counted = SlidingWindowCounterRateLimiter(MemoryStorage())
    # The shortest first: who is refused by it has not asked the others.
    allowed = sorted(parse_many(limit))

    def refused_by(client: str) -> RateLimitItem | None:
        return next((item for item in allowed if not counted.hit(item, client)), None)

    @app.before_request
    def within_rate() -> Response | None:
        if is_loopback() or request.endpoint == "static" or _is_for_monitors():
            return None
        client = client_key()
        found = refused_by(client)
        if found is None:
            return None
        seconds = counted.get_window_stats(found, client).reset_time - time.time()
        return _later(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too many requests from your address: at most {found} are answered.",
            max(1, math.ceil(seconds)),
        )


def _in_utf_8() -> None:
    query = request.query_string
    if query.isascii() and not _ESCAPED.search(query):
        return
    try:
        unquote_to_bytes(query).decode()
    except UnicodeDecodeError as error:
        raise BadRequest("The address is not in UTF-8; encode it so.") from error


def client_key() -> str:
    """Return whose requests are counted together: an API key's, or an address's."""
    if name := g.get("client"):
        return f"key:{name}"
    address = _address(request.remote_addr)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_BITS), strict=False))
    return str(address)


def is_loopback() -> bool:
    """Tell whether the request comes from this machine."""
    return _is_loopback(request.remote_addr)


@functools.lru_cache(maxsize=256)
def _is_loopback(told: str | None) -> bool:
    address = _address(told)
    return address is not None and address.is_loopback


@functools.lru_cache(maxsize=256)
def _address(told: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address((told or "").split("%")[0])
    except ValueError:
        return None
    # As a socket for both families tells it.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_for_monitors() -> bool:
    return request.blueprint == "health"


def _later(status: HTTPStatus, what: str, seconds: int) -> Response:
    unit = "second" if seconds == 1 else "seconds"
    response = problem(status, f"{what} Try again in {seconds} {unit}.")
    response.headers["Retry-After"] = str(seconds)
    return response
