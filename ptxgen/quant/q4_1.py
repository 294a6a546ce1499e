"""Q4_1: 32 weights in 20 bytes (5 bits a weight): d*q + m with a 4-bit q."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, u8
from ptxgen.quant.codes import affine, pack_nibbles, unpack_nibbles
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, m=f16, qs=u8[16])


def _encode(weights: NDArray[np.float32]) -> Blocks:
    d, m, q = affine(weights, bits=4)
    out = np.empty(len(weights), _BLOCK.dtype)
    out["d"] = to_f16("Q4_1", "its scales", d[:, 0])
    out["m"] = to_f16("Q4_1", "its minima", m[:, 0])
    out["qs"] = pack_nibbles(q)
    return out


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    d, m = (blocks[name].astype(np.float32)[:, None] for name in ("d", "m"))
    return unpack_nibbles(blocks["qs"]).astype(np.float32) * d + m


Q4_1 = BlockFormat("Q4_1", 3, 32, _BLOCK, _encode, _decode)
