"""The search box for pages elsewhere, and the page that shows how to put it there."""

import gzip
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request

from server.address import absolute
from server.settings import Settings

_SCRIPT_AGE = 3600
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def _script() -> bytes:
    """Return the script with its styles in it: pages load one file."""
    folder = Path(__file__).parent
    styles = _COMMENT.sub("", (folder / "widget.css").read_text(encoding="utf-8"))
    script = (folder / "widget.js").read_text(encoding="utf-8")
    return script.replace('"/*styles*/"', json.dumps(" ".join(styles.split()))).encode()


_SCRIPT = _script()
_KILOBYTES = round(len(gzip.compress(_SCRIPT)) / 1000)


def add_widget_views(routes: Blueprint, settings: Settings) -> None:
    """Add ``/widget.js`` and its demo page."""

    @routes.get("/widget.js")
    def widget() -> Response:
        """Send the script, to pages of any origin."""
        response = Response(_SCRIPT, content_type="text/javascript; charset=utf-8")
        response.cache_control.public = True
        response.cache_control.max_age = _SCRIPT_AGE
        # So that pages may check its integrity, and isolated ones load it.
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.add_etag()
        response.make_conditional(request)
        return response

    @routes.get("/widget")
    def widget_demo() -> str:
        """Show the box and its attributes."""
        script = absolute(settings, "reach.widget")
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(script))
        return render_template("widget.html", script=script, origin=origin, kilobytes=_KILOBYTES)
