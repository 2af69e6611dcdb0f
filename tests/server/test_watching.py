"""New snapshots are picked up beside the old one, and requests in flight keep theirs."""

import gc
import os
import shutil
import threading
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest

from indexer.errors import BadSnapshotError
from indexer.snapshot import Snapshot, roll_back, switch
from server.app import create_app
from server.live import Live
from server.opening import Opener, encoder_threads, with_processes
from server.service import Service
from server.settings import Settings
from server.watching import Watcher
from tests.fakes import fears
from tests.server.conftest import other_fears

SWITCHES = 12


@pytest.fixture
def opener(index):
    return Opener(index, Settings())


@pytest.fixture
def live(opener):
    return Live(opener.open_live())


@pytest.fixture
def watcher(live, opener):
    return Watcher(live, opener, seconds=0.01)


@pytest.fixture
def asked(live):
    """Ask the app; return the definition of the first hit for "Phobia"."""
    app = create_app(live, Settings())

    def ask():
        body = app.test_client().get("/api/v1/search?q=Phobia&limit=1").get_json()
        return body["hits"][0]["definition"]

    return ask


def damage(index, name):
    path = index / name / "entries.jsonl"
    path.write_bytes(path.read_bytes()[:-2] + b"??")


def test_a_new_snapshot_is_served_after_a_look(index, names, live, watcher, asked):
    assert asked() == "Other: Fear of one thing."
    roll_back(index)
    assert asked() == "Other: Fear of one thing."
    watcher.look()
    assert asked() == "Fear of one thing."
    assert live.name == names[0]


def test_a_request_in_flight_keeps_the_snapshot_it_began_with(index, live, watcher):
    app = create_app(live, Settings())
    with app.test_request_context("/"):
        before = live.searcher
        roll_back(index)
        watcher.look()
        assert live.searcher is before
        assert live.name != before.snapshot.name
    with app.test_request_context("/"):
        assert live.searcher is not before


def test_the_old_snapshot_answers_even_when_its_folder_is_gone(index, names, live):
    old = live.searcher
    shutil.rmtree(index / names[1])
    assert old.search("Phobia", limit=1).hits[0].entry.id == "phobia"
    assert old.related(3, limit=2)


def test_the_old_snapshot_is_let_go_at_once(index, live, watcher):
    old = weakref.ref(live.searcher)
    roll_back(index)
    gc.disable()
    try:
        watcher.look()
        # Nothing goes round in circles: its memory does not wait for a collection.
        assert old() is None
    finally:
        gc.enable()


def test_what_does_not_open_leaves_the_old_one_live_and_is_told_once(
    index, names, live, watcher, asked, caplog
):
    damage(index, names[0])
    (index / "current").write_text(f"{names[0]}\n")
    watcher.look()
    watcher.look()
    assert asked() == "Other: Fear of one thing."
    assert live.refused is not None
    assert live.refused.name == names[0]
    lines = [line for line in caplog.messages if "Still serving" in line]
    assert lines == [f"Still serving {names[1]}: {live.refused.problem}"]
    assert "entries.jsonl is damaged" in lines[0]


def cut(path):
    os.truncate(path, path.stat().st_size - 1)


def link(path):
    path.rename(path.with_name("aside"))
    path.symlink_to("aside")


def flip(path):
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [cut, link, flip, Path.unlink])
@pytest.mark.parametrize("file", ["vectors.faiss", "encoder/model.bin", "words/tokens.npy"])
def test_damage_of_any_kind_is_named_to_monitors_while_the_old_one_is_served(
    index, names, live, watcher, monkeypatch, harm, file
):
    # As in a large snapshot, where opening alone would not find the flipped bit.
    monkeypatch.setattr("indexer.snapshot.checking.HASHED_AT_OPENING", -1)
    client = create_app(live, Settings(metrics=True)).test_client()
    harm(index / names[0] / file)
    (index / "current").write_text(f"{names[0]}\n")
    watcher.look()
    assert live.refused is not None
    assert file in live.refused.problem
    body = client.get("/readyz").get_json()
    assert (body["snapshot"], body["refused"]) == (names[1], names[0])
    assert "\nglossary_snapshot_refused 1.0\n" in client.get("/metrics").get_data(as_text=True)
    switch(index, names[1])
    watcher.look()
    assert client.get("/readyz").get_json()["refused"] is None
    assert "\nglossary_snapshot_refused 0.0\n" in client.get("/metrics").get_data(as_text=True)


def test_a_refused_one_is_not_opened_again_with_every_look(index, names, live, watcher, opener):
    opened = []
    real = opener.open

    def noted(name):
        opened.append(name)
        return real(name)

    opener.open = noted
    damage(index, names[0])
    (index / "current").write_text(f"{names[0]}\n")
    for _ in range(5):
        watcher.look()
    assert opened == [names[0]]


def test_switching_back_ends_the_refusal(index, names, live, watcher):
    damage(index, names[0])
    (index / "current").write_text(f"{names[0]}\n")
    watcher.look()
    (index / "current").write_text(f"{names[1]}\n")
    watcher.look()
    assert live.refused is None


@pytest.mark.parametrize("text", ["", "../..", "nonsense"])
def test_a_damaged_current_leaves_the_old_one_live(index, live, watcher, asked, text):
    (index / "current").write_text(text)
    watcher.look()
    assert asked() == "Other: Fear of one thing."
    assert live.refused is not None
    assert live.refused.name == "current"


def test_a_bug_while_opening_leaves_the_old_one_live(index, live, watcher, opener, asked, caplog):
    def broken(name):
        raise ZeroDivisionError("no")

    opener.open = broken
    roll_back(index)
    watcher.look()
    assert asked() == "Other: Fear of one thing."
    assert live.refused is not None
    assert live.refused.problem == "ZeroDivisionError"
    assert "Traceback" in caplog.text


def test_the_thread_looks_by_itself_and_stops(index, names, live, watcher):
    watcher.start()
    roll_back(index)
    for _ in range(500):
        if live.name == names[0]:
            break
        threading.Event().wait(0.02)
    watcher.stop()
    assert live.name == names[0]
    switch(index, names[1])
    threading.Event().wait(0.1)
    assert live.name == names[0]


def test_switching_under_load_fails_no_request(live, watcher, asked_while_switching):
    """The short and deterministic form of tests/bench/switching.py: every switch is seen."""
    app = create_app(live, Settings())
    wanted = {
        entry.definitions[0] for glossary in (fears(), other_fears()) for entry in glossary.entries
    }

    def ask(_, stop):
        found = set()
        client = app.test_client()
        while not stop.is_set():
            response = client.get("/api/v1/search?q=Phobia&limit=8")
            assert response.status_code == 200
            told = {hit["definition"] for hit in response.get_json()["hits"]}
            # One snapshot in one answer, never two.
            assert len({text.startswith("Other: ") for text in told}) == 1
            found |= told
            assert client.get("/terms/phobia").status_code == 200
        return found

    seen = set.union(*asked_while_switching(live, watcher, ask, threads=4, switches=SWITCHES))
    assert "Fear of one thing." in seen
    assert "Other: Fear of one thing." in seen
    assert seen <= wanted | {"Dreams of water, and of water again."} | {
        "Other: Dreams of water, and of water again."
    }


def test_the_same_encoder_goes_on_and_remembers_its_queries(index, names, opener):
    one, other = opener.open(names[0]), opener.open(names[1])
    # The rows of a query asked before are the very same array.
    assert one.encode(["fear of lifts"]) is other.encode(["fear of lifts"])


def test_an_encoder_that_goes_on_needs_nothing_of_a_snapshot_that_is_gone(index, names, opener):
    opener.open(names[0])
    other = opener.open(names[1])
    shutil.rmtree(index / names[0])
    assert other.related_to("fear of heights, and of much else", limit=3)


def test_another_encoder_is_opened_anew(index, names, opener, tmp_path):
    from indexer.build import build
    from tests.models import save_tiny_model

    model = save_tiny_model(tmp_path / "other-tiny", seed=1)
    third = build(fears(), index, model=str(model)).snapshot
    one, other = opener.open(names[1]), opener.open(third)
    assert abs(one.encode(["fear"]) - other.encode(["fear"])).max() > 1e-3


def test_a_process_that_starts_passes_over_a_live_snapshot_that_does_not_open(index, names, opener):
    damage(index, names[1])
    assert opener.open_live().snapshot.name == names[0]


def test_a_process_with_nothing_to_serve_says_so(index, names, opener):
    for name in names:
        damage(index, name)
    with pytest.raises(BadSnapshotError, match=f"{names[1]}/entries.jsonl is damaged"):
        opener.open_live()


def test_what_was_read_to_its_last_byte_a_moment_ago_is_not_read_again_at_once(
    index, names, monkeypatch
):
    monkeypatch.setattr("indexer.snapshot.checking.HASHED_AT_OPENING", 0)
    path = index / names[1] / "encoder" / "model.bin"
    weights = bytearray(path.read_bytes())
    weights[-1] ^= 1
    path.write_bytes(weights)
    opener = Opener(index, Settings(), checked=names[1])
    assert opener.open(names[1]).snapshot.name == names[1]
    with pytest.raises(BadSnapshotError, match=r"model\.bin is damaged"):
        opener.open(names[1])


def test_a_process_that_takes_the_place_of_another_reads_it_all(index, names, monkeypatch):
    told = []

    def opener(*given, checked):
        told.append(checked)
        return Opener(*given, checked=checked)

    monkeypatch.setattr("server.service.Opener", opener)
    service = Service(
        index,
        Settings(processes=2, watch_seconds=0),
        checked=names[1],
        descriptor=1,
        ready=lambda: None,
    )
    for age in (1, 2, 3):
        service.cfg.pre_fork(None, SimpleNamespace(age=age))
        service.load()
    assert told == [names[1], names[1], None]


def test_what_is_there_before_the_processes_part_is_looked_at_by_none(index, names):
    service = Service(
        index,
        Settings(metrics=False),
        checked=names[1],
        descriptor=1,
        ready=lambda: None,
    )
    try:
        service.cfg.when_ready(None)
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()


@pytest.mark.parametrize(
    ("usable", "cores", "processes", "threads"),
    [
        (False, 2, 1, 2),
        (False, 2, 2, 1),
        (False, 8, 3, 2),
        (False, 1, 4, 1),
        (False, 2, 0, 2),
        (True, 8, 2, 1),
    ],
)
def test_processes_share_the_cores_and_eight_bits_need_one(
    monkeypatch, index, names, usable, cores, processes, threads
):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(cores)))
    monkeypatch.setattr("server.opening.is_usable", lambda folder: usable)
    snapshot = Snapshot.open(index / names[0])
    assert encoder_threads(Settings(processes=processes), snapshot) == threads


@pytest.mark.parametrize(
    ("usable", "cores", "asked", "processes"),
    [(True, 2, 0, 2), (True, 16, 0, 4), (False, 2, 0, 1), (True, 2, 1, 1), (False, 2, 6, 6)],
)
def test_a_process_a_core_serves_where_queries_are_encoded_in_eight_bits(
    monkeypatch, index, names, usable, cores, asked, processes
):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(cores)))
    monkeypatch.setattr("server.opening.is_usable", lambda folder: usable)
    live = Snapshot.open(index / names[1])
    assert with_processes(Settings(processes=asked), live).processes == processes
