"""What browsers are told not to do: the same on every answer.

A dict, and no library: Flask-Talisman's last release is of 2023, and there is nothing to decide
here but the texts.
"""

from flask import Flask, Response, request

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


def register_headers(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer; a view that set one of them itself keeps it."""

    @app.after_request
    def protect(response: Response) -> Response:
        # All at once: to look for one name goes through all headers.
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend(
            [(name, value) for name, value in _HEADERS.items() if name.lower() not in given]
        )
        # What pages of other origins may read, they may load too.
        shared = "access-control-allow-origin" in given
        owner = "cross-origin" if shared else "same-origin"
        response.headers.setdefault("Cross-Origin-Resource-Policy", owner)
        if settings.hsts_seconds and request.is_secure:
            value = f"max-age={settings.hsts_seconds}; includeSubDomains"
            response.headers.setdefault("Strict-Transport-Security", value)
        return response
