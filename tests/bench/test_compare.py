"""The parts that figures of the comparison go through: queries, clients, ratios, tables, memory."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.bench.clients import Load, load
from tests.bench.compare.findings import Findings, Measure, Series, best, times_better
from tests.bench.compare.growth import sizes
from tests.bench.compare.report import page
from tests.bench.compare.serving import PART
from tests.bench.peers.peer import entries_of
from tests.bench.processes import cpu_seconds, memory
from tests.bench.queries import unseen

SLOW, FAST = Measure(PART, "p50 ms", 1), Measure(PART, "requests/s", 0, more=True)
MACHINE = {
    "cpu": "Some CPU",
    "cores": 2,
    "features": ["avx2"],
    "system": "Linux",
    "load average at the start": "0.1",
    "versions": {"glossary": {"numpy": "2.0"}},
}


@pytest.fixture
def service():
    """A server that counts what it is asked, and answers in two parts."""
    asked: Counter[str] = Counter()

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            asked[self.path] += 1
            self.send_response(404 if self.path == "/absent" else 200)
            self.send_header("Content-Length", "20000")
            self.end_headers()
            self.wfile.write(b"a" * 10_000)
            self.wfile.flush()
            time.sleep(0.001)
            self.wfile.write(b"b" * 10_000)

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_each_path_is_asked_once_by_one_of_the_clients(service):
    address, asked = service
    done = load(address, [f"/{number}" for number in range(50)], clients=4)
    assert asked == Counter({f"/{number}": 1 for number in range(50)})
    assert len(done.times) == 50
    assert min(done.times) >= 1
    assert done.rate == pytest.approx(50 / done.seconds)


def test_a_load_ends_when_its_time_is_over(service):
    address, asked = service
    done = load(address, itertools.repeat("/"), clients=2, seconds=0.2)
    assert 0.2 <= done.seconds < 5
    assert len(done.times) == asked["/"] > 2


def test_an_answer_that_is_not_200_fails_the_run(service):
    with pytest.raises(AssertionError, match="404"):
        load(service[0], ["/absent"], clients=1)


def test_percentiles_are_of_the_times():
    assert Load([4.0, 1.0, 3.0, 2.0, 5.0], 1.0).percentile(50) == 3


def test_no_query_comes_twice():
    assert list(unseen(["fear of cats", "of cats", "joy"])) == [
        "fear of cats",
        "of cats",
        "joy",
        "cats",
    ]


def test_a_ratio_is_the_median_within_the_rounds():
    ours, other = Series(SLOW, "a", 0, [1, 2, 10]), Series(SLOW, "b", 0, [3, 4, 5])
    assert times_better(ours, other) == 2
    ours, other = Series(FAST, "a", 0, [1, 2, 10]), Series(FAST, "b", 0, [2, 4, 5])
    assert times_better(ours, other) == 0.5


def test_best_is_least_or_most():
    one, other = [2.0, 2.0, 90.0], [3.0, 3.0, 3.0]
    assert best([Series(SLOW, "a", 0, one), Series(SLOW, "b", 0, other)]).subject == "a"
    assert best([Series(FAST, "a", 0, one), Series(FAST, "b", 0, other)]).subject == "b"


def test_a_table_has_medians_ratios_and_notes():
    findings = Findings()
    for subject, ms, rate in (("glossary", 2.0, 1000.0), ("txtai", 5.0, 500), ("Chroma", 4.0, 600)):
        findings.add(SLOW, subject, ms)
        findings.add(FAST, subject, rate)
    findings.note(PART, "Once.")
    findings.note(PART, "Once.")
    lines = page(findings, MACHINE, {"rounds": 1})
    assert "|  | p50 ms | requests/s |" in lines
    assert "| glossary | 2.0 | 1,000 |" in lines
    row = "| **glossary, times better than the best other** | 2.00 (Chroma) | 1.67 (Chroma) |"
    assert row in lines
    assert lines.count("- Once.") == 1


def test_sizes_grow_threefold_and_end_at_the_largest():
    assert sizes(1000) == [1000]
    assert sizes(20_000) == [1000, 3000, 10_000, 20_000]
    assert sizes(30_000) == [1000, 3000, 10_000, 30_000]
    with pytest.raises(ValueError, match="at least 1,000, got 999"):
        sizes(999)


def test_the_rows_of_an_entry_count_once():
    assert entries_of(["7/1", "3/0", "7/0"]) == ["7", "3"]


def test_memory_is_what_the_kernel_tells():
    """Of a process of its own: what other tests let go of does not count there."""
    program = "input(); held = bytearray(b'x' * (64 << 20)); print(len(held), flush=True); input()"
    command = [sys.executable, "-c", f"print(0, flush=True); {program}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, bufsize=0) as child:
        assert child.stdin
        assert child.stdout
        child.stdout.readline()
        before = memory(child.pid)
        child.stdin.write(b"\n")
        child.stdout.readline()
        after = memory(child.pid)
        child.stdin.write(b"\n")
    assert after.rss - before.rss == pytest.approx(64, abs=8)
    assert after.pss - before.pss == pytest.approx(64, abs=8)


def test_cpu_time_is_what_the_process_used():
    before, own = cpu_seconds(os.getpid()), time.process_time()
    while time.process_time() < own + 0.3:
        sum(range(10_000))
    used = time.process_time() - own
    assert cpu_seconds(os.getpid()) - before == pytest.approx(used, abs=0.1)
