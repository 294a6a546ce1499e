"""bfloat16 as NumPy can hold it: uint16 arrays of bit patterns, the upper halves of float32 numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_QUIET = 0x0040


def to_bfloat16(numbers: NDArray[Any]) -> NDArray[np.uint16]:
    """float32 numbers rounded to nearest, ties to even, as bit patterns. NaNs stay NaNs."""
    bits = np.ascontiguousarray(numbers, np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
    nan = (bits & 0x7FFFFFFF) > 0x7F800000
    return np.where(nan, bits >> 16 | _QUIET, rounded).astype(np.uint16)


def from_bfloat16(bits: NDArray[np.uint16]) -> NDArray[np.float32]:
    """The numbers that bit patterns stand for; exact."""
    return (bits.astype(np.uint32) << 16).view(np.float32)
