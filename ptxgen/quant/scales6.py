"""Eight 6-bit scales and eight 6-bit minima in twelve bytes, as Q4_K and Q5_K keep them.

Scales and minima 0..3 are the low six bits of bytes 0..3 and 4..7. Of scales and minima 4..7, the low four bits are
the low and high halves of bytes 8..11, and the high two bits are the high two bits of bytes 0..3 and 4..7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]


def pack(scales: Bytes, minima: Bytes) -> Bytes:
    """[blocks, 8] and [blocks, 8], each below 64, to [blocks, 12]."""
    out = np.empty((len(scales), 12), np.uint8)
    out[:, 0:4] = scales[:, :4] | (scales[:, 4:] >> 4 << 6)
    out[:, 4:8] = minima[:, :4] | (minima[:, 4:] >> 4 << 6)
    out[:, 8:12] = (scales[:, 4:] & 15) | (minima[:, 4:] << 4)
    return out


def unpack(packed: Bytes) -> tuple[Bytes, Bytes]:
    """[blocks, 12] to scales and minima, [blocks, 8] each."""
    first, second, third = packed[:, 0:4], packed[:, 4:8], packed[:, 8:12]
    scales = [first & 63, (third & 15) | (first >> 6 << 4)]
    minima = [second & 63, (third >> 4) | (second >> 6 << 4)]
    return np.concatenate(scales, axis=1, dtype=np.uint8), np.concatenate(minima, axis=1, dtype=np.uint8)
