"""Reads a frozen dataclass from environment variables and options, and refuses all wrong values.

Its fields are the keys: ``rate_limit`` is read from ``GLOSSARY_RATE_LIMIT`` and from the option
``--rate-limit``, which wins. A field's type decides what a value may look like.
"""

import difflib
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from indexer.errors import GlossaryError

PREFIX = "GLOSSARY_"


class BadSettingsError(GlossaryError):
    """Settings are wrong; ``problems`` holds a sentence for each of them."""

    def __init__(self, problems: Collection[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: what it means, what it may be, and where it is read from."""

    name: str
    kind: Any
    default: Any
    meaning: str
    least: float | None
    most: float | None
    check: Callable[[Any], str | None] | None

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"{PREFIX}{self.name.upper()}"

    @property
    def option(self) -> str:
        """The command-line option."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def shown_default(self) -> str:
        """Write the default as it would be given."""
        if isinstance(self.default, bool):
            return str(self.default).lower()
        if isinstance(self.default, Enum):
            return str(self.default.value)
        return "none" if self.default in (None, (), "") else f"{self.default}"

    @property
    def wanted(self) -> str:
        """Tell in words what a value must be."""
        kind = _plain(self.kind)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return f"one of {', '.join(member.value for member in kind)}"
        if get_origin(kind) is tuple:
            return "texts with commas between them"
        words = {bool: "true or false", int: "a whole number", float: "a number", Path: "a path"}
        return f"{words.get(kind, 'a text')}{self._range()}"

    def _range(self) -> str:
        if self.least is None:
            return ""
        if self.most is None:
            return f", {self.least:g} or more"
        return f" from {self.least:g} to {self.most:g}"


def setting(
    default: Any,
    meaning: str,
    *,
    least: float | None = None,
    most: float | None = None,
    check: Callable[[Any], str | None] | None = None,
) -> Any:
    """Return a dataclass field with what its key needs; ``check`` returns what is wrong, if it is.

    A field without it is a key too, with a default and nothing more.
    """
    told = {"meaning": meaning, "least": least, "most": most, "check": check}
    return field(default=default, metadata=told)


def keys_of(settings: type) -> list[Key]:
    """Return the keys of a dataclass, in its order."""
    hints = get_type_hints(settings)
    return [
        Key(
            name=one.name,
            kind=hints[one.name],
            default=None if one.default is MISSING else one.default,
            meaning=one.metadata.get("meaning", ""),
            least=one.metadata.get("least"),
            most=one.metadata.get("most"),
            check=one.metadata.get("check"),
        )
        for one in fields(settings)
    ]


def read(
    settings: type, environ: Mapping[str, str], options: Mapping[str, str | None]
) -> dict[str, Any]:
    """Return the values that are given, by field; an option wins over the environment.

    Raises:
        BadSettingsError: Values are wrong, each told with its key, its value and the remedy.
    """
    values: dict[str, Any] = {}
    problems = []
    for key in keys_of(settings):
        given = options.get(key.name)
        source = key.variable if given is None else key.option
        raw = environ.get(key.variable) if given is None else given
        if raw is None:
            continue
        try:
            values[key.name] = _value(key, raw)
        except ValueError as error:
            problems.append(f"{source} is {raw[:80]!r}, but must be {error}.")
    if problems:
        raise BadSettingsError(problems)
    return values


def unknown(settings: type, environ: Mapping[str, str], *, elsewhere: Collection[str]) -> list[str]:
    """Return a sentence for each ``GLOSSARY_`` variable that nobody reads."""
    known = {key.variable for key in keys_of(settings)} | set(elsewhere)
    strange = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
    return [f"{name} is no setting and is ignored{_nearest(name, known)}" for name in strange]


def _nearest(name: str, known: Collection[str]) -> str:
    # Without what all of them begin with, and are alike in.
    short = {one.removeprefix(PREFIX): one for one in sorted(known)}
    found = difflib.get_close_matches(name.removeprefix(PREFIX), short, n=1)
    return f"; did you mean {short[found[0]]}?" if found else "."


def _value(key: Key, raw: str) -> Any:
    """Turn a text into a value; the message of a ``ValueError`` tells what it must be."""
    text, kind = raw.strip(), _plain(key.kind)
    # Empty is how a variable is unset in a unit file or a compose file.
    if not text and kind is not key.kind:
        return None
    try:
        value = _parsed(kind, text)
    except ValueError:
        raise ValueError(key.wanted) from None
    low = key.least is not None and value < key.least
    high = key.most is not None and value > key.most
    if low or high:
        raise ValueError(key.wanted)
    if key.check is not None and (problem := key.check(value)):
        raise ValueError(problem)
    return value


def _parsed(kind: Any, text: str) -> Any:
    if kind is bool and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    # int() would take "1_0" and digits of other scripts.
    if kind is int and text.isascii() and text.removeprefix("-").isdigit():
        return int(text)
    if kind is float and math.isfinite(float(text)):
        return float(text)
    if kind in {bool, int, float}:
        raise ValueError(text)
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return kind(text)


def _plain(kind: Any) -> Any:
    """Return ``int`` for ``int | None``."""
    parts = [part for part in get_args(kind) if part is not type(None)]
    optional = len(parts) < len(get_args(kind)) and get_origin(kind) is not tuple
    return parts[0] if optional else kind
