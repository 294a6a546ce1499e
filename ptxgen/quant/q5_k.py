"""Q5_K: 256 weights in 176 bytes (5.5 bits a weight).

As Q4_K, with 5-bit codes: the fifth bit of weight l of sub-block i is bit i of qh[l].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, u8
from ptxgen.quant import super_blocks
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, dmin=f16, scales=u8[12], qh=u8[32], qs=u8[128])


def _encode(weights: NDArray[np.float32]) -> Blocks:
    quantised = super_blocks.quantise("Q5_K", weights, levels=31)
    out = np.empty(len(weights), _BLOCK.dtype)
    quantised.fill(out)
    fifth_bits = quantised.q.reshape(-1, super_blocks.SUB_BLOCKS, super_blocks.SUB_BLOCK) >> 4
    out["qh"] = np.packbits(fifth_bits, axis=1, bitorder="little")[:, 0]
    return out


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    bits = np.unpackbits(blocks["qh"][:, None], axis=1, bitorder="little")
    return super_blocks.dequantise(blocks, bits.reshape(-1, 4, 2, super_blocks.SUB_BLOCK) << 4)


Q5_K = BlockFormat("Q5_K", 13, 256, _BLOCK, _encode, _decode)
