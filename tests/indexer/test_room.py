"""Too little address space is found out before a library is called that would not bear it."""

import subprocess
import sys

import pytest

from indexer import exported, quantised
from indexer.encoder import prepare_encoder
from indexer.errors import LowMemoryError
from indexer.processor import has_eight_bits
from indexer.room import Room

# More than any machine gives a process, and than any of these tests needs.
_ENDLESS = 1 << 30


def _limited(mebibytes, code):
    limit = f'ulimit -v {mebibytes << 10}; exec "$0" "$@"'
    return subprocess.run(
        ["/bin/sh", "-c", limit, sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_can_be_mapped_is_enough(tmp_path):
    Room(library=64, a_core=8).require("A model", tmp_path / "none")


def test_what_no_process_may_have_is_refused_with_the_figure_and_the_remedy(tmp_path):
    with pytest.raises(
        LowMemoryError, match=r"^A model needs about 1,073,741,824 MiB more .* `ulimit -v unlim"
    ):
        Room(library=_ENDLESS, a_core=0).require("A model", tmp_path)


def test_the_weights_count_whether_a_file_or_a_folder(tmp_path):
    weights = tmp_path / "weights.bin"
    with weights.open("wb") as file:
        file.truncate(3 << 20)
    for path in (weights, tmp_path):
        with pytest.raises(LowMemoryError, match=r"1,073,741,836 MiB"):
            Room(library=_ENDLESS, a_core=0).require("A model", path)


@pytest.mark.parametrize(
    ("opened", "told"),
    [
        ("from indexer.exported import ExportedEncoder as opened", "An encoder needs about"),
        ("from indexer.quantised import QuantisedEncoder as opened", "An encoder of queries needs"),
    ],
)
def test_an_encoder_under_a_limit_is_refused_before_anything_is_read(opened, told, tmp_path):
    code = f"{opened}\nfrom pathlib import Path\nopened(Path({str(tmp_path)!r}))"
    done = _limited(450, code)
    assert f"LowMemoryError: {told}" in done.stderr
    assert "LowMemoryError" not in _limited(8000, code).stderr


@pytest.mark.parametrize("command", ["search", "info"])
@pytest.mark.parametrize("mebibytes", [100, 400])
def test_a_command_under_a_limit_ends_with_the_sentence(command, mebibytes, make_index):
    arguments = [command, "--index", str(make_index()), *(["fear"] if command == "search" else [])]
    code = f"from indexer.cli import main\nmain({arguments!r}, prog_name='glossary')"
    done = _limited(mebibytes, code)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: glossary needs about ")
    assert "ulimit -v" in done.stderr


@pytest.mark.parametrize("opening", [exported, quantised])
def test_an_export_that_found_no_room_is_not_done_without(
    opening, tiny_model, tmp_path, monkeypatch
):
    if opening is quantised and not has_eight_bits():
        pytest.skip("The CPU does not add up eight bits.")
    monkeypatch.setattr(opening, "_ROOM", Room(library=_ENDLESS, a_core=0))
    with pytest.raises(LowMemoryError):
        prepare_encoder(str(tiny_model), tmp_path / "encoder", samples=["fear of spiders"])
