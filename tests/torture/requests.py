"""Ask a running service what nobody should: malformed, too much, half, and very often."""

import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass

from tests.bench.clients import load
from tests.bench.load import Connection
from tests.bench.processes import memory
from tests.bench.steady import serving
from tests.torture.stage import Stage
from tests.torture.tally import NotWholeError, Tally

_SETTINGS = {"GLOSSARY_LOG_LEVEL": "error"}
# What is refused, is so at once: the quickest answer of a kind, since the machine does more.
_QUICK = 0.05
_PATIENCE = 10.0
_MIB = 1 << 20
_HALF_OPEN, _CLIENTS, _STEP, _SHORT = 400, 64, 5000, 100_000
# What memory may grow by in all the short requests, after the first of them.
_GROWN = 48

Made = Callable[[random.Random], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is sent, and which answers are right.

    ``hung_up`` are those that may have none: the service has answered and closed while they were
    being sent, or they never became a request.
    """

    made: Made
    answers: range = range(400, 500)
    hung_up: bool = False


def _get(path: bytes, *headers: bytes) -> bytes:
    lines = (b"GET " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers)
    return b"\r\n".join((*lines, b"", b""))


def _post(body: bytes, *headers: bytes) -> bytes:
    length = b"Content-Length: %d" % len(body)
    kind = b"Content-Type: application/json"
    lines = (b"POST /api/v1/search HTTP/1.1", b"Host: x", b"Connection: close", kind, length)
    return b"\r\n".join((*lines, *headers, b"", b"")) + body


def _posted(value: object) -> bytes:
    return _post(json.dumps(value).encode())


_WRONG: tuple[object, ...] = (
    {}, [], None, 7, "fear", {"queries": "fear"}, {"queries": [7]}, {"queries": [None]},
    {"queries": [["fear"]]}, {"queries": []}, {"queries": ["fear"] * 257},
    {"queries": ["fear"], "limit": "ten"}, {"queries": ["fear"], "limit": -1},
    {"queries": ["fear"], "limit": 10**30}, {"queries": ["fear"], "limit": 1.5},
    {"queries": ["fear"], "min_strength": "much"}, {"queries": ["fear"], "exact": "perhaps"},
)  # fmt: skip
_VALID = (
    _get(b"/api/v1/search?q=fear+of+heights&limit=5"), _get(b"/api/v1/terms/e1/related"),
    _get(b"/terms/e1"), _get(b"/api/v1/suggest?q=te"), _posted({"queries": ["fear"]}),
)  # fmt: skip
_ODD = (
    b"\0",
    b"\xff",
    b"%00",
    b"%ff",
    b"%ED%A0%80",
    b"\r\n",
    b" ",
    b"../",
    b"9" * 400,
    b"\xe2\x80\xae",
)


def _mutated(rng: random.Random) -> bytes:
    data = bytearray(rng.choice(_VALID))
    for _ in range(rng.choice((1, 1, 2, 8))):
        place = rng.randrange(len(data))
        kind = rng.randrange(3)
        if kind == 0:
            data[place] = rng.randrange(256)
        elif kind == 1:
            del data[place : place + rng.randrange(1, 9)]
        else:
            data[place:place] = rng.choice(_ODD)
    return bytes(data)


_ANSWERED = range(200, 500)
KINDS: dict[str, Kind] = {
    "an address of 1 MiB": Kind(lambda _: _get(b"/api/v1/search?q=" + b"a" * _MIB), hung_up=True),
    "a query of 1 MiB": Kind(lambda _: _posted({"queries": ["fear " * (_MIB // 5)]})),
    "a body of 8 MiB": Kind(lambda _: _post(b" " * (8 * _MIB)), hung_up=True),
    "a header of 1 MiB": Kind(lambda _: _get(b"/", b"X: " + b"a" * _MIB), hung_up=True),
    "20,000 headers": Kind(lambda _: _get(b"/", *[b"X: a"] * 20_000), hung_up=True),
    "JSON nested 100,000 deep": Kind(lambda _: _post(b'{"queries":' + b"[" * 100_000)),
    "JSON of wrong types": Kind(lambda rng: _posted(rng.choice(_WRONG))),
    "invalid UTF-8 in an address": Kind(lambda _: _get(b"/api/v1/search?q=%ff%fe")),
    "invalid UTF-8 in a body": Kind(lambda _: _post(b'{"queries":["\xff\xfe"]}')),
    "lone surrogates and NUL": Kind(lambda _: _post(b'{"queries":["\\ud800\\u0000"]}'), _ANSWERED),
    "two lengths": Kind(lambda _: _post(b"{}", b"Content-Length: 9")),
    "a path out of the folder": Kind(lambda _: _get(b"/static/..%2f..%2f..%2fetc/passwd")),
    "bytes that are no HTTP": Kind(lambda rng: rng.randbytes(200) + b"\r\n\r\n", hung_up=True),
    "requests changed at random": Kind(_mutated, _ANSWERED, hung_up=True),
}


def hostile(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Send each kind again and again; the service refuses it at once, and goes on."""
    stage.reset()
    rng = random.Random(stage.seed + 5)
    with serving(stage.folder / "index", _SETTINGS) as (address, pid):
        place = _place(address)
        for name, kind in KINDS.items():
            tally, times = Tally(f"request: {name}", "requests"), [_PATIENCE]
            until = time.monotonic() + seconds / 2 / len(KINDS)
            while tally.tries < 3 or time.monotonic() < until:
                request = kind.made(rng)
                with tally.trying(repr(request[:200])):
                    times.append(_asked(place, request, kind))
            with tally.trying("the service afterwards"):
                _still_answers(address)
                if min(times) > _QUICK:
                    raise NotWholeError(f"the quickest answer took {min(times):.3f} s")
            yield tally
        yield _half_open(address)
        yield _short(address, pid, seconds / 2)


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition("/")[2].partition(":")
    return host, int(port)


def _asked(place: tuple[str, int], request: bytes, kind: Kind) -> float:
    """Send a request and return the seconds from its end to that of its answer."""
    with socket.create_connection(place, timeout=_PATIENCE) as client:
        # What is refused at its beginning is not read to its end.
        with suppress(OSError):
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
        sent, answer = time.monotonic(), b""
        try:
            while part := client.recv(1 << 16):
                answer += part
        except TimeoutError as error:
            raise NotWholeError("no answer") from error
        except ConnectionError as error:
            # An answer that came is lost with what was on its way to a closed connection.
            if not kind.hung_up:
                raise NotWholeError(f"hung up: {error}") from error
    taken = time.monotonic() - sent
    if not answer and not kind.hung_up:
        raise NotWholeError("closed without an answer")
    if answer and int(answer.split(maxsplit=2)[1]) not in kind.answers:
        raise NotWholeError(f"status {answer[:100]!r}")
    return taken


def _still_answers(address: str) -> None:
    with closing(Connection(address)) as connection:
        reply = connection.get("/readyz")
        if reply.status != 200 or reply.milliseconds > 1000 * _PATIENCE:
            raise NotWholeError(f"status {reply.status} after {reply.milliseconds:.0f} ms")


def _half_open(address: str) -> Tally:
    """Open many connections that send half a request or nothing, and ask beside them."""
    tally = Tally(f"{_HALF_OPEN} connections with half a request or none", "requests")
    with ExitStack() as stack:
        for number in range(_HALF_OPEN):
            client = stack.enter_context(socket.create_connection(_place(address), timeout=5))
            client.sendall((b"", b"GET / HT", _post(b"{}" * 99)[:-5])[number % 3])
        for _ in range(20):
            with tally.trying("asked beside them"):
                _still_answers(address)
    return tally


def _short(address: str, pid: int, seconds: float) -> Tally:
    """Send short requests from many clients, in steps; memory is to stay where it is."""
    tally = Tally(f"5,000 short requests of {_CLIENTS} clients", "requests")
    until, first = time.monotonic() + seconds, 0.0
    for step in range(_SHORT // _STEP):
        with tally.trying(f"step {step}"):
            paths = ["/healthz", "/api/v1/suggest?q=te", "/api/v1/terms/e1"] * (_STEP // 3)
            load(address, paths, clients=_CLIENTS)
            taken = memory(pid).pss
            first = first or taken
            if taken > first + _GROWN:
                raise NotWholeError(f"memory grew from {first:.0f} to {taken:.0f} MiB")
        if time.monotonic() > until:
            break
    return tally
