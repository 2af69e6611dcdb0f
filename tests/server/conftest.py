import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from indexer.build import build
from indexer.glossary import Glossary
from indexer.snapshot import listed, switch
from server.app import create_app
from server.live import Live
from server.settings import Settings
from tests.fakes import fears


@pytest.fixture
def make_app(searcher):
    """Return an app over ``fears()`` with these settings."""

    def make(**settings):
        app = create_app(Live(searcher), Settings(**settings))
        app.testing = True
        # As in service: an error of ours becomes a 500, and does not fly out of the client.
        app.config["PROPAGATE_EXCEPTIONS"] = False
        return app

    return make


@pytest.fixture
def app(make_app):
    return make_app()


@pytest.fixture
def client(app):
    return app.test_client()


def other_fears():
    """``fears()``, but every definition says that it is of the other snapshot."""
    glossary = fears()
    entries = tuple(
        replace(entry, definitions=tuple(f"Other: {text}" for text in entry.definitions))
        for entry in glossary.entries
    )
    return Glossary(entries, title="Other fears", licence=glossary.licence)


@pytest.fixture(scope="session")
def built_twice(tiny_model, tmp_path_factory):
    """An index folder with ``fears()`` and, live, ``other_fears()``, of a real small model."""
    index = tmp_path_factory.mktemp("switched") / "index"
    for glossary in (fears(), other_fears()):
        build(glossary, index, model=str(tiny_model))
    return index


@pytest.fixture
def index(built_twice, tmp_path):
    """A copy of it to switch in."""
    return shutil.copytree(built_twice, tmp_path / "switched")


@pytest.fixture
def names(index):
    """The names of its two snapshots, the older first."""
    return [one.name for one in reversed(listed(index))]


@pytest.fixture
def asked_while_switching(index, names):
    """Have threads ask until the live snapshot was switched so often; return what each found."""

    def asked(live, watcher, ask, *, threads, switches):
        stop = threading.Event()
        with ThreadPoolExecutor(threads) as pool:
            asking = [pool.submit(ask, number, stop) for number in range(threads)]
            try:
                for number in range(switches):
                    switch(index, names[number % 2])
                    watcher.look()
                    assert live.name == names[number % 2]
            finally:
                stop.set()
            return [done.result() for done in asking]

    return asked
