import numpy as np
import pytest

from indexer.keytable import KeyTable, save_keys


def test_everything_under_a_key_is_found_by_kind_then_number(tmp_path):
    save_keys(tmp_path / "k.npy", [("a", 5, 1), ("b", 2, 0), ("a", 9, 0), ("a", 3, 1)])
    table = KeyTable(tmp_path / "k.npy")
    assert len(table) == 4
    assert table.find("a") == [(9, 0), (3, 1), (5, 1)]
    assert table.find("b") == [(2, 0)]
    assert table.find("c") == []


def test_every_key_of_many_is_found(tmp_path):
    save_keys(tmp_path / "k.npy", [(f"key {n}", n, 0) for n in range(5000)])
    table = KeyTable(tmp_path / "k.npy")
    assert all(table.find(f"key {n}") == [(n, 0)] for n in range(0, 5000, 7))


def test_another_array_is_no_table(tmp_path):
    np.save(tmp_path / "k.npy", np.arange(4))
    with pytest.raises(ValueError, match=r"k\.npy holds int64, not keys"):
        KeyTable(tmp_path / "k.npy")


def test_many_keys_are_asked_for_at_once(tmp_path):
    save_keys(tmp_path / "keys.npy", [("b", 1, 0), ("d", 2, 0), ("b", 3, 1)])
    table = KeyTable(tmp_path / "keys.npy")
    assert table.holds(["a", "b", "c", "d", ""]).tolist() == [False, True, False, True, False]
    assert table.holds([]).tolist() == []
