"""Conversions (PTX ISA 9.0, sections 9.7.9.21 and 9.7.9.22)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import bf16, f16, f32, f64, s8, s16, s32, s64, u8, u16, u32, u64

INTEGERS = (u8, u16, u32, u64, s8, s16, s32, s64)
FLOATS = (f16, bf16, f32, f64)
INTEGER_ROUNDING = ("rni", "rzi", "rmi", "rpi")
ROUNDING = ("rn", "rz", "rm", "rp")

CVT_INT = instruction(
    "cvt{.sat}.dtype.atype d, a",
    dtype=INTEGERS,
    atype=INTEGERS,
    operands="d:dtype+ a:atype+",
    section="9.7.9.21",
    doc="d = a truncated, or sign- or zero-extended; .sat clamps to the range of d",
)
CVT_INT_FLOAT = instruction(
    "cvt.irnd{.ftz}{.sat}.dtype.atype d, a",
    irnd=INTEGER_ROUNDING,
    dtype=INTEGERS,
    atype=FLOATS,
    operands="d:dtype+ a:atype",
    legal=("ftz -> atype=f32",),
    needs={"bf16": ((7, 8), 90)},
    section="9.7.9.21",
    doc="d = a rounded to an integer and clamped to the range of d; NaN gives 0",
)
CVT_FLOAT_INT = instruction(
    "cvt.frnd{.ftz}{.sat}.dtype.atype d, a",
    frnd=ROUNDING,
    dtype=FLOATS,
    atype=INTEGERS,
    operands="d:dtype a:atype+",
    needs={"bf16": ((7, 8), 90)},
    section="9.7.9.21",
    doc="d = the integer a, rounded; .sat clamps to [0, 1]",
)
CVT_WIDEN = instruction(
    "cvt{.ftz}{.sat}.dtype.atype d, a",
    dtype=(f32, f64),
    atype=(f16, bf16, f32),
    operands="d:dtype a:atype",
    legal=("dtype=f32 -> atype=f16|bf16",),
    section="9.7.9.21",
    doc="d = a, exactly; .sat clamps to [0, 1]",
)
CVT_NARROW = instruction(
    "cvt.frnd{.ftz}{.sat}.dtype.atype d, a",
    frnd=ROUNDING,
    dtype=(f16, bf16, f32),
    atype=(f32, f64),
    operands="d:dtype a:atype",
    legal=("dtype=f32 -> atype=f64",),
    section="9.7.9.21",
    doc="d = a, rounded; .sat clamps to [0, 1]",
)
CVT_SAME = instruction(
    "cvt{.irnd}{.ftz}{.sat}.dtype.atype d, a",
    irnd=INTEGER_ROUNDING,
    dtype=FLOATS,
    atype=FLOATS,
    operands="d:dtype a:atype",
    legal=(
        "dtype=f16 -> atype=f16",
        "dtype=bf16 -> atype=bf16",
        "dtype=f32 -> atype=f32",
        "dtype=f64 -> atype=f64",
    ),
    section="9.7.9.21",
    doc="d = a, rounded to an integral value; .sat clamps to [0, 1]",
)
