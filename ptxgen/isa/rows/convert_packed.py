"""Conversions to and from packed and narrow formats (PTX ISA 9.0, sections 9.7.9.21 and 9.7.9.22)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import bf16x2, f16x2

F8X2 = ("e4m3x2", "e5m2x2")
F6X2 = ("e2m3x2", "e3m2x2")
_X4 = ("e4m3x4", "e5m2x4", "e2m3x4", "e3m2x4")
_FAMILIES = "sm_100a|sm_100f|sm_110a|sm_110f|sm_120a|sm_120f"
_STOCHASTIC = "sm_100a|sm_103a"
_FIGURE = "how a number shares its random bits with its neighbour stands in a figure only"

CVT_X2 = instruction(
    "cvt.frnd2{.relu}{.satfinite}.dtype.f32 d, a, b",
    frnd2=("rn", "rz"),
    dtype=(f16x2, bf16x2),
    operands="d:dtype a:f32 b:f32",
    ptx=(7, 0),
    sm=80,
    needs={"satfinite": ((8, 1), 80)},
    section="9.7.9.21",
    doc="d = a in the upper and b in the lower half, each rounded; .relu makes negative results 0",
)
CVT_X2_STOCHASTIC = instruction(
    "cvt.rs{.relu}{.satfinite}.dtype.f32 d, a, b, rbits",
    dtype=(f16x2, bf16x2),
    operands="d:dtype a:f32 b:f32 rbits:b32",
    ptx=(8, 7),
    sm=_STOCHASTIC,
    section="9.7.9.21",
    doc="d = a in the upper and b in the lower half, each rounded away from 0 if the bits cut off and rbits' carry",
)
CVT_TF32_RNA = instruction(
    "cvt.rna{.satfinite}.tf32.f32 d, a",
    operands="d:tf32 a:f32",
    ptx=(7, 0),
    sm=80,
    needs={"satfinite": ((8, 1), 80)},
    section="9.7.9.21",
    doc="d = a with 10 fraction bits, ties away from zero",
)
CVT_TF32 = instruction(
    "cvt.frnd2{.satfinite}{.relu}.tf32.f32 d, a",
    frnd2=("rn", "rz"),
    operands="d:tf32 a:f32",
    ptx=(7, 8),
    sm=90,
    needs={"satfinite": ((8, 6), 100)},
    section="9.7.9.21",
    doc="d = a with 10 fraction bits, rounded; .relu makes negative results 0",
)
CVT_F8_F32 = instruction(
    "cvt.rn.satfinite{.relu}.dtype.f32 d, a, b",
    dtype=F8X2,
    operands="d:b16 a:f32 b:f32",
    ptx=(8, 1),
    sm=89,
    section="9.7.9.21",
    doc="d = a in the upper and b in the lower byte, each rounded and clamped to the largest number",
)
CVT_F8_F16 = instruction(
    "cvt.rn.satfinite{.relu}.dtype.f16x2 d, a",
    dtype=F8X2,
    operands="d:b16 a:f16x2",
    ptx=(8, 1),
    sm=89,
    section="9.7.9.21",
    doc="d = the halves of a, each rounded and clamped to the largest number",
)
CVT_F16_F8 = instruction(
    "cvt.rn{.relu}.f16x2.atype d, a",
    atype=F8X2,
    operands="d:f16x2 a:b16",
    ptx=(8, 1),
    sm=89,
    section="9.7.9.21",
    doc="d = the two bytes of a, exactly",
)
CVT_F6_F32 = instruction(
    "cvt.rn.satfinite{.relu}.dtype.f32 d, a, b",
    dtype=F6X2,
    operands="d:b16 a:f32 b:f32",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = a in the upper and b in the lower byte, each rounded to six bits and clamped",
)
CVT_F16_F6 = instruction(
    "cvt.rn{.relu}.f16x2.atype d, a",
    atype=F6X2,
    operands="d:f16x2 a:b16",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = the two six-bit numbers of a, exactly",
)
CVT_F4_F32 = instruction(
    "cvt.rn.satfinite{.relu}.e2m1x2.f32 d, a, b",
    operands="d:b8 a:f32 b:f32",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = a in the upper and b in the lower four bits, each rounded and clamped",
)
CVT_F16_F4 = instruction(
    "cvt.rn{.relu}.f16x2.e2m1x2 d, a",
    operands="d:f16x2 a:b8",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = the two four-bit numbers of a, exactly",
)
CVT_X4_STOCHASTIC = instruction(
    "cvt.rs{.relu}.satfinite.dtype.f32 d, {a, b, e, f}, rbits",
    dtype=_X4,
    operands="d:b32 a:f32[4] rbits:b32",
    ptx=(8, 7),
    sm=_STOCHASTIC,
    section="9.7.9.21",
    doc="d = a, b, e and f from the highest byte down, each rounded away from 0 if the bits cut off and rbits' carry",
    not_emulated=_FIGURE,
)
CVT_F4X4_STOCHASTIC = instruction(
    "cvt.rs{.relu}.satfinite.e2m1x4.f32 d, {a, b, e, f}, rbits",
    operands="d:b16 a:f32[4] rbits:b32",
    ptx=(8, 7),
    sm=_STOCHASTIC,
    section="9.7.9.21",
    doc="d = a, b, e and f from the highest four bits down, each rounded away from 0 if the bits cut off and"
    " rbits' carry",
    not_emulated=_FIGURE,
)
CVT_UE8M0_F32 = instruction(
    "cvt.frnd3{.satfinite}.ue8m0x2.f32 d, a, b",
    frnd3=("rz", "rp"),
    operands="d:b16 a:f32 b:f32",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = the exponents of a and b, rounded to powers of two",
)
CVT_UE8M0_BF16 = instruction(
    "cvt.frnd3{.satfinite}.ue8m0x2.bf16x2 d, a",
    frnd3=("rz", "rp"),
    operands="d:b16 a:bf16x2",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = the exponents of the halves of a, rounded to powers of two",
)
CVT_BF16_UE8M0 = instruction(
    "cvt.rn.bf16x2.ue8m0x2 d, a",
    operands="d:bf16x2 a:b16",
    ptx=(8, 6),
    sm=_FAMILIES,
    section="9.7.9.21",
    doc="d = the two powers of two of a, exactly",
)
CVT_PACK = instruction(
    "cvt.pack.sat.convertType.s32 d, a, b",
    convertType=("u16", "s16"),
    operands="d:b32 a:s32 b:s32",
    ptx=(6, 5),
    sm=72,
    section="9.7.9.22",
    doc="d = a in the upper and b in the lower half, each clamped to the range",
)
CVT_PACK_SHIFT = instruction(
    "cvt.pack.sat.convertType.s32.b32 d, a, b, c",
    convertType=("u2", "s2", "u4", "s4", "u8", "s8"),
    operands="d:b32 a:s32 b:s32 c:b32",
    ptx=(6, 5),
    sm=72,
    needs={"u2|s2|u4|s4": ((6, 5), 75)},
    section="9.7.9.22",
    doc="d = c shifted up to make room for a and b, each clamped to the range",
)
