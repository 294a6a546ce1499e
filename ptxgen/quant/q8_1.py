"""Q8_1: 32 activations in 36 bytes: d*q with an 8-bit signed q, and s = d times the sum of q.

Activations take this form for integer dot products; files do not store it. s is made of the codes, not of the original
activations: then a format with an offset multiplies exactly the activations that its other term has seen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, s8
from ptxgen.quant.codes import round_away
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(d=f16, s=f16, qs=s8[32])


def _encode(activations: NDArray[np.float32]) -> Blocks:
    d = np.abs(activations).max(axis=1) / np.float32(127)
    codes = np.zeros_like(activations)
    # Below the smallest normal number the quotient need not stay within a code; as f16, d is 0 long before.
    np.divide(activations, d[:, None], out=codes, where=d[:, None] >= np.finfo(np.float32).tiny)
    codes = round_away(codes)
    out = np.empty(len(activations), _BLOCK.dtype)
    out["d"] = to_f16("Q8_1", "its scales", d)
    out["s"] = to_f16("Q8_1", "its sums", d * codes.sum(axis=1))
    out["qs"] = codes
    return out


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    return blocks["qs"].astype(np.float32) * blocks["d"].astype(np.float32)[:, None]


Q8_1 = BlockFormat("Q8_1", 9, 32, _BLOCK, _encode, _decode)
