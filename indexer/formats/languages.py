"""Which of several texts is in the language asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text and the tag of its language; ``None`` where a file says nothing of it."""

    text: str
    language: str | None = None


def distance(tag: str | None, language: str) -> int | None:
    """Return how far a tag is from the language asked for; ``None`` where it is another language.

    Nearest is the language itself, then a variant of it ("en-GB" for "en"), then what it is a
    variant of, then another variant, and last a text without a tag.
    """
    if not tag:
        return 4
    tag, language = tag.lower().replace("_", "-"), language.lower().replace("_", "-")
    if tag == language:
        return 0
    if tag.startswith(f"{language}-"):
        return 1
    if language.startswith(f"{tag}-"):
        return 2
    return 3 if tag.split("-")[0] == language.split("-")[0] else None


def nearest(texts: Iterable[Tagged], language: str) -> list[str]:
    """Return the texts of the nearest tag, in their order, each once."""
    found: dict[int, list[str]] = {}
    for tagged in texts:
        far = distance(tagged.language, language)
        if far is not None and tagged.text.strip():
            found.setdefault(far, []).append(tagged.text)
    return list(dict.fromkeys(found[min(found)])) if found else []


def spoken(texts: Iterable[Tagged], language: str) -> list[str]:
    """Return every text that is in the language or says nothing of it, nearest first."""
    kept = [
        (far, tagged.text)
        for tagged in texts
        if (far := distance(tagged.language, language)) is not None and tagged.text.strip()
    ]
    return list(dict.fromkeys(text for _, text in sorted(kept, key=lambda pair: pair[0])))


def languages_of(texts: Sequence[Tagged]) -> str:
    """List the tags there are, for a message."""
    return (
        ", ".join(sorted({tagged.language for tagged in texts if tagged.language}))
        or "none that is stated"
    )
