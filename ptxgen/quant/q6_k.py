"""Q6_K: 256 weights in 210 bytes (6.5625 bits a weight): d*sc*(q - 32) with a 6-bit q.

Sixteen sub-blocks of 16 weights have an 8-bit signed scale sc each and share d. Each half of 128 weights is four
quarters of 32: quarter i takes its low four bits from the low (i < 2) or high halves of ql[32*(i%2) :], and its high
two bits from bits 2i and 2i+1 of the half's 32 bytes of qh.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ptxgen.isa.types import f16, s8, u8
from ptxgen.quant import symmetric
from ptxgen.quant.halves import to_f16
from ptxgen.quant.layout import BlockFormat, Blocks, Struct

_BLOCK = Struct(ql=u8[128], qh=u8[64], scales=s8[16], d=f16)
_SUB_BLOCKS, _SUB_BLOCK = 16, 16
_HALF = 32
_LOWEST_STEP = -128
_QUARTERS = np.arange(4, dtype=np.uint8)[:, None]


def _encode(weights: NDArray[np.float32]) -> Blocks:
    x = np.ascontiguousarray(weights.reshape(-1, _SUB_BLOCK).T)
    scales = symmetric.fit(x, _HALF).reshape(-1, _SUB_BLOCKS)
    extreme = np.take_along_axis(scales, np.abs(scales).argmax(axis=1, keepdims=True), axis=1)
    d = to_f16("Q6_K", "a 128th of its scales", extreme[:, 0] / np.float32(_LOWEST_STEP))
    step = d.astype(np.float32)
    steps, q = _snap(x, scales.reshape(-1), np.repeat(step, _SUB_BLOCKS))
    out = np.empty(len(weights), _BLOCK.dtype)
    out["d"] = d
    out["scales"] = steps.reshape(-1, _SUB_BLOCKS)
    codes = (q.T + np.float32(_HALF)).astype(np.uint8).reshape(-1, 2, 4, 32)
    low = codes & 15
    out["ql"] = (low[:, :, :2] | (low[:, :, 2:] << 4)).reshape(-1, 128)
    out["qh"] = np.bitwise_or.reduce((codes >> 4) << (2 * _QUARTERS), axis=2).reshape(-1, 64)
    return out


def _snap(
    x: NDArray[np.float32], scale: NDArray[np.float32], unit: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Each scale as whole units, the best of the nearest three, and the codes for it."""
    nearest = np.rint(scale * symmetric.inverse_of(unit))
    best = np.full(len(scale), np.inf, np.float32)
    steps, codes = np.zeros_like(scale), np.zeros_like(x)
    for by in (0, -1, 1):
        trial = np.clip(nearest + np.float32(by), _LOWEST_STEP, 127)
        q = symmetric.assign(x, symmetric.inverse_of(trial * unit), _HALF)
        error = np.square(q * (trial * unit) - x).sum(axis=0)
        better = error < best
        np.copyto(best, error, where=better)
        np.copyto(steps, trial, where=better)
        np.copyto(codes, q, where=better)
    return steps, codes


def _decode(blocks: Blocks) -> NDArray[np.float32]:
    ql, qh = blocks["ql"].reshape(-1, 2, 2, 32), blocks["qh"].reshape(-1, 2, 1, 32)
    low = np.concatenate([ql & 15, ql >> 4], axis=2)
    high = (qh >> (2 * _QUARTERS)) & 3
    q = (low | (high << 4)).reshape(-1, _SUB_BLOCKS, _SUB_BLOCK).astype(np.float32) - np.float32(_HALF)
    scale = blocks["d"].astype(np.float32)[:, None] * blocks["scales"].astype(np.float32)
    q *= scale[:, :, None]
    return q.reshape(len(blocks), -1)


Q6_K = BlockFormat("Q6_K", 14, 256, _BLOCK, _encode, _decode)
