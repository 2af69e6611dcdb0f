"""What browsers are told not to do: the same on every answer.

A dict, and no library: Flask-Talisman's last release is of 2023, and there is nothing to decide
here but the texts. They are added around the app, where an answer's headers are a plain list: Flask
checks each by itself when it is put into its response.
"""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from server.settings import Settings

# Everything comes from this origin: no page asks anyone else for anything, and nothing in a page
# runs that is not a file of ours.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "SAMEORIGIN",
}
_OWNER = "Cross-Origin-Resource-Policy"
# What pages of other origins may read, they may load too.
_ALONE = _HEADERS | {_OWNER: "same-origin"}
_SHARED = _HEADERS | {_OWNER: "cross-origin"}


def register_headers(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer; a view that set one of them itself keeps it."""
    inside = app.wsgi_app
    insisted = f"max-age={settings.hsts_seconds}; includeSubDomains"

    def protected(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            given = {name.lower() for name, _ in headers}
            ours = _SHARED if "access-control-allow-origin" in given else _ALONE
            if settings.hsts_seconds and environ["wsgi.url_scheme"] == "https":
                ours = ours | {"Strict-Transport-Security": insisted}
            added = [pair for pair in ours.items() if pair[0].lower() not in given]
            return start_response(status, headers + added, *error)

        return inside(environ, start)

    app.wsgi_app = protected  # type: ignore[method-assign]
