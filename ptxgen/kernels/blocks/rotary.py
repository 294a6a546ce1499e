"""Rotary position embedding of pairs of values: the angle reduced exactly, then sine and cosine.

Su et al., "RoFormer" (arXiv 2104.09864). An angle in float32 would be off by 2^-7 at position 131072; in turns and in
float64 its fraction is exact to 2^-39.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ptxgen.isa.types import f32, f64

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

ROTATION_ERROR = 2.0**-20.5 + 2.5 * math.pi * 2.0**-24
"""Absolute error of `rotation`'s cosine and sine: that of the approximate functions, and the angle's.

An angle of at most pi is rounded as a fraction of a turn, then as a product with 2 pi, itself rounded.
"""


def rotation(k: KernelBuilder, position: Value, turns: Value) -> tuple[Value, Value]:
    """Cosine and sine of `position` (u32 or s32) times `turns` (f64: turns for each position), as f32."""
    angle = k.cvt(f64, position) * turns
    part = angle - k.cvt(f64, angle, rounding="rni")
    radians = k.cvt(f32, part) * math.tau
    return k.cos(radians), k.sin(radians)


def rotate(k: KernelBuilder, x: Value, y: Value, cosine: Value, sine: Value) -> tuple[Value, Value]:
    """The point (x, y) turned by the angle; each coordinate is rounded twice."""
    return k.fma(x, cosine, -(y * sine)), k.fma(x, sine, y * cosine)
