import pytest
from click.testing import CliRunner

from indexer.cli import main


@pytest.mark.parametrize(
    "arguments", [["train", "--lessons", "kept"], ["train", "--teacher-weight", "0.5"]]
)
def test_what_is_for_a_teacher_is_refused_without_one(arguments, tmp_path):
    told = CliRunner().invoke(main, [*arguments, "--output", str(tmp_path / "adapter")])
    assert told.exit_code == 2
    assert f"Leave out {arguments[1]}: there is no --teacher." in told.output
    assert not list(tmp_path.iterdir())


def test_how_many_threads_is_not_for_a_cluster(tmp_path):
    arguments = ["relate", "--ray", "127.0.0.1:1", "--measure", "meaning", "--threads", "2"]
    told = CliRunner().invoke(main, [*arguments, "--output", str(tmp_path / "pairs.csv")])
    assert told.exit_code == 2
    assert "Leave out --threads: the nodes of a cluster" in told.output
