"""What the processor of this machine can do."""

import functools
import os
from pathlib import Path

_TOLD = Path("/proc/cpuinfo")
# By any of these it adds up products of eight bits in 32: without one, sums overflow in 16.
_EIGHT_BITS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})


def has_eight_bits() -> bool:
    """Tell whether it is known to multiply in eight bits without losing any; Linux tells."""
    return not _EIGHT_BITS.isdisjoint(_flags())


def has_bfloat16_tiles() -> bool:
    """Tell whether it is known to multiply tiles of bfloat16; Linux tells."""
    return "amx_bf16" in _flags()


@functools.cache
def _flags() -> frozenset[str]:
    try:
        told = _TOLD.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    flags = next((line for line in told.split("\n") if line.startswith("flags")), "")
    return frozenset(flags.split())


def cores(threads: int | None = None) -> int:
    """Return how many cores may work; ``None`` is all that this process may use."""
    if threads:
        return threads
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    # Not Linux: none can be kept from a process there.
    return os.cpu_count() or 1
