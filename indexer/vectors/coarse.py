"""Vectors in few bits, and their products, which take a fraction of the time of single precision.

By the inequality of Cauchy and Schwarz no score is further off than by what rounding took away
from the two vectors: that is kept with them.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.processor import has_bfloat16_tiles, has_eight_bits

_LARGEST, _WIDTH = 127, 384
# More than what computing a bound in single precision can be off.
SLACK = 1e-5
# A product is rounded to eight binary digits, by less than the last of them; and summed up before.
_LAST_DIGIT, _SUMMED = 2.0**-8, 2.0**-23


@dataclass(frozen=True, slots=True)
class Rounded:
    """Vectors as ``numbers`` times steps; ``error`` has how far each is from what it was."""

    numbers: NDArray[Any]
    steps: NDArray[np.float32]
    error: NDArray[np.float32]


class Coarse(Protocol):
    """A kind of numbers with few bits."""

    scores: type[np.signedinteger[Any]]

    def known(self) -> bool:
        """Tell whether the CPU is known to multiply them quickly."""
        ...

    def is_right(self) -> bool:
        """Tell whether products are what they should be, also where sums are large."""
        ...

    def rounded(self, vectors: Rows, *, together: bool = False) -> Rounded:
        """Round vectors, each as serves it best, or all with one step."""
        ...

    def multiply(self, queries: NDArray[Any], rows: NDArray[Any], out: NDArray[Any]) -> None:
        """Write all inner products of numbers, (queries, rows), into ``scores``."""
        ...

    def least(self, values: NDArray[np.floating[Any]]) -> NDArray[Any]:
        """Return what no score is below whose product reaches the value."""
        ...

    def most(self, scores: NDArray[Any]) -> NDArray[np.floating[Any]]:
        """Return what the products with these scores are at most."""
        ...


class EightBits:
    """Whole numbers up to 127: their products are exact."""

    scores = np.int32

    def known(self) -> bool:
        """Tell whether the CPU adds them up without losing any."""
        return has_eight_bits()

    def is_right(self) -> bool:
        """Compare products of the largest numbers with the same in whole numbers."""
        numbers = (_LARGEST * _signs()).astype(np.int8)
        found = np.zeros((len(numbers), len(numbers)), dtype=np.int32)
        self.multiply(numbers, numbers, found)
        return np.array_equal(found, numbers.astype(np.int32) @ numbers.T.astype(np.int32))

    def rounded(self, vectors: Rows, *, together: bool = False) -> Rounded:
        """Round vectors, each with the step that serves it best, or all with one."""
        highest = np.abs(vectors).max(axis=1)
        if together:
            highest[:] = highest.max()
        # A row without anything in it has no highest number; any step serves it.
        steps = (np.where(highest > 0, highest, 1) / _LARGEST).astype(np.float32)
        whole = np.rint(vectors / steps[:, None]).clip(-_LARGEST, _LARGEST)
        error = np.linalg.norm(vectors - whole * steps[:, None], axis=1)
        return Rounded(whole.astype(np.int8), steps, error.astype(np.float32) + np.float32(SLACK))

    def multiply(
        self, queries: NDArray[np.int8], rows: NDArray[np.int8], out: NDArray[np.int32]
    ) -> None:
        """Write all inner products."""
        import torch  # noqa: PLC0415  it is slow to load

        one, other = torch.from_numpy(queries), torch.from_numpy(rows)
        torch._int_mm(one, other.T, out=torch.from_numpy(out))

    def least(self, values: NDArray[np.floating[Any]]) -> NDArray[np.int32]:
        """Return the next whole numbers."""
        found: NDArray[np.int32] = (
            np.ceil(values).clip(max=np.iinfo(np.int32).max >> 1).astype(np.int32)
        )
        return found

    def most(self, scores: NDArray[np.int32]) -> NDArray[np.float64]:
        """Return the same."""
        return scores.astype(np.float64)


class BFloat16:
    """Numbers of eight binary digits, as their bits: those of larger ones, above 0, are larger."""

    scores = np.int16

    def known(self) -> bool:
        """Tell whether the CPU multiplies tiles of them: without, eight bits are quicker."""
        return has_bfloat16_tiles()

    def is_right(self) -> bool:
        """Compare products of unit vectors with the same in double precision."""
        vectors = _signs() * np.linspace(0.5, 1, _WIDTH, dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        rounded = self.rounded(vectors)
        found = np.zeros((len(vectors), len(vectors)), dtype=np.int16)
        self.multiply(rounded.numbers, rounded.numbers, found)
        numbers = _values(rounded.numbers).astype(np.float64)
        exact = numbers @ numbers.T
        off = np.abs(_values(found) - exact)
        return bool((off <= np.abs(exact) * _LAST_DIGIT + _WIDTH * _SUMMED).all())

    def rounded(self, vectors: Rows, *, together: bool = False) -> Rounded:
        """Round vectors, to the nearest."""
        import torch  # noqa: PLC0415  it is slow to load

        near = torch.from_numpy(np.ascontiguousarray(vectors)).to(torch.bfloat16)
        error = np.linalg.norm(vectors - near.float().numpy(), axis=1).astype(np.float32)
        error += np.float32(SLACK + vectors.shape[1] * _SUMMED)
        steps = np.ones(len(vectors), dtype=np.float32)
        return Rounded(near.view(torch.int16).numpy(), steps, error)

    def multiply(
        self, queries: NDArray[np.int16], rows: NDArray[np.int16], out: NDArray[np.int16]
    ) -> None:
        """Write all inner products, rounded."""
        import torch  # noqa: PLC0415  it is slow to load

        one, other, found = (
            torch.from_numpy(part).view(torch.bfloat16) for part in (queries, rows, out)
        )
        torch.mm(one, other.T, out=found)

    def least(self, values: NDArray[np.floating[Any]]) -> NDArray[np.int16]:
        """Return the bits without those behind, or less than all where a value is not above 0."""
        above = np.maximum(values, 0).astype(np.float32)
        # What is less than a value by single precision is so by what it is compared with, too.
        bits = (np.nextafter(above, np.float32(0)).view(np.uint32) >> 16).astype(np.int16)
        return np.where(above > 0, bits, np.iinfo(np.int16).min)

    def most(self, scores: NDArray[np.int16]) -> NDArray[np.floating[Any]]:
        """Return what rounding made these of, at most."""
        values = _values(scores)
        return values + np.abs(values) * np.float32(_LAST_DIGIT)


@cache
def quickest() -> Coarse | None:
    """Return the kind that torch multiplies quickest here, and right; ``None`` if there is none."""
    if importlib.util.find_spec("torch") is None:
        # It comes with the extra `model`; what only searches and relates does without.
        return None
    kinds: tuple[Coarse, ...] = (BFloat16(), EightBits())
    return next((kind for kind in kinds if kind.known() and kind.is_right()), None)


def _signs() -> NDArray[np.float32]:
    """Return 64 vectors of ones, many of them below 0."""
    signs = np.ones((64, _WIDTH), dtype=np.float32)
    signs[::3] *= -1
    signs[1::3, ::2] *= -1
    return signs


def _values(bits: NDArray[np.int16]) -> NDArray[np.float32]:
    return (bits.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


def off_by(queries: Any, rows: Any) -> Any:
    """Return how far products of rounded unit vectors can be off, by how far the vectors are."""
    return queries + (1 + queries) * rows + np.float32(SLACK)


@contextmanager
def single_threaded_products() -> Iterator[None]:
    """Have each thread multiply by itself, for as long as the context lasts."""
    import torch  # noqa: PLC0415  it is slow to load

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
