"""Q8_0: 32 weights in 34 bytes (8.5 bits a weight): d*q with an 8-bit signed q."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, s8
from ptxgen.quant.codes import inverse, round_away
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, qs=s8[32])


def _encode(weights: NDArray[np.float32]) -> Blocks:
    d = np.abs(weights).max(axis=1) / np.float32(127)
    out = np.empty(len(weights), _BLOCK.dtype)
    out["d"] = to_f16("Q8_0", "its scales", d)
    out["qs"] = round_away(weights * inverse(d)[:, None])
    return out


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    return blocks["qs"].astype(np.float32) * blocks["d"].astype(np.float32)[:, None]


Q8_0 = BlockFormat("Q8_0", 8, 32, _BLOCK, _encode, _decode)
