"""Q4_K: 256 weights in 144 bytes (4.5 bits a weight).

Eight sub-blocks of 32 weights share d and dmin; sub-block i has a 6-bit scale sc and a 6-bit minimum m, and its
weights are d*sc*q - dmin*m with a 4-bit q. Sub-blocks 2j and 2j+1 are the low and the high nibbles of the same 32
bytes, qs[32j : 32j+32].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, u8
from ptxgen.quant import affine, scales6
from ptxgen.quant.layout import BlockFormat, Blocks, QuantError, Struct

_BLOCK = Struct(d=f16, dmin=f16, scales=u8[12], qs=u8[128])
_SUB_BLOCKS, _SUB_BLOCK = 8, 32
_LEVELS, _STEPS = 15, 63
_F16_MAX = np.float32(np.finfo(np.float16).max)


def _encode(weights: NDArray[np.float32]) -> Blocks:
    blocks = len(weights)
    x = np.ascontiguousarray(weights.reshape(-1, _SUB_BLOCK).T)
    _check_range(x)
    scale, offset = affine.fit(x, _LEVELS)
    d, dmin = _step(scale), _step(offset)
    steps = (_per_sub_block(d), _per_sub_block(dmin))
    sc, m, q = affine.snap(x, (scale, offset), steps, _STEPS, _LEVELS)

    out = np.empty(blocks, _BLOCK.dtype)
    out["d"], out["dmin"] = d, dmin
    by_block = (blocks, _SUB_BLOCKS)
    out["scales"] = scales6.pack(sc.astype(np.uint8).reshape(by_block), m.astype(np.uint8).reshape(by_block))
    nibbles = q.T.astype(np.uint8).reshape(blocks, 4, 2, _SUB_BLOCK)
    out["qs"] = (nibbles[:, :, 0] | nibbles[:, :, 1] << 4).reshape(blocks, -1)
    return out


def _check_range(x: NDArray[np.float32]) -> None:
    low, high = np.minimum(x.min(axis=0), 0).astype(np.float64), x.max(axis=0)
    step = max(float((high - low).max()) / _LEVELS, -float(low.min())) / _STEPS
    if step > _F16_MAX:
        raise QuantError(
            "QNT004",
            f"Q4_K keeps a sixty-third of its scales and minima as f16: {step:.3g} is beyond {_F16_MAX:.0f}",
            help="scale the weights down",
        )


def _step(values: NDArray[np.float32]) -> NDArray[np.float16]:
    """The f16 unit of a super-block in which its largest value is 63."""
    step = values.reshape(-1, _SUB_BLOCKS).max(axis=1) / np.float32(_STEPS)
    return np.asarray(np.minimum(step, _F16_MAX), np.float16)


def _per_sub_block(step: NDArray[np.float16]) -> NDArray[np.float32]:
    return np.repeat(step.astype(np.float32), _SUB_BLOCKS)


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    sc, m = scales6.unpack(blocks["scales"])
    scale = blocks["d"].astype(np.float32)[:, None] * sc.astype(np.float32)
    offset = blocks["dmin"].astype(np.float32)[:, None] * m.astype(np.float32)
    qs = blocks["qs"].reshape(-1, 4, 1, _SUB_BLOCK)
    weights = np.concatenate([qs & 15, qs >> 4], axis=2, dtype=np.float32, casting="unsafe")
    weights = weights.reshape(-1, _SUB_BLOCKS, _SUB_BLOCK)
    weights *= scale[:, :, None]
    weights -= offset[:, :, None]
    return weights.reshape(len(blocks), -1)


Q4_K = BlockFormat(
    "Q4_K", ggml_type=12, weights=256, block=_BLOCK, encode_blocks=_encode, decode_blocks=_decode
)
