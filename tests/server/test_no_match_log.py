"""The no-match log: whole lines from several processes, and never more than twice its size."""

import json
import multiprocessing
import stat

import pytest

from server.operation.gaps import NoMatchLog

WRITERS, LINES = 4, 200


def write(path, writer):
    log = NoMatchLog(path, most_bytes=1 << 30)
    for number in range(LINES):
        log.add([f"writer {writer} line {number} {'x' * 500}"], snapshot="s")


def test_lines_of_several_processes_stay_whole(tmp_path):
    path = tmp_path / "log.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(path, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    queries = {json.loads(line)["query"] for line in path.read_text().splitlines()}
    assert len(queries) == WRITERS * LINES


def test_at_its_size_it_is_renamed_and_begun_anew(tmp_path):
    path = tmp_path / "log.jsonl"
    log = NoMatchLog(path, most_bytes=2000)
    for number in range(100):
        log.add([f"query {number}"], snapshot="s")
    kept = [path.with_name("log.jsonl.1"), path]
    assert all(file.stat().st_size <= 2000 + 100 for file in kept)
    queries = [json.loads(line)["query"] for file in kept for line in file.read_text().splitlines()]
    # The newest are there, in order and without a gap.
    assert queries == [f"query {number}" for number in range(100 - len(queries), 100)]
    assert {file.name for file in tmp_path.iterdir()} <= {
        "log.jsonl",
        "log.jsonl.1",
        ".log.jsonl.lock",
    }


def test_any_text_becomes_one_line(tmp_path):
    path = tmp_path / "log.jsonl"
    texts = ["two\nlines", "a\u2028b", '"quoted"', "\ud800 alone", "日本語"]
    NoMatchLog(path, most_bytes=10_000).add(texts, snapshot="s")
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert len(lines) == len(texts) + 1
    assert json.loads(lines[4])["query"] == "日本語"


def test_others_may_not_read_it(tmp_path):
    path = tmp_path / "log.jsonl"
    NoMatchLog(path, most_bytes=1000).add(["x"], snapshot="s")
    assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0


@pytest.mark.parametrize("name", ["none/log.jsonl", ""])
def test_a_log_that_cannot_be_written_fails_no_search(tmp_path, caplog, name):
    NoMatchLog(tmp_path / name, most_bytes=1 << 20).add(["x"], snapshot="s")
    assert "cannot be written" in caplog.text
