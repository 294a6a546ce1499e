"""Float32 activations to 8-bit codes by groups of 32, in registers: Q8_1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ptxgen.isa.types import b32, f16, f32, u32
from ptxgen.kernels.blocks.division import Divider, divide_by

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

GROUP = 32
"""Columns that share a scale: the block of Q8_1."""

WORDS = GROUP // 4
"""Words of a group's codes, one a lane."""

SMALLEST_D = float(np.finfo(np.float32).tiny)
"""Below it all codes are zero: x/d need not stay within a code there, and as f16 d is 0 long before."""


def quantise(k: KernelBuilder, values: tuple[Value, ...]) -> tuple[Value, Value]:
    """(d in float32, codes as bytes) of four float32 of a group of 32, which eight neighbouring lanes hold.

    d = amax/127, codes = x/d rounded to nearest, ties away from zero. d in a block is this one rounded to f16.
    All lanes of the warp must come here. A d below the smallest normal number gives codes of zero.
    """
    d, tiny = _scale(k, values)
    divider = Divider(k, k.select(tiny, k.const(f32, 1.0), d))
    return d, _codes(k, [divider.quotient(value) for value in values], tiny)


def quantise_q8_0(k: KernelBuilder, values: tuple[Value, ...]) -> tuple[Value, Value]:
    """The same for a block of Q8_0, whose codes are x * (1/d), rounded twice: bit for bit what its codec makes.

    d in the block is the one returned, rounded to f16.
    """
    d, tiny = _scale(k, values)
    inverse = k.rcp(k.select(tiny, k.const(f32, 1.0), d))
    return d, _codes(k, [value * inverse for value in values], tiny)


def _scale(k: KernelBuilder, values: tuple[Value, ...]) -> tuple[Value, Value]:
    """amax/127 of the group, and whether it is too small."""
    amax = abs(values[0])
    for value in values[1:]:
        amax = k.max(amax, abs(value))
    for distance in (1, 2, 4):
        amax = k.max(amax, k.shfl_bfly(amax, distance))
    d = divide_by(k, amax, 127.0)
    return d, d < SMALLEST_D


def _codes(k: KernelBuilder, quotients: list[Value], tiny: Value) -> Value:
    """Four quotients as bytes of a word, zeros where the scale is too small."""
    codes = [_round_away(k, quotient) for quotient in quotients]
    low = k.prmt(codes[0], codes[1], 0x0040)
    high = k.prmt(codes[2], codes[3], 0x0040)
    return k.select(tiny, k.const(u32, 0), k.bitcast(u32, k.prmt(low, high, 0x5410)))


def _round_away(k: KernelBuilder, x: Value) -> Value:
    """To nearest, ties away from zero. The half is added with rounding to zero: 0.49999997 must not reach 1."""
    half = k.bitcast(f32, (k.bitcast(b32, x) & 0x80000000) | 0x3F000000)
    return k.bitcast(b32, k.op("cvt.rzi.s32.f32", k.op("add.rz.f32", x, half)))


def rounded_scale(k: KernelBuilder, d: Value) -> Value:
    """d as f16 holds it, in float32."""
    return k.cvt(f32, k.cvt(f16, d))
