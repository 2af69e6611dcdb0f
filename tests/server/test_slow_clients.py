"""Clients that take their time, or more than their share, keep nobody else waiting."""

import http.client
import json
import os
import signal
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from server.worker import Worker
from server.worker.heads import is_quick
from tests.server.test_serve import get, serving

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module", params=["all in threads", "quick ones at once"])
def service(built_twice, request):
    """One process: where it has one core for itself, it answers what is quick without a thread."""
    cores = os.sched_getaffinity(0)
    if request.param == "all in threads" and len(cores) == 1:
        pytest.skip("a process for each core is one here")
    try:
        if request.param != "all in threads":
            os.sched_setaffinity(0, {min(cores)})
        with serving(built_twice, "--processes", "1", "--threads", "2") as (address, process, _):
            os.sched_setaffinity(0, cores)
            assert get(f"{address}/readyz")[0] == 200
            yield address, process
    finally:
        os.sched_setaffinity(0, cores)


@contextmanager
def connected(address, *sent):
    port = int(address.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for part in sent:
            client.sendall(part)
        yield client


def answer(client):
    return b"".join(iter(lambda: client.recv(65536), b""))


def quickest(address, path="/healthz", tries=5):
    """Return the shortest of several times: other work on the machine is not the service's."""
    times = []
    for _ in range(tries):
        began = time.monotonic()
        assert get(f"{address}{path}")[0] == 200
        times.append(time.monotonic() - began)
    return min(times)


POST = b"POST /api/v1/search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
HALF = POST + b"Content-Length: 30\r\n\r\n" + b'{"queries": ['
LARGE = POST + b"content-length:  100000 \r\n\r\n" + b" " * 60000


@pytest.mark.parametrize("sent", [b"", b"G", HEAD, b"GET /" + b"a" * 4000, HALF, LARGE])
def test_connections_without_the_beginning_of_a_request_hold_no_thread(service, sent):
    """Ten times as many as there are threads."""
    address, _ = service
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(connected(address, sent))
        assert quickest(address) < 0.5


def test_a_head_that_comes_byte_by_byte_is_answered_when_it_is_there(service):
    address, _ = service
    with connected(address) as client:
        for byte in HEAD + b"Connection: close\r\n\r\n":
            client.sendall(bytes([byte]))
        assert b'"status":"ok"' in answer(client)


def test_a_body_that_comes_byte_by_byte_is_answered_when_it_is_there(service):
    address, _ = service
    with connected(address) as client:
        for byte in body(b'{"queries": ["fear"]}'):
            client.sendall(bytes([byte]))
        assert b'"query":"fear"' in answer(client)


def test_a_body_that_waits_for_a_word_gets_it(service):
    address, _ = service
    text = b'{"queries": ["fear"]}'
    head = POST + b"Expect: 100-continue\r\nConnection: close\r\n"
    with connected(address, head + b"Content-Length: %d\r\n\r\n" % len(text)) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(text)
        assert b'"query":"fear"' in answer(client)


@pytest.mark.parametrize("sent", [HEAD, HALF])
def test_a_request_that_does_not_come_in_time_is_told_and_cut_off(service, sent):
    address, _ = service
    began = time.monotonic()
    with connected(address, sent) as client:
        told = answer(client)
    assert 9 < time.monotonic() - began < 13
    assert told.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    body = json.loads(told.split(b"\r\n\r\n", 1)[1])
    assert body["detail"] == "The request did not come in time; send it at once."


@pytest.mark.parametrize("sent", [b"", HEAD, HALF])
def test_who_says_no_more_is_let_go_at_once(service, sent):
    address, _ = service
    began = time.monotonic()
    with connected(address, sent) as client:
        client.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert answer(client) == b""
    assert time.monotonic() - began < 5


def test_a_stop_does_not_wait_for_who_says_nothing(built_twice):
    with serving(built_twice) as (address, process, _), connected(address):
        assert get(f"{address}/readyz")[0] == 200
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=25)
    assert time.monotonic() - began < 20


def test_a_head_without_end_is_refused_before_a_thread_reads_it(service):
    address, _ = service
    with connected(address, b"GET / HTTP/1.1\r\n") as client:
        began = time.monotonic()
        try:
            for number in range(40):
                client.sendall(b"X-%d: %s\r\n" % (number, b"a" * 4000))
            told = client.recv(4096)
        except ConnectionError:
            # It was refused, and the rest of what was sent met a closed door.
            told = b""
        assert time.monotonic() - began < 5
    assert told == b"" or told.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert quickest(address) < 0.5


def test_a_kept_connection_is_used_again(service):
    address, _ = service
    client = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
    for _ in range(3):
        client.request("GET", "/healthz")
        with client.getresponse() as response:
            assert response.status == 200
            assert json.load(response)["status"] == "ok"
        assert client.sock is not None, "it was closed"
    client.close()


def test_requests_sent_without_waiting_are_all_answered_in_their_order(service):
    address, _ = service
    ids = ("agoraphobia", "no-such-term", "agoraphobia")
    parts = [b"GET /api/v1/terms/%s HTTP/1.1\r\nHost: x\r\n" % name.encode() for name in ids]
    whole = b"\r\n".join(parts) + b"\r\n" + body(b'{"queries": ["fear"]}')
    for sent in ([whole], [whole[:90], whole[90:]], [whole[:-3], whole[-3:]]):
        with connected(address) as client:
            for part in sent:
                client.sendall(part)
                time.sleep(0.05)
            told = answer(client)
        statuses = [line[:3] for line in told.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"404", b"200", b"200"]
        assert b'"query":"fear"' in told


def test_the_rest_of_a_request_that_does_not_come_in_time_is_told(service):
    """Its beginning was read with the request before."""
    address, _ = service
    with connected(address, HEAD + b"\r\n" + HEAD) as client:
        told = answer(client)
    statuses = [line[:3] for line in told.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"408"]


@pytest.mark.parametrize("path", ["/healthz", "/map"])
def test_who_is_let_go_and_stays_keeps_nobody_waiting(service, path):
    """Ten times as many as there are threads."""
    address, _ = service
    sent = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    with ExitStack() as stack:
        clients = [stack.enter_context(connected(address, sent)) for _ in range(20)]
        assert quickest(address) < 0.5
        for client in clients:
            assert answer(client).startswith(b"HTTP/1.1 200 OK\r\n")


def test_who_is_let_go_may_still_send(service):
    """What was on its way costs it no answer."""
    address, _ = service
    with connected(address, HEAD + b"Connection: close\r\n\r\n") as client:
        with suppress(ConnectionError):
            for _ in range(20):
                client.sendall(b"a" * 100)
                time.sleep(0.005)
        assert b'"status":"ok"' in answer(client)


def test_who_takes_no_answer_keeps_nobody_waiting_and_gets_all_of_it(service):
    address, _ = service
    # As much as the two ends of a connection never have room for.
    path, whole = "/api/v1/search?q=fear&limit=100", 12 << 20
    count = whole // len(get(f"{address}{path}")[2].encode())
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\n".encode()
    last = head + b"Connection: close\r\n\r\n"
    with connected(address, (head + b"\r\n") * (count - 1) + last) as client:
        time.sleep(3)
        assert quickest(address) < 0.5
        told = answer(client)
    assert told.count(b"HTTP/1.1 200 OK\r\n") == count
    assert len(told) > whole


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\nHost: x",
        b"GET /?q=fear HTTP/1.1",
        b"GET /api/v1/search?q=fear HTTP/1.1",
        b"GET /api/v1/suggest?q=f HTTP/1.1",
        b"GET /suggestions?q=f HTTP/1.1",
        b"GET /terms/fear HTTP/1.1",
        b"GET /api/v1/terms/fear?x=1 HTTP/1.1",
        b"GET /api/v1/terms/fear/related?limit=5 HTTP/1.1",
        b"GET /readyz HTTP/1.1",
    ],
)
def test_what_is_answered_at_once(head):
    assert is_quick(head)
    for more in (b"Content-Length: 4", b"transfer-encoding : chunked", b"EXPECT:", b"Upgrade: h2c"):
        assert not is_quick(head + b"\r\n" + more)


@pytest.mark.parametrize(
    "head",
    [
        b"POST /api/v1/search HTTP/1.1",
        b"GET /terms/fear/map HTTP/1.1",
        b"GET /map HTTP/1.1",
        b"GET /api/v1/terms HTTP/1.1",
        b"GET /metrics HTTP/1.1",
        b"GET  / HTTP/1.1",
        b"\0\1",
        b"",
    ],
)
def test_what_gets_a_thread(head):
    assert not is_quick(head)


def test_an_answer_that_fails_costs_its_connection_and_no_more():
    """Not reached by requests: what fails in the app is answered, and told, before."""
    told = []

    class Failing(Worker):
        def __init__(self):
            """Have nothing of gunicorn's: one answer is all that is asked of it."""

        def handle(self, conn):
            raise ValueError("broken")

        def finish_request(self, conn, fs):
            told.append((conn.sock, fs.result()))

    ours, theirs = socket.socketpair()
    with ours, theirs:
        Failing()._answer(SimpleNamespace(sock=ours, init=lambda: None))
        assert told == [(ours, False)]


def test_more_connections_than_are_taken_wait_and_harm_nothing(service):
    address, process = service
    with ExitStack() as stack:
        for _ in range(500):
            stack.enter_context(connected(address, b"G"))
        assert quickest(address) < 1
    assert process.poll() is None


def body(text):
    return POST + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(text) + text


def asked(path, *headers):
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"


# What is sent, and the status it is refused with.
REFUSED = {
    "no UTF-8 in an address": (asked(b"/api/v1/search?q=%ff%fe"), 400),
    "a long query": (asked(b"/api/v1/search?q=" + b"a" * 8000), 400),
    "a longer address": (asked(b"/" + b"a" * 9000), 414),
    "a long header": (asked(b"/", b"X: " + b"a" * 9000), 431),
    "many headers": (asked(b"/", *(b"X-%d: a" % number for number in range(200))), 431),
    "a long head": (asked(b"/", *(b"X-%d: %s" % (n, b"a" * 4000) for n in range(20))), 431),
    "no HTTP": (b"\0\1\2\r\n\r\n", 400),
    "a query of 1 MiB": (body(b'{"queries": ["' + b"a" * (1 << 20) + b'"]}'), 400),
    "brackets": (body(b"[" * (1 << 20)), 400),
    "deep JSON": (body(b'{"queries": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"), 400),
    "no UTF-8": (body(b'{"queries": ["\xff\xfe"]}'), 400),
    "half a surrogate pair": (body(b'{"queries": ["\\ud800"]}'), 400),
    "another type": (body(b'{"queries": 7}'), 400),
    "many digits": (body(b'{"queries": ["a"], "limit": ' + b"9" * 100_000 + b"}"), 400),
    "a large body": (body(b"a" * (5 << 20)), 413),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_too_much_or_no_request_is_refused(service, what):
    address, _ = service
    sent, status = REFUSED[what]
    with connected(address) as client:
        # Refused by its length, it need not be taken to its end.
        with suppress(ConnectionError):
            client.sendall(sent)
        told = client.recv(4096)
    assert told.split(b" ", 2)[1] == str(status).encode(), told[:300]


def test_memory_does_not_grow_with_what_is_sent(service):
    address, process = service

    def resident():
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        (child,) = map(int, children.split())
        return int(Path(f"/proc/{child}/statm").read_text().split()[1]) * 4096

    def send():
        with connected(address, body(b'{"queries": ["' + b"a" * (3 << 20) + b'"]}')) as client:
            assert client.recv(4096).startswith(b"HTTP/1.1 400 ")

    for _ in range(5):
        send()
    before = resident()
    for _ in range(30):
        send()
    assert resident() - before < 32 << 20
