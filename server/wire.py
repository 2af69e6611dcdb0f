"""Query arguments in, JSON bodies out; those the command line prints too are the indexer's."""

from collections.abc import Mapping, Sequence

from werkzeug.datastructures import MultiDict

from indexer.bodies import Body
from indexer.errors import BadQueryError
from indexer.glossary import Entry
from indexer.snapshot import Snapshot


def only(args: "MultiDict[str, str]", *names: str) -> Mapping[str, str]:
    """Return the arguments, and refuse those that would be ignored or stand twice.

    Raises:
        BadQueryError: An argument is unknown or given more than once.
    """
    for name in args:
        if name not in names:
            known = ", ".join(names) or "none"
            raise BadQueryError(f"There is no parameter {name!r} here; known: {known}.")
        if len(args.getlist(name)) > 1:
            raise BadQueryError(f"{name} is given {len(args.getlist(name))} times; give it once.")
    return args


def required_text(args: Mapping[str, str], name: str) -> str:
    """Read a text that must not be empty.

    Raises:
        BadQueryError: It is absent or blank.
    """
    text = args.get(name, "")
    if not text.strip():
        raise BadQueryError(f"{name} must not be empty.")
    return text


def whole_number(args: Mapping[str, str], name: str, *, default: int) -> int:
    """Read a whole number, in plain digits.

    Raises:
        BadQueryError: It is something else.
    """
    raw = args.get(name)
    if raw is None:
        return default
    # int() would take "1_0", "٣" and " 7 " too.
    if not (raw.removeprefix("-").isascii() and raw.removeprefix("-").isdigit()) or len(raw) > 9:
        raise BadQueryError(f"{name} must be a whole number, got {raw[:40]!r}.")
    return int(raw)


def true_or_false(args: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Read "true" or "false", as JSON writes them.

    Raises:
        BadQueryError: It is something else.
    """
    raw = args.get(name)
    if raw is None:
        return default
    if raw not in {"true", "false"}:
        raise BadQueryError(f"{name} must be true or false, got {raw[:40]!r}.")
    return raw == "true"


def term_body(entry: Entry, see_also: Sequence[Entry], broader: Sequence[Entry]) -> Body:
    """Return an entry with its links resolved. Hidden labels stay hidden."""
    return {
        "id": entry.id,
        "term": entry.term,
        "definitions": list(entry.definitions),
        "aliases": list(entry.aliases),
        "category": entry.category,
        "example": entry.example,
        "see_also": [_link_body(linked) for linked in see_also],
        "broader": [_link_body(linked) for linked in broader],
        "source": entry.source,
        "url": entry.url,
    }


def health_body(snapshot: Snapshot) -> Body:
    """Return what a monitor wants to know."""
    return {"status": "ok", "snapshot": snapshot.name, "entries": snapshot.manifest.counts.entries}


def problem_body(status: int, title: str, detail: str) -> Body:
    """Return the one shape of every error (problem details, RFC 9457)."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def _link_body(entry: Entry) -> Body:
    return {"id": entry.id, "term": entry.term}
