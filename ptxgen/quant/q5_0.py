"""Q5_0: 32 weights in 22 bytes (5.5 bits a weight): d*(q - 16) with a 5-bit q."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, u8, u32
from ptxgen.quant.codes import pack_fifth_bits, pack_nibbles, symmetric, unpack_fifth_bits, unpack_nibbles
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, qh=u32, qs=u8[16])


def _encode(weights: NDArray[np.float32]) -> Blocks:
    d, q = symmetric(weights, bits=5)
    out = np.empty(len(weights), _BLOCK.dtype)
    out["d"] = to_f16("Q5_0", "its scales", d[:, 0])
    out["qh"] = pack_fifth_bits(q)
    out["qs"] = pack_nibbles(q)
    return out


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    q = unpack_nibbles(blocks["qs"]) | unpack_fifth_bits(blocks["qh"])
    return (q.astype(np.float32) - np.float32(16)) * blocks["d"].astype(np.float32)[:, None]


Q5_0 = BlockFormat("Q5_0", 6, 32, _BLOCK, _encode, _decode)
