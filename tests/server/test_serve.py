"""``glossary serve`` as processes of its own, asked over the network."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

import pytest

from indexer.snapshot import switch
from server import serve

OURS = {name: value for name, value in os.environ.items() if not name.startswith("GLOSSARY_")}


@contextmanager
def serving(index, *options, **environ):
    """Start the service on a free port; yield its address and its process, with a ``log``."""
    # Not a pipe: nobody reads it meanwhile, and the service would stand still when it is full.
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "indexer",
                "serve",
                "--port",
                "0",
                "--index",
                str(index),
                *options,
            ],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=OURS | {"PYTHONUNBUFFERED": "1"} | environ,
        )
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[-1], process, log
        finally:
            stopped(process)


def stopped(process, log=None):
    """Stop it; return what it logged."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    if log is None:
        return ""
    log.seek(0)
    return log.read()


def get(address, **headers):
    request = urllib.request.Request(address, headers=headers)  # noqa: S310  our own address
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def started_wrong(*options, **environ):
    done = subprocess.run(
        [sys.executable, "-m", "indexer", "serve", "--port", "0", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=OURS | environ,
    )
    assert "Traceback" not in done.stderr
    return done


def wait_for(condition, seconds=30):
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"it did not come true within {seconds} seconds")


def test_the_service_answers_over_the_network(psychology_index):
    with serving(psychology_index, "--hsts-seconds", "60") as (address, process, log):
        _, headers, body = get(f"{address}/api/v1/search?q=dread+of+open+places+and+crowds&limit=1")
        assert json.loads(body)["hits"][0]["id"] == "agoraphobia"
        # A production server, never Flask's own.
        assert "Werkzeug" not in str(headers)
        assert "Related Articles" in get(f"{address}/terms/interpersonal-therapy")[2]
        assert get(f"{address}/readyz")[0] == 200
        # Headers of a proxy mean nothing to it.
        status, headers, _ = get(f"{address}/healthz", **{"X-Forwarded-Proto": "https"})
        assert (status, "Strict-Transport-Security" in headers) == (200, False)
        text = stopped(process, log)
    assert process.returncode == 0
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["path"] for line in lines if "path" in line] == [
        "/api/v1/search",
        "/terms/interpersonal-therapy",
        "/readyz",
        "/healthz",
    ]
    assert "dread" not in text


def test_what_is_no_proper_request_is_answered_in_the_form_of_all_errors(index):
    with serving(index) as (address, _, _):
        status, headers, body = get(f"{address}/api/v1/search?q={'x' * 9000}")
        assert (status, headers["Content-Type"]) == (414, "application/problem+json")
        assert json.loads(body)["detail"].startswith("The address may have at most 8,190 bytes")
        status, _, body = get(f"{address}/", **{"X-Long": "x" * 9000})
        assert (status, json.loads(body)["title"]) == (431, "Request Header Fields Too Large")
        with socket.create_connection(("127.0.0.1", int(address.split(":")[-1]))) as raw:
            raw.sendall(b"GET /?q=secret words HTTP/1.1\r\n\r\n")
            assert raw.recv(4096).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_new_snapshots_are_served_by_every_process_without_a_failed_request(index, names):
    """Real processes, switched while they are asked; tests/bench/switching.py does it 100 times."""
    options = ("--processes", "2", "--watch-seconds", "0.05", "--metrics", "true")
    with serving(index, *options) as (address, _, _):
        stop, told = threading.Event(), []

        def ask():
            while not stop.is_set():
                status, _, body = get(f"{address}/api/v1/search?q=Phobia&limit=8")
                assert status == 200
                others = {
                    hit["definition"].startswith("Other: ") for hit in json.loads(body)["hits"]
                }
                assert len(others) == 1
                told.append(others.pop())

        with ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            try:
                for number in range(4):
                    switch(index, names[number % 2])
                    # Both processes: ten answers in a row of the new snapshot.
                    wait_for(lambda wanted=number % 2: set(told[-10:]) == {bool(wanted)})
            finally:
                stop.set()
            for done in asking:
                done.result()
        figures = get(f"{address}/metrics")[2]
    # Added up over the processes; each begins on the second snapshot and switches four times.
    switched = re.search(r"^glossary_snapshot_switches_total (\S+)", figures, re.M)
    counted = re.search(
        r'^glossary_requests_total\{.*"/api/v1/search",status="200"\} (\S+)', figures, re.M
    )
    created = re.search(r"^glossary_snapshot_created_timestamp_seconds (\S+)", figures, re.M)
    assert switched
    assert counted
    assert created
    assert 5 <= float(switched[1]) <= 8
    assert float(counted[1]) == len(told)
    assert float(created[1]) > 1.7e9


def test_a_stop_lets_requests_in_flight_end(index):
    with serving(index) as (address, process, _):
        assert get(f"{address}/readyz")[0] == 200
        with socket.create_connection(("127.0.0.1", int(address.split(":")[-1]))) as slow:
            slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            # The server has begun to read it.
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            slow.sendall(b"Connection: close\r\n\r\n")
            answer = b"".join(iter(lambda: slow.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b'"status":"ok"' in answer
        assert process.wait(timeout=40) == 0


def test_connections_of_a_moment_are_shared_by_the_processes(psychology_index):
    with serving(psychology_index, "--processes", "2") as (address, process, _):
        place = ("127.0.0.1", int(address.split(":")[-1]))

        def open_there():
            maps = [Path(f"/proc/{child}/maps").read_text() for child in children_of(process)]
            return sum(str(psychology_index) in text for text in maps) == 2

        def burst():
            """Return how many of 16 connections each process took."""
            with ExitStack() as opened:
                before = sockets_of(process)
                for _ in range(16):
                    opened.enter_context(socket.create_connection(place))
                wait_for(lambda: sum(sockets_of(process)) == sum(before) + 16)
                taken = [now - had for now, had in zip(sockets_of(process), before, strict=True)]
            wait_for(lambda: sockets_of(process) == before)
            return taken

        wait_for(open_there)
        # The snapshot is open; a moment later they take connections.
        time.sleep(1)
        wait_for(lambda: min(burst()) > 0)
        for _ in range(5):
            assert min(burst()) >= 3


def children_of(process):
    text = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return sorted(map(int, text.split()))


def sockets_of(process):
    """Return how many sockets each of the processes has."""
    return [
        sum(link_of(path).startswith("socket:") for path in Path(f"/proc/{child}/fd").iterdir())
        for child in children_of(process)
    ]


def link_of(path):
    try:
        return str(path.readlink())
    except FileNotFoundError:
        # Closed since the folder was read.
        return ""


def test_the_process_that_keeps_the_others_going_keeps_no_file_of_a_snapshot(index):
    with serving(index) as (address, process, _):
        assert get(f"{address}/readyz")[0] == 200
        assert str(index) not in Path(f"/proc/{process.pid}/maps").read_text()
        assert str(index) in Path(f"/proc/{children_of(process)[0]}/maps").read_text()


@pytest.mark.parametrize("code", [0, 3])
def test_the_bundled_glossary_is_built_by_a_process_of_its_own(monkeypatch, tmp_path, code):
    ran = []

    def run(command, **_):
        ran.append(command)
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr("indexer.bundled.bundled_index", lambda: tmp_path)
    monkeypatch.setattr("server.serve.subprocess.run", run)
    with pytest.raises(SystemExit, match="3") if code else nullcontext():
        assert serve._served(None) == tmp_path
    assert ran[0][1:] == ["-P", "-m", "indexer", "info"]
    assert serve._served(tmp_path) == tmp_path
    assert len(ran) == 1


def test_a_process_that_died_is_replaced_and_serves_what_opens(index, names):
    """Even when what is live by then is damaged."""
    options = ("--processes", "1", "--log-format", "text", "--watch-seconds", "0")
    with serving(index, *options) as (address, process, log):
        assert get(f"{address}/readyz")[0] == 200
        path = index / names[1] / "entries.jsonl"
        path.write_bytes(path.read_bytes()[:-2] + b"??")
        (child,) = children_of(process)
        os.kill(child, signal.SIGKILL)

        def answered():
            try:
                return json.loads(get(f"{address}/readyz")[2])["snapshot"] == names[0]
            except OSError:
                return False

        wait_for(answered)
        text = stopped(process, log)
    assert f"The live snapshot {names[1]} does not open" in text
    assert "SIGKILL" in text


def test_the_service_imports_neither_torch_nor_sentence_transformers(psychology_index):
    code = (
        "import sys; from pathlib import Path\n"
        "from indexer.search import Searcher\n"
        "import server.serve, server.service\n"
        "from server.app import create_app; from server.live import Live\n"
        f"client = create_app(Live(Searcher.open(Path({str(psychology_index)!r})))).test_client()\n"
        "assert client.get('/?q=fear').status_code == 200\n"
        "names = ('torch', 'sentence_transformers', 'transformers', 'sklearn')\n"
        "print([n for n in names if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_port_in_use_is_told_at_once(psychology_index):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = started_wrong("--port", str(port), GLOSSARY_INDEX=str(psychology_index))
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: Cannot listen on 127.0.0.1 port {port}: Address already")


def test_an_unknown_host_is_told():
    done = started_wrong("--host", "no.such.host.invalid", "--port", "8000")
    assert done.returncode == 1
    assert "Cannot listen on no.such.host.invalid port 8000" in done.stderr


def test_wrong_settings_are_told_all_at_once_and_nothing_is_started():
    done = started_wrong("--hits", "none", GLOSSARY_METRICS="1", GLOSSARY_THREADS="0")
    assert done.returncode == 1
    assert done.stderr == (
        "Error: GLOSSARY_THREADS is '0', but must be a whole number from 1 to 256.\n"
        "--hits is 'none', but must be a whole number from 1 to 100.\n"
        "GLOSSARY_METRICS is '1', but must be true or false.\n"
    )


def test_a_setting_that_nobody_reads_is_told(tmp_path):
    done = started_wrong("--index", str(tmp_path), GLOSSARY_PROCESES="2")
    assert done.stderr.startswith(
        "Note: GLOSSARY_PROCESES is no setting and is ignored; did you mean GLOSSARY_PROCESSES?\n"
    )


def test_a_damaged_snapshot_stops_the_start(index, names):
    path = index / names[1] / "entries.jsonl"
    path.write_bytes(path.read_bytes()[:-2] + b"??")
    done = started_wrong("--index", str(index))
    assert done.returncode == 1
    assert "entries.jsonl is damaged" in done.stderr


def test_a_damaged_file_of_keys_stops_the_start(index, tmp_path):
    (tmp_path / "keys.txt").write_text("nonsense\n")
    done = started_wrong("--index", str(index), "--api-keys", str(tmp_path / "keys.txt"))
    assert done.returncode == 1
    assert "keys.txt:1: this line is no name with a hash" in done.stderr


def test_the_help_has_an_option_for_every_setting():
    from server.settings import Settings

    done = subprocess.run(
        [sys.executable, "-m", "indexer", "serve", "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    for key in Settings.keys():  # noqa: SIM118  no dict
        assert f"{key.option} " in done.stdout
        assert key.variable in "".join(done.stdout.split())
