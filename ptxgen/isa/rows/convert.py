"""Conversions between scalar types (PTX ISA 9.0, section 9.7.9.21).

The manual has two general lines; which rounding, `.ftz` and `.sat` a pair of types takes differs, so they are
split here into rows in which every listed combination exists.
"""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import Type, bf16, f16, f32, f64, s8, s16, s32, s64, u8, u16, u32, u64

INTEGERS = (u8, u16, u32, u64, s8, s16, s32, s64)
FLOATS = (f16, bf16, f32, f64)
INTEGER_ROUNDING = ("rni", "rzi", "rmi", "rpi")
ROUNDING = ("rn", "rz", "rm", "rp")
_BF16_SINCE = {"bf16": ((7, 8), 90)}


def _saturates(wide: Type, narrow: Type) -> bool:
    """Whether `wide` holds a value that `narrow` does not."""
    if wide.is_signed and not narrow.is_signed:
        return True
    return wide.bits - wide.is_signed > narrow.bits - narrow.is_signed


_SAT_NARROWS = tuple(
    f"sat dtype={d} -> atype={'|'.join(a.name for a in INTEGERS if _saturates(a, d))}" for d in INTEGERS
)

CVT_INT = instruction(
    "cvt{.sat}.dtype.atype d, a",
    dtype=INTEGERS,
    atype=INTEGERS,
    operands="d:dtype+ a:atype+~",
    legal=_SAT_NARROWS,
    section="9.7.9.21",
    doc="d = a truncated, or sign- or zero-extended; .sat clamps to the range of d",
)
CVT_INT_FLOAT = instruction(
    "cvt.irnd{.ftz}{.sat}.dtype.atype d, a",
    irnd=INTEGER_ROUNDING,
    dtype=INTEGERS,
    atype=FLOATS,
    operands="d:dtype+ a:atype+",
    legal=("ftz -> atype=f32", "atype=bf16 -> !sat !dtype=u8|s8"),
    needs=_BF16_SINCE,
    section="9.7.9.21",
    doc="d = a rounded to an integer and clamped to the range of d; NaN gives 0",
)
CVT_FLOAT_INT = instruction(
    "cvt.frnd{.ftz}{.sat}.dtype.atype d, a",
    frnd=ROUNDING,
    dtype=FLOATS,
    atype=INTEGERS,
    operands="d:dtype+ a:atype+",
    legal=("ftz -> dtype=f32", "dtype=bf16 -> !sat !atype=u8|s8"),
    needs=_BF16_SINCE,
    section="9.7.9.21",
    doc="d = the integer a, rounded; .sat clamps to [0, 1]",
)
CVT_WIDEN = instruction(
    "cvt{.ftz}{.sat}.dtype.atype d, a",
    dtype=(f32, f64),
    atype=(f16, f32),
    operands="d:dtype+ a:atype+",
    legal=("dtype=f32 -> atype=f16", "ftz dtype=f64 -> atype=f32"),
    section="9.7.9.21",
    doc="d = a, exactly; .sat clamps to [0, 1]",
)
CVT_NARROW = instruction(
    "cvt.frnd{.ftz}{.sat}.dtype.atype d, a",
    frnd=ROUNDING,
    dtype=(f16, f32),
    atype=(f32, f64),
    operands="d:dtype+ a:atype+",
    legal=("dtype=f32 -> atype=f64", "ftz dtype=f16 -> atype=f32"),
    section="9.7.9.21",
    doc="d = a, rounded; .sat clamps to [0, 1]",
)
CVT_BF16_F32 = instruction(
    "cvt.frnd2{.relu}{.satfinite}.bf16.f32 d, a",
    frnd2=("rn", "rz"),
    operands="d:bf16 a:f32",
    ptx=(7, 0),
    sm=80,
    needs={"satfinite": ((8, 1), 80)},
    section="9.7.9.21",
    doc="d = a, rounded; .relu makes negative results 0, .satfinite clamps infinities to the largest number",
)
CVT_F16_F32 = instruction(
    "cvt.frnd2{.relu}{.satfinite}.f16.f32 d, a",
    frnd2=("rn", "rz"),
    operands="d:f16 a:f32",
    legal=("relu|satfinite",),
    needs={"relu": ((7, 0), 80), "satfinite": ((8, 1), 0)},
    section="9.7.9.21",
    doc="d = a, rounded; .relu makes negative results 0, .satfinite clamps infinities to the largest number",
)
CVT_BF16 = instruction(
    "cvt.frnd{.ftz}.bf16.atype d, a",
    frnd=ROUNDING,
    atype=(f32, f64),
    operands="d:bf16 a:atype",
    legal=("ftz -> atype=f32", "!ftz atype=f32 -> frnd=rm|rp"),
    ptx=(7, 0),
    sm=80,
    needs={"atype=f64": ((7, 8), 90)},
    section="9.7.9.21",
    doc="d = a, rounded",
)
CVT_FROM_BF16 = instruction(
    "cvt{.frnd}{.ftz}.dtype.bf16 d, a",
    frnd=ROUNDING,
    dtype=(f32, f64),
    operands="d:dtype a:bf16",
    legal=("ftz -> dtype=f32",),
    ptx=(7, 1),
    sm=80,
    needs={"f64": ((7, 8), 90), "ftz": ((7, 8), 90)},
    section="9.7.9.21",
    doc="d = a, exactly",
)
CVT_HALF_BF16 = instruction(
    "cvt{.frnd}.dtype.atype d, a",
    frnd=ROUNDING,
    dtype=(f16, bf16),
    atype=(f16, bf16),
    operands="d:dtype a:atype",
    legal=("dtype=f16 -> atype=bf16", "dtype=bf16 -> atype=f16"),
    ptx=(7, 8),
    sm=90,
    section="9.7.9.21",
    doc="d = a, rounded (to nearest without .frnd)",
)
CVT_SAME = instruction(
    "cvt{.irnd}{.ftz}{.sat}.dtype.atype d, a",
    irnd=INTEGER_ROUNDING,
    dtype=FLOATS,
    atype=FLOATS,
    operands="d:dtype+ a:atype+",
    legal=(
        "dtype=f16 -> atype=f16",
        "dtype=bf16 -> atype=bf16 !sat",
        "dtype=f32 -> atype=f32",
        "dtype=f64 -> atype=f64",
        "ftz -> dtype=f32",
    ),
    needs=_BF16_SINCE,
    section="9.7.9.21",
    doc="d = a, rounded to an integral value; .sat clamps to [0, 1]",
)
