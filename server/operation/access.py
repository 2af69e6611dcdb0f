"""API keys: made here, kept as hashes in a file, asked for where the settings name one.

A key has 256 random bits, so its SHA-256 is as good as a slow hash: there is nothing to guess.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, g, request

from indexer.errors import GlossaryError
from server.problems import problem
from server.settings import Settings

_START = "glossary_"
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_LINE = re.compile(rf"({_NAME.pattern}) sha256:([0-9a-f]{{64}})")


class BadKeysError(GlossaryError):
    """A file of API keys is damaged, or a name in it is taken."""


def new_key(file: Path, name: str) -> str:
    """Add a key to a file, made when absent and for its owner alone; return the key, this once.

    Raises:
        BadKeysError: The name is no name or taken, or the file is damaged or cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise BadKeysError(
            f"{name[:80]!r} is no name for a key; use letters, digits, '.', '_', '-'."
        )
    if file.exists() and name in read_keys(file):
        raise BadKeysError(f"{file} has a key named {name!r}; remove its line to make a new one.")
    key = f"{_START}{secrets.token_urlsafe(32)}"
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as lines:
            lines.write(f"{name} sha256:{_hash(key)}\n")
    except OSError as error:
        raise BadKeysError(f"{file} cannot be written ({error.strerror}).") from error
    return key


def read_keys(file: Path) -> dict[str, str]:
    """Return the hashes of a file of keys by name; empty lines and those with # say nothing.

    Raises:
        BadKeysError: The file cannot be read, or a line of it is something else.
    """
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BadKeysError(f"{file} cannot be read ({error}).") from error
    keys: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or found[1] in keys:
            # Not the line itself: somebody may have put a key there in plain.
            raise BadKeysError(
                f"{file}:{number}: this line is no name with a hash of its own; "
                f"`glossary keys NAME --file {file}` makes one."
            )
        keys[found[1]] = found[2]
    return keys


def owner_of(key: str, keys: Mapping[str, str]) -> str | None:
    """Return the name that goes with a key. Every hash is compared, in constant time."""
    given, owner = _hash(key), None
    for name, kept in keys.items():
        if hmac.compare_digest(given, kept):
            owner = name
    return owner


def register_access(app: Flask, settings: Settings) -> None:
    """Ask for a key on every request to the API, where the settings name a file of keys.

    Pages of this service and of the origins it allows need none: what they show is public anyway,
    and a page cannot keep a key to itself. A program may pass for a page; then it has what a page
    has, and the limits of an address.
    """
    if settings.api_keys is None:
        return
    keys = read_keys(settings.api_keys)

    @app.before_request
    def known() -> Response | None:
        if not request.path.startswith("/api/") or request.method == "OPTIONS":
            return None
        given = _given()
        g.client = owner_of(given, keys) if given else None
        if g.client or (not given and _from_a_page(settings)):
            return None
        what = "This API key is not known." if given else "The API asks for a key."
        response = problem(
            HTTPStatus.UNAUTHORIZED, f"{what} Send one as 'Authorization: Bearer KEY'."
        )
        response.headers["WWW-Authenticate"] = "Bearer"
        return response


def _given() -> str | None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else request.headers.get("X-API-Key")


def _from_a_page(settings: Settings) -> bool:
    # Browsers set both, and no script can change them.
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    origin = request.headers.get("Origin")
    return origin is not None and bool({origin, "*"} & set(settings.cors_origins))


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
