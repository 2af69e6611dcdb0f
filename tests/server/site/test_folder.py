import pytest

from indexer.errors import GlossaryError
from server.site.folder import replaced_folder


def replaced(folder):
    return replaced_folder(folder, marker="mark", is_ours={"mark", "a"}.__contains__)


def write(folder, text):
    with replaced(folder) as new:
        (new / "mark").touch()
        (new / "a").write_text(text, encoding="utf-8")


def held(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.mark.parametrize("there", [False, True])
def test_a_new_or_an_empty_folder_is_filled(tmp_path, there):
    folder = tmp_path / "site"
    if there:
        folder.mkdir()
    write(folder, "1")
    assert held(folder) == {"mark": "", "a": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    # Others may read it, as they may what is made beside it.
    (tmp_path / "other").mkdir()
    assert folder.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_an_earlier_one_is_replaced_whole(tmp_path):
    folder = tmp_path / "site"
    write(folder, "1")
    with replaced(folder) as new:
        # The old one stays until the new one is whole.
        assert held(folder) == {"mark": "", "a": "1"}
        (new / "mark").touch()
    assert held(folder) == {"mark": ""}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_failure_leaves_the_earlier_one(tmp_path):
    folder = tmp_path / "site"
    write(folder, "1")

    def interrupted():
        with replaced(folder) as new:
            (new / "a").write_text("2", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        interrupted()
    assert held(folder) == {"mark": "", "a": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    folder = tmp_path / "site"
    told = pytest.raises(GlossaryError, match="site cannot be written: No space left")
    with told, replaced(folder):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_are_never_touched(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(
        GlossaryError, match=r"no earlier export, 'letter\.txt' for one; name a new"
    ):
        write(folder, "1")
    assert held(folder) == {"letter.txt": "mine"}


def test_what_was_put_into_an_earlier_one_is_told(tmp_path):
    folder = tmp_path / "site"
    write(folder, "1")
    (folder / ".git").mkdir()
    with pytest.raises(GlossaryError, match=r"put there since: '\.git'; move that away"):
        write(folder, "2")
    assert (folder / ".git").is_dir()
    assert (folder / "a").read_text(encoding="utf-8") == "1"


def test_a_folder_in_no_folder_is_refused(tmp_path):
    with pytest.raises(GlossaryError, match="cannot be written: No such file or directory"):
        write(tmp_path / "none" / "site", "1")
