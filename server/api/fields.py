"""Values of requests: read strictly, refused with a sentence, described as JSON Schema."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from indexer.errors import BadQueryError
from indexer.hits import LONGEST_QUERY

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Control characters are refused, but for those that count as white space.
_REFUSED = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
_BLANK = r"\x09-\x0d\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
TEXT_SCHEMA: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_QUERY,
    "pattern": f"^[^{_REFUSED}]*[^{_REFUSED}{_BLANK}][^{_REFUSED}]*$",
}


def _written_number(value: object, info: ValidationInfo) -> int:
    """Read a whole number of a query string, in plain digits."""
    raw = str(value)
    # int() would take "1_0", "٣" and " 7 " too.
    if not (raw.removeprefix("-").isascii() and raw.removeprefix("-").isdigit()) or len(raw) > 9:
        raise BadQueryError(f"{info.field_name} must be a whole number, got {raw[:40]!r}.")
    return int(raw)


def _written_strength(value: object, info: ValidationInfo) -> float:
    raw = str(value)
    if not _NUMBER.fullmatch(raw):
        raise BadQueryError(f"{info.field_name} must be a number, got {raw[:40]!r}.")
    return float(raw)


def _written_bool(value: object, info: ValidationInfo) -> bool:
    """Read "true" or "false", as JSON writes them."""
    if value not in {"true", "false"}:
        raise BadQueryError(f"{info.field_name} must be true or false, got {str(value)[:40]!r}.")
    return value == "true"


def _written_text(value: object, info: ValidationInfo) -> str:
    text = str(value)
    if not text.strip():
        raise BadQueryError(f"{info.field_name} must not be empty.")
    return text


def _written_name(value: object, info: ValidationInfo) -> str:
    if not value:
        raise BadQueryError(f"{info.field_name} must not be empty.")
    return str(value)


def _text(value: object, info: ValidationInfo) -> str:
    if not isinstance(value, str):
        raise BadQueryError(f"{info.field_name} must be text, got {_shown(value)}.")
    return _written_text(value, info)


def _name(value: object, info: ValidationInfo) -> str:
    if not isinstance(value, str):
        raise BadQueryError(f"{info.field_name} must be text, got {_shown(value)}.")
    return _written_name(value, info)


def _number(value: object, info: ValidationInfo) -> int:
    # JSON has one kind of number: 5.0 is a whole one.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadQueryError(f"{info.field_name} must be a whole number, got {_shown(value)}.")
    return value


def _strength(value: object, info: ValidationInfo) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise BadQueryError(f"{info.field_name} must be a number, got {_shown(value)}.")
    # Of whole numbers JSON has longer ones than a float holds.
    return float(max(min(value, 10**9), -(10**9)))


def _bool(value: object, info: ValidationInfo) -> bool:
    if not isinstance(value, bool):
        raise BadQueryError(f"{info.field_name} must be true or false, got {_shown(value)}.")
    return value


def _shown(value: object) -> str:
    return "null" if value is None else repr(value)[:40]


def whole(most: int) -> dict[str, Any]:
    """Return the schema of a whole number from 1."""
    return {"type": "integer", "minimum": 1, "maximum": most}


_STRENGTH_SCHEMA: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 100}
_BOOL_SCHEMA: dict[str, Any] = {"type": "boolean"}
NAME_SCHEMA: dict[str, Any] = {"type": "string", "minLength": 1}

# Of a query string, where everything is text.
WrittenText = Annotated[str, BeforeValidator(_written_text), WithJsonSchema(TEXT_SCHEMA)]
WrittenName = Annotated[str, BeforeValidator(_written_name)] | SkipJsonSchema[None]
WrittenNumber = Annotated[int, BeforeValidator(_written_number)]
WrittenStrength = (
    Annotated[float, BeforeValidator(_written_strength), WithJsonSchema(_STRENGTH_SCHEMA)]
    | SkipJsonSchema[None]
)
WrittenBool = Annotated[bool, BeforeValidator(_written_bool), WithJsonSchema(_BOOL_SCHEMA)]

# Of a JSON body.
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(TEXT_SCHEMA)]
Name = Annotated[str, BeforeValidator(_name), WithJsonSchema(NAME_SCHEMA)]
Number = Annotated[int, BeforeValidator(_number)]
Strength = Annotated[float, BeforeValidator(_strength), WithJsonSchema(_STRENGTH_SCHEMA)]
Bool = Annotated[bool, BeforeValidator(_bool), WithJsonSchema(_BOOL_SCHEMA)]
