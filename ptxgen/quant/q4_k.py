"""Q4_K: 256 weights in 144 bytes (4.5 bits a weight).

Eight sub-blocks of 32 weights share d and dmin; sub-block i has a 6-bit scale sc and a 6-bit minimum m, and its
weights are d*sc*q - dmin*m with a 4-bit q. Sub-blocks 2j and 2j+1 are the low and the high nibbles of the same 32
bytes, qs[32j : 32j+32].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, u8
from ptxgen.quant import super_blocks
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, dmin=f16, scales=u8[12], qs=u8[128])


def _encode(weights: NDArray[np.float32]) -> Blocks:
    out = np.empty(len(weights), _BLOCK.dtype)
    super_blocks.quantise("Q4_K", weights, levels=15).fill(out)
    return out


Q4_K = BlockFormat("Q4_K", 12, 256, _BLOCK, _encode, super_blocks.dequantise)
