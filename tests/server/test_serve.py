"""``glossary serve`` as a process of its own, asked over the network."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest


@pytest.fixture
def service(psychology_index):
    """Start the service on a free port; yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", "serve", "--port", "0", "--index", str(psychology_index)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    yield line.split()[-1], process
    process.send_signal(signal.SIGINT)
    process.wait(timeout=10)
    process.stdout.close()


def get(address):
    with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310  our own address
        return response, response.read().decode()


def test_the_service_answers_over_the_network(service):
    address, _ = service
    response, body = get(f"{address}/api/v1/search?q=dread+of+open+places+and+crowds&limit=1")
    assert json.loads(body)["hits"][0]["id"] == "agoraphobia"
    # A production server, never Flask's own.
    assert "Werkzeug" not in str(response.headers)
    _, page = get(f"{address}/terms/interpersonal-therapy")
    assert "Related Articles" in page


def test_the_service_imports_neither_torch_nor_sentence_transformers(psychology_index):
    code = (
        "import sys; from pathlib import Path\n"
        "from indexer.search import Searcher\n"
        "from server.app import create_app; from server.live import Live\n"
        f"client = create_app(Live(Searcher.open(Path({str(psychology_index)!r})))).test_client()\n"
        "assert client.get('/?q=fear').status_code == 200\n"
        "print([n for n in ('torch', 'sentence_transformers', 'transformers') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_port_in_use_is_told_at_once(psychology_index):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "indexer", "serve", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"GLOSSARY_INDEX": str(psychology_index)},
        )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: Cannot listen on 127.0.0.1 port {port}: Address already")


def test_an_unknown_host_is_told():
    done = subprocess.run(
        [sys.executable, "-m", "indexer", "serve", "--host", "no.such.host.invalid"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Cannot listen on no.such.host.invalid port 8000" in done.stderr
