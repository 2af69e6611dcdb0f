"""Arrays on disk: what is given out is neither read beforehand nor written to."""

import numpy as np
import pytest

from indexer.mapped import mapped


@pytest.fixture
def array(tmp_path):
    np.save(tmp_path / "numbers.npy", np.arange(6, dtype=np.int32))
    return mapped(tmp_path / "numbers.npy")


def test_an_array_is_numpys_plain_kind_over_the_file_itself(array):
    assert type(array) is type(array[:2]) is np.ndarray
    assert isinstance(array.base, np.memmap)
    assert array.tolist() == [0, 1, 2, 3, 4, 5]


def test_an_array_cannot_be_written_to(array):
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_an_array_of_objects_is_refused(tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="Python objects"):
        mapped(tmp_path / "objects.npy")
