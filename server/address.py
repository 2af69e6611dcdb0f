"""Where the service is reached from outside: every absolute address is made here."""

from typing import Any
from urllib.parse import quote

from flask import request, url_for

from server.settings import Settings

# What Werkzeug leaves as it is in a part of a path.
_SAFE = "!$&'()*+,/:;=@"


def base_address(settings: Settings) -> str:
    """Return the address of the service without a slash at its end, for the request at hand."""
    return (settings.address or request.root_url).rstrip("/")


def absolute(settings: Settings, endpoint: str, **values: Any) -> str:
    """Return the address of an endpoint as readers elsewhere need it."""
    return base_address(settings) + url_for(endpoint, **values).removeprefix(request.script_root)


def term_address(base: str, entry_id: str) -> str:
    """Return the address of a term's page below a base: ``absolute`` for thousands, or outside."""
    return f"{base}/terms/{quote(entry_id, safe=_SAFE)}"
