from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.quant.bfloat16 import from_bfloat16, to_bfloat16


def test_every_pattern_survives() -> None:
    bits = np.arange(1 << 16, dtype=np.uint16)
    numbers = from_bfloat16(bits)
    finite = ~np.isnan(numbers)
    assert np.array_equal(to_bfloat16(numbers)[finite], bits[finite])
    assert np.isnan(from_bfloat16(to_bfloat16(numbers)[~finite])).all()


def test_rounds_to_the_nearest_and_ties_to_even() -> None:
    low = np.arange(0x3F80, 0x4080, dtype=np.uint16)

    def between(fraction: int) -> NDArray[np.float32]:
        return ((low.astype(np.uint32) << 16) | fraction).view(np.float32)

    assert np.array_equal(to_bfloat16(between(0x7FFF)), low)
    assert np.array_equal(to_bfloat16(between(0x8001)), low + 1)
    assert np.array_equal(to_bfloat16(between(0x8000)), low + (low & 1))
    assert to_bfloat16(np.float32([3.4e38]))[0] == 0x7F80  # beyond the largest: infinity
