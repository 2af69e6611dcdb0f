"""What a site owner decides about the service."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Defaults are for a page of ten hits and ten related items, as the original site had.

    ``address`` is where readers reach the service, as in ``https://terms.example.org``; without
    it, absolute addresses begin with the host that was asked.
    ``cors_origins`` are the other sites whose pages may ask the API, "*" for all of them;
    ``cache_seconds`` tells how long an answer of the API may be used without asking again.
    """

    hits: int = 10
    related_items: int = 10
    address: str | None = None
    cors_origins: tuple[str, ...] = ()
    cache_seconds: int = 60
