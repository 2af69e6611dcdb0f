from dataclasses import replace

import numpy as np
import pytest

from indexer.neighbours import Edge, edges, most_listed
from indexer.snapshot import open_current


@pytest.fixture
def snapshot(make_index):
    """Eight entries with lists written by hand."""
    lists = np.full((8, 4), -1, dtype=np.int32)
    for number, listed in {0: [1, 2, 3], 1: [2, 0], 2: [1, 3, 0], 3: [0, 1, 2], 5: [1]}.items():
        lists[number, : len(listed)] = listed
    snapshot = open_current(make_index())
    return replace(snapshot, related=replace(snapshot.related, numbers=lists))


def test_neighbours_are_joined_where_each_lists_the_other(snapshot):
    # Of 1, 2 and 3: 1 and 2 list each other, 2 and 3 do; 3 lists 1, but 1 does not list 3.
    assert edges(snapshot, 0, limit=3) == [Edge(0, 1), Edge(1, 2)]


def test_only_what_is_within_the_limit_counts(snapshot):
    # Of 1 and 2 the first two each: 2 is first for 1, 1 is first for 2.
    assert edges(snapshot, 0, limit=2) == [Edge(0, 1)]
    # Within one, 0 has a single neighbour.
    assert edges(snapshot, 0, limit=1) == []


def test_an_entry_without_a_list_has_no_edges(snapshot):
    assert edges(snapshot, 4, limit=3) == []


def test_those_in_most_lists_come_first(snapshot):
    # 1 stands in four lists, 0 and 2 in three, 3 in two, 4 in none.
    everything = np.arange(8, dtype=np.int32)
    assert most_listed(snapshot, everything, 4).tolist() == [1, 0, 2, 3]
    assert most_listed(snapshot, np.array([4, 3, 2], dtype=np.int32), 9).tolist() == [2, 3, 4]
