"""What a site owner decides about the service: one frozen object, read once at the start."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from limits import parse_many

from server.environment import Key, keys_of, read, setting, unknown

# Read by other parts: the index of every command, and the texts of `glossary evaluate`.
_ELSEWHERE = ("GLOSSARY_INDEX", "GLOSSARY_EVALUATION_DATA")
_MIB = 1 << 20


class LogFormat(Enum):
    """How log lines look."""

    JSON = "json"
    TEXT = "text"


class LogLevel(Enum):
    """From which level on lines are logged; requests are told at info."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _rate_limit(text: str) -> str | None:
    try:
        parse_many(text) if text else None
    except ValueError:
        return 'limits like "50 per second; 1500 per minute", or empty for none'
    return None


def _host_names(names: tuple[str, ...]) -> str | None:
    strange = [name for name in names if not name or "/" in name or "*" in name]
    return "host names like terms.example.org, without scheme or path" if strange else None


def _origins(origins: tuple[str, ...]) -> str | None:
    strange = [
        origin
        for origin in origins
        if origin != "*"
        and (not origin.startswith(("http://", "https://")) or origin.count("/") > 2)
    ]
    return "origins like https://example.org, without a path, or *" if strange else None


def _address(text: str | None) -> str | None:
    if text is None or (text.startswith(("http://", "https://")) and not text.endswith("/")):
        return None
    return "an address like https://terms.example.org, without a slash at its end"


def _readable(path: Path | None) -> str | None:
    return None if path is None or path.is_file() else "a file that is there"


def _in_a_folder(path: Path | None) -> str | None:
    if path is None or (path.parent.is_dir() and not path.is_dir()):
        return None
    return "a file in a folder that is there"


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is a key: ``rate_limit`` is GLOSSARY_RATE_LIMIT and --rate-limit."""

    host: str = setting("127.0.0.1", "The address to listen on.")
    port: int = setting(8000, "The port; 0 takes a free one.", least=0, most=65535)
    processes: int = setting(
        0,
        "Server processes, each with the snapshot open; 0 is what suits cores and encoder.",
        least=0,
        most=64,
    )
    threads: int = setting(8, "Requests that a process works on at a time.", least=1, most=256)
    wait_seconds: float = setting(
        10.0,
        "A request that waited longer for its turn is answered 503; 0 lets it wait.",
        least=0,
        most=600,
    )
    stop_seconds: int = setting(
        30, "How long a stop lets requests in flight end.", least=0, most=600
    )
    watch_seconds: float = setting(
        2.0, "How often a process looks for a new snapshot; 0 is never.", least=0, most=3600
    )
    query_cache: int = setting(
        2048,
        "Queries that a process remembers, with vectors and answers; 0 is none.",
        least=0,
        most=1_000_000,
    )
    hits: int = setting(10, "Hits on a page, and in an answer by default.", least=1, most=100)
    related_items: int = setting(
        10, "Related items on a page, and in an answer by default.", least=1, most=50
    )
    address: str | None = setting(
        None,
        "The public address, for canonical links; else that of the request.",
        check=_address,
    )
    cors_origins: tuple[str, ...] = setting(
        (), "Origins whose pages may call the API, with commas between; * is all.", check=_origins
    )
    cache_seconds: int = setting(
        60,
        "How long an answer of the API may be used without asking again.",
        least=0,
        most=31_536_000,
    )
    allowed_hosts: tuple[str, ...] = setting(
        (), "Host names answered for, with commas between; else all.", check=_host_names
    )
    proxies: int = setting(
        0,
        "Proxies in front, each adding X-Forwarded-For and -Proto; 0 trusts neither.",
        least=0,
        most=10,
    )
    rate_limit: str = setting(
        "50 per second; 1500 per minute",
        "Requests from one address, in each process; empty is no limit. Loopback has none.",
        check=_rate_limit,
    )
    body_bytes: int = setting(4 * _MIB, "The largest request body.", least=1024, most=1024 * _MIB)
    api_keys: Path | None = setting(
        None, "A file of `glossary keys`; the API then asks for a key.", check=_readable
    )
    hsts_seconds: int = setting(
        0, "How long browsers are told to use HTTPS only; 0 does not say so.", least=0, most=10**9
    )
    metrics: bool = setting(
        default=False, meaning="Whether /metrics answers, in Prometheus' format."
    )
    log_format: LogFormat = setting(LogFormat.JSON, "How log lines look: json or text.")
    log_level: LogLevel = setting(LogLevel.INFO, "debug, info (a line a request), warning, error.")
    log_queries: bool = setting(
        default=False, meaning="Whether logs may hold what people searched for."
    )
    no_match_log: Path | None = setting(
        None,
        "A file for queries without a close match; `glossary gaps` reads it.",
        check=_in_a_folder,
    )
    no_match_bytes: int = setting(
        10 * _MIB, "At this size it is renamed to .1 and begun anew.", least=1024, most=1024 * _MIB
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], **options: str | None) -> Self:
        """Read the settings; an option that is not ``None`` wins over the environment.

        Raises:
            BadSettingsError: Values are wrong; it tells all of them, each with the remedy.
        """
        return cls(**read(cls, environ, options))

    @classmethod
    def keys(cls) -> list[Key]:
        """Return all keys, in the order of the table."""
        return keys_of(cls)

    @classmethod
    def unknown(cls, environ: Mapping[str, str]) -> list[str]:
        """Return a sentence for each ``GLOSSARY_`` variable that no part reads."""
        return unknown(cls, environ, elsewhere=_ELSEWHERE)

    @property
    def is_loopback(self) -> bool:
        """Tell whether it listens for this machine alone."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"
