"""What Q4_K and Q5_K share: super-blocks of eight sub-blocks of 32 weights, d*sc*q - dmin*m.

Sub-block i has a 6-bit scale sc and a 6-bit minimum m; d and dmin belong to the super-block.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.quant import affine, scales6
from ptxgen.quant.halves import F16_MAX, refuse
from ptxgen.quant.layout import Blocks

SUB_BLOCKS, SUB_BLOCK = 8, 32
_STEPS = 63

Floats = NDArray[np.float32]


@frozen
class Quantised:
    """`d` and `dmin` [blocks], `scales` [blocks, 12], and codes `q` [blocks, 4, 2, 32]: pairs of sub-blocks."""

    d: NDArray[np.float16]
    dmin: NDArray[np.float16]
    scales: NDArray[np.uint8]
    q: NDArray[np.uint8]

    def fill(self, out: Blocks) -> None:
        """Write the header and the low four bits: of a pair, the first in the low and the second in the high half."""
        out["d"], out["dmin"], out["scales"] = self.d, self.dmin, self.scales
        out["qs"] = ((self.q[:, :, 0] & 15) | (self.q[:, :, 1] << 4)).reshape(len(out), -1)


def quantise(format: str, weights: Floats, levels: int) -> Quantised:
    """Codes 0..levels for weights [blocks, 256]. QNT004 for weights too large for the f16 of d or dmin."""
    blocks = len(weights)
    x = np.ascontiguousarray(weights.reshape(-1, SUB_BLOCK).T)
    _check_range(format, x, levels)
    scale, offset = affine.fit(x, levels)
    d, dmin = _step(scale), _step(offset)
    steps = (_per_sub_block(d), _per_sub_block(dmin))
    sc, m, q = affine.snap(x, (scale, offset), steps, _STEPS, levels)
    sc, m = (v.astype(np.uint8).reshape(blocks, SUB_BLOCKS) for v in (sc, m))
    return Quantised(
        d, dmin, scales6.pack(sc, m), q.T.astype(np.uint8).reshape(blocks, SUB_BLOCKS // 2, 2, SUB_BLOCK)
    )


def dequantise(blocks: Blocks, fifth_bits: NDArray[Any] | int = 0) -> Floats:
    """The weights [blocks, 256]; `fifth_bits` [blocks, 4, 2, 32] of 0 or 16 join the low four bits of the codes."""
    sc, m = scales6.unpack(blocks["scales"])
    scale = blocks["d"].astype(np.float32)[:, None] * sc.astype(np.float32)
    offset = blocks["dmin"].astype(np.float32)[:, None] * m.astype(np.float32)
    qs = blocks["qs"].reshape(-1, SUB_BLOCKS // 2, 1, SUB_BLOCK)
    codes = np.concatenate([qs & 15, qs >> 4], axis=2) | np.uint8(fifth_bits)
    weights = codes.reshape(-1, SUB_BLOCKS, SUB_BLOCK).astype(np.float32)
    weights *= scale[:, :, None]
    weights -= offset[:, :, None]
    return weights.reshape(len(blocks), -1)


def _check_range(format: str, x: Floats, levels: int) -> None:
    low, high = np.minimum(x.min(axis=0), 0).astype(np.float64), x.max(axis=0)
    step = max(float((high - low).max()) / levels, -float(low.min())) / _STEPS
    if step > F16_MAX:
        refuse(format, "a sixty-third of its scales and minima", step)


def _step(values: Floats) -> NDArray[np.float16]:
    """The f16 unit of a super-block in which its largest value is 63."""
    step = values.reshape(-1, SUB_BLOCKS).max(axis=1) / np.float32(_STEPS)
    return np.asarray(np.minimum(step, np.float32(F16_MAX)), np.float16)


def _per_sub_block(step: NDArray[np.float16]) -> Floats:
    return np.repeat(step.astype(np.float32), SUB_BLOCKS)
