"""A page of somebody else, on an origin of its own, whose styles spare nobody."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Somebody else</title>
  <link rel="stylesheet" href="/hostile.css">
  <script src="/shortcuts.js"></script>
</head>
<body>
  <main><h1>Somebody else</h1><section id="here"></section>{script}</main>
</body>
</html>
"""
_STYLES = """
html { font-size: 3px; }
body { font: italic 40px/5 fantasy; color: red; letter-spacing: 1em; text-transform: uppercase;
  word-spacing: 3em; text-align: right; cursor: none; margin: 8px; }
h1 { font-size: 20px; }
div, div *, form, label, input, button, p, a, b, i, span {
  display: none !important; position: fixed !important; color: red !important;
  background: lime !important; font-size: 60px !important; opacity: 0 !important;
  transform: rotate(30deg) !important; pointer-events: none !important; width: 3px !important; }
div::before, div::after { content: "hostile" !important; display: block !important; }
"""
# A page that does something at a key, as mail and code hosts do.
_SHORTCUTS = """
window.keys = [];
for (const type of ["keydown", "keypress", "keyup"]) {
  document.addEventListener(type, (event) => window.keys.push(event.key));
}
"""


class Foreign:
    """The page; ``script`` is the element that embeds the box."""

    def __init__(self, address: str) -> None:
        self.address, self.script, self.service = address, "", ""

    def answer(self, path: str) -> tuple[str, str] | None:
        """Return the content type and the text at a path."""
        return {
            "/": ("text/html", _PAGE.replace("{script}", self.script)),
            "/hostile.css": ("text/css", _STYLES),
            "/shortcuts.js": ("text/javascript", _SHORTCUTS),
        }.get(path)

    @property
    def policy(self) -> str:
        """No inline style and no inline script; the service may be loaded from and asked."""
        return (
            f"default-src 'none'; style-src 'self'; script-src 'self' {self.service}; "
            f"connect-src {self.service}; require-trusted-types-for 'script'"
        )


@contextmanager
def foreign() -> Iterator[Foreign]:
    """Serve the page on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = page.answer(self.path)
            kind, text = found or ("text/plain", "")
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", page.policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    page = Foreign(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield page
    server.shutdown()
    server.server_close()
