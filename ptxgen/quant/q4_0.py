"""Q4_0: 32 weights in 18 bytes (4.5 bits a weight): d*(q - 8) with a 4-bit q."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, u8
from ptxgen.quant.codes import pack_nibbles, symmetric, unpack_nibbles
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, qs=u8[16])


def _encode(weights: NDArray[np.float32]) -> Blocks:
    d, q = symmetric(weights, bits=4)
    out = np.empty(len(weights), _BLOCK.dtype)
    out["d"] = to_f16("Q4_0", "its scales", d[:, 0])
    out["qs"] = pack_nibbles(q)
    return out


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    q = unpack_nibbles(blocks["qs"]).astype(np.float32) - np.float32(8)
    return q * blocks["d"].astype(np.float32)[:, None]


Q4_0 = BlockFormat("Q4_0", 2, 32, _BLOCK, _encode, _decode)
