"""What may be kept of an answer, and how: an ETag and an age tied to the snapshot, compression."""

import hashlib
import importlib.metadata

from flask import Flask, Response, request
from flask_compress import Compress

from server.live import Live
from server.settings import Settings

_CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"}
_VERSION = importlib.metadata.version("glossary-search")


def register_caching(app: Flask, live: Live, settings: Settings) -> None:
    """Let the answers of the API be kept as long as their snapshot is served, and compress all."""
    app.config.setdefault("COMPRESS_ALGORITHM", ["zstd", "br", "gzip"])
    app.config.setdefault(
        "COMPRESS_MIMETYPES",
        [
            "application/json",
            "application/xml",
            "image/svg+xml",
            "text/css",
            "text/html",
            "text/javascript",
            "text/plain",
        ],
    )
    Compress(app)

    # Answers to the same request differ only when one of these, or the snapshot, does.
    decided = hashlib.blake2b(f"{_VERSION} {settings}".encode(), digest_size=4).hexdigest()
    kept = f"public, max-age={settings.cache_seconds}"

    # Functions that follow a request run in turn from the last: this one before the compression,
    # which passes on what is not modified.
    @app.after_request
    def keep(response: Response) -> Response:
        if response.direct_passthrough and hasattr(response.response, "close"):
            # A file: the compression reads it and does not close it.
            response.call_on_close(response.response.close)
        if request.blueprint != "api" and request.endpoint not in {"docs", "openapi"}:
            return response
        if request.method not in {"GET", "HEAD"} or response.status_code != 200:
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        # Weak: the same content may come in several encodings.
        response.set_etag(f"{live.searcher.snapshot.name}-{decided}", weak=True)
        response.headers["Cache-Control"] = kept
        # It looks for all there are, and few requests have one.
        if _CONDITIONS & request.environ.keys():
            response.make_conditional(request)
        return response
