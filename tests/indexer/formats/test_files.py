"""Files are written whole, one writer at a time, and never something else than a file."""

import fcntl
import os
import subprocess
import sys

import pytest

from indexer.errors import GlossaryError
from indexer.formats.files import write_lines


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_an_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old\n")

    def lines():
        yield "new"
        assert path.read_text() == "old\n"
        raise ZeroDivisionError("in the middle")

    with pytest.raises(ZeroDivisionError, match="in the middle"):
        write_lines(path, lines())
    assert (path.read_text(), left(tmp_path)) == ("old\n", ["out.txt"])


def test_what_a_killed_command_left_does_not_come_into_the_next_file(tmp_path):
    (tmp_path / ".out.txt.part").write_text("half of something far longer than the next one")
    write_lines(tmp_path / "out.txt", ["short"])
    assert (tmp_path / "out.txt").read_text() == "short\n"
    assert left(tmp_path) == ["out.txt"]


def test_two_writers_of_one_file_do_not_mix(tmp_path):
    path = tmp_path / "out.txt"

    def lines():
        yield "first"
        with pytest.raises(GlossaryError, match=r"another command is writing it; try again when"):
            write_lines(path, ["second"])
        yield "first"

    write_lines(path, lines())
    assert path.read_text() == "first\nfirst\n"
    write_lines(path, ["third"])
    assert path.read_text() == "third\n"


def test_a_writer_that_lost_the_race_for_the_name_does_not_write_into_the_published_file(
    tmp_path, monkeypatch
):
    path, real = tmp_path / "out.txt", fcntl.flock

    def late(file, operation):
        # The other command, done with the very file that was opened, puts it in its place.
        (tmp_path / ".out.txt.part").rename(path)
        real(file, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(GlossaryError, match="another command is writing it"):
        write_lines(path, ["new"])
    assert path.read_text() == ""


def test_through_a_link_the_file_is_replaced_that_it_leads_to(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "out.txt").symlink_to("there/real.txt")
    write_lines(tmp_path / "out.txt", ["x"])
    assert (tmp_path / "out.txt").is_symlink()
    assert (tmp_path / "there" / "real.txt").read_text() == "x\n"


def test_a_link_planted_where_the_work_is_done_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / ".out.txt.part").symlink_to("precious")
    with pytest.raises(GlossaryError, match=r"out\.txt cannot be written"):
        write_lines(tmp_path / "out.txt", ["x"])
    assert (tmp_path / "precious").read_text() == "precious"


def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("pipe", "."):
        with pytest.raises(GlossaryError, match="is no file that can be replaced; name another"):
            write_lines(tmp_path / name, ["x"])
    with pytest.raises(GlossaryError, match="loop cannot be written"):
        write_lines(tmp_path / "loop", ["x"])


def test_a_full_disk_is_told_and_leaves_the_old_file(tmp_path):
    """In a process whose files may have 1,000 bytes."""
    (tmp_path / "out.txt").write_text("old\n")
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from indexer.formats.files import write_lines\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_lines(Path(sys.argv[1]), ['x' * 80] * 100)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "out.txt")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "GlossaryError: " in done.stderr
    assert "out.txt cannot be written: File too large." in done.stderr
    assert ((tmp_path / "out.txt").read_text(), left(tmp_path)) == ("old\n", ["out.txt"])
