"""What the head of a request tells before anything reads it."""

import re

# Bytes of a request line and all headers; those of browsers have a few thousand.
LONGEST_HEAD = 1 << 16
# So much of a body is waited for, too, before a thread reads it: all of most.
AWAITED_OF_BODY = 1 << 16

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
# Such a client waits for a word before it sends its body.
_ASKS_FIRST = re.compile(rb"\r\nexpect:", re.IGNORECASE)
# Searches, pages of terms and whether the service is there: answered in milliseconds, and shortly.
_QUICK = re.compile(
    rb"GET /(?:[ ?]|(?:api/v1/(?:search|suggest)|suggestions)\?"
    rb"|(?:api/v1/)?terms/[^/ ?]+[ ?]|api/v1/terms/[^/ ?]+/related[ ?]|(?:healthz|readyz) )"
)
# More comes than a head, or it is to be spoken otherwise.
_MORE = re.compile(
    rb"\r\n(?:content-length|transfer-encoding|expect|upgrade)[ \t]*:", re.IGNORECASE
)


def head_of(come: bytes) -> bytes | None:
    """Return the head that what has come begins with; ``None`` when it has no end yet."""
    end = come.find(_END, 0, LONGEST_HEAD)
    return None if end < 0 else come[:end]


def wanted(head: bytes) -> int:
    """Return how many bytes are waited for of a request with this head."""
    announced = _LENGTH.search(head + b"\r\n")
    length = int(announced[1]) if announced and not _ASKS_FIRST.search(head) else 0
    return len(head) + len(_END) + min(length, AWAITED_OF_BODY)


def is_quick(head: bytes) -> bool:
    """Tell whether a request with this head is answered in milliseconds, and is no more than it."""
    return bool(_QUICK.match(head)) and not _MORE.search(head)
