"""Floating-point instructions for f32, f64 and f32x2 (PTX ISA 9.0, section 9.7.3)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import f32, f64

ROUNDING = ("rn", "rz", "rm", "rp")
_MODES = {"rm": ((1, 0), 20), "rp": ((1, 0), 20)}
_NAN = {"NaN": ((7, 0), 80), "xorsign": ((7, 2), 86)}

TESTP = instruction(
    "testp.op.type p, a",
    op=("finite", "infinite", "number", "notanumber", "normal", "subnormal"),
    type=(f32, f64),
    operands="=p:pred a:type",
    ptx=(2, 0),
    sm=20,
    section="9.7.3.1",
    doc="p = whether a is of this class; .normal excludes zero",
)
COPYSIGN = instruction(
    "copysign.type d, a, b",
    type=(f32, f64),
    operands="d:type a:type b:type",
    ptx=(2, 0),
    sm=20,
    section="9.7.3.2",
    doc="d = |b| with the sign of a",
)
ADD = instruction(
    "add{.rnd}{.ftz}{.sat}.f32 d, a, b",
    rnd=ROUNDING,
    operands="d:f32 a:f32 b:f32",
    needs=_MODES,
    section="9.7.3.3",
    doc="d = a + b; without .rnd the compiler may contract it into an fma",
)
ADD_F64 = instruction(
    "add{.rnd}.f64 d, a, b",
    rnd=ROUNDING,
    operands="d:f64 a:f64 b:f64",
    sm=13,
    section="9.7.3.3",
    doc="d = a + b; without .rnd the compiler may contract it into an fma",
)
ADD_F32X2 = instruction(
    "add{.rnd}{.ftz}.f32x2 d, a, b",
    rnd=ROUNDING,
    operands="d:f32x2 a:f32x2 b:f32x2",
    ptx=(8, 6),
    sm=100,
    section="9.7.3.3",
    doc="d = a + b for each half",
)
SUB = instruction(
    "sub{.rnd}{.ftz}{.sat}.f32 d, a, b",
    rnd=ROUNDING,
    operands="d:f32 a:f32 b:f32",
    needs=_MODES,
    section="9.7.3.4",
    doc="d = a - b; without .rnd the compiler may contract it into an fma",
)
SUB_F64 = instruction(
    "sub{.rnd}.f64 d, a, b",
    rnd=ROUNDING,
    operands="d:f64 a:f64 b:f64",
    sm=13,
    section="9.7.3.4",
    doc="d = a - b; without .rnd the compiler may contract it into an fma",
)
SUB_F32X2 = instruction(
    "sub{.rnd}{.ftz}.f32x2 d, a, b",
    rnd=ROUNDING,
    operands="d:f32x2 a:f32x2 b:f32x2",
    ptx=(8, 6),
    sm=100,
    section="9.7.3.4",
    doc="d = a - b for each half",
)
MUL = instruction(
    "mul{.rnd}{.ftz}{.sat}.f32 d, a, b",
    rnd=ROUNDING,
    operands="d:f32 a:f32 b:f32",
    needs=_MODES,
    section="9.7.3.5",
    doc="d = a * b; without .rnd the compiler may contract it into an fma",
)
MUL_F64 = instruction(
    "mul{.rnd}.f64 d, a, b",
    rnd=ROUNDING,
    operands="d:f64 a:f64 b:f64",
    sm=13,
    section="9.7.3.5",
    doc="d = a * b; without .rnd the compiler may contract it into an fma",
)
MUL_F32X2 = instruction(
    "mul{.rnd}{.ftz}.f32x2 d, a, b",
    rnd=ROUNDING,
    operands="d:f32x2 a:f32x2 b:f32x2",
    ptx=(8, 6),
    sm=100,
    section="9.7.3.5",
    doc="d = a * b for each half",
)
FMA = instruction(
    "fma.rnd{.ftz}{.sat}.f32 d, a, b, c",
    rnd=ROUNDING,
    operands="d:f32 a:f32 b:f32 c:f32",
    ptx=(2, 0),
    sm=20,
    section="9.7.3.6",
    doc="d = a * b + c, rounded once",
)
FMA_F64 = instruction(
    "fma.rnd.f64 d, a, b, c",
    rnd=ROUNDING,
    operands="d:f64 a:f64 b:f64 c:f64",
    ptx=(1, 4),
    sm=13,
    section="9.7.3.6",
    doc="d = a * b + c, rounded once",
)
FMA_F32X2 = instruction(
    "fma.rnd{.ftz}.f32x2 d, a, b, c",
    rnd=ROUNDING,
    operands="d:f32x2 a:f32x2 b:f32x2 c:f32x2",
    ptx=(8, 6),
    sm=100,
    section="9.7.3.6",
    doc="d = a * b + c for each half, rounded once",
)
MAD = instruction(
    "mad.rnd{.ftz}{.sat}.f32 d, a, b, c",
    rnd=ROUNDING,
    operands="d:f32 a:f32 b:f32 c:f32",
    ptx=(2, 0),
    sm=20,
    section="9.7.3.7",
    doc="d = a * b + c, rounded once: the same as fma",
)
MAD_F64 = instruction(
    "mad.rnd.f64 d, a, b, c",
    rnd=ROUNDING,
    operands="d:f64 a:f64 b:f64 c:f64",
    ptx=(1, 4),
    sm=13,
    section="9.7.3.7",
    doc="d = a * b + c, rounded once: the same as fma",
)
DIV_APPROX = instruction(
    "div.mode{.ftz}.f32 d, a, b",
    mode=("approx", "full"),
    operands="d:f32 a:f32 b:f32",
    ptx=(1, 4),
    section="9.7.3.8",
    doc="d = a / b within 2 ulp; .approx gives 0 for |b| in (2^126, 2^128), .full scales and covers all b",
)
DIV = instruction(
    "div.rnd{.ftz}.f32 d, a, b",
    rnd=ROUNDING,
    operands="d:f32 a:f32 b:f32",
    ptx=(1, 4),
    sm=20,
    section="9.7.3.8",
    doc="d = a / b, rounded once",
)
DIV_F64 = instruction(
    "div.rnd.f64 d, a, b",
    rnd=ROUNDING,
    operands="d:f64 a:f64 b:f64",
    ptx=(1, 4),
    sm=13,
    needs={"rz": ((1, 4), 20), "rm": ((1, 4), 20), "rp": ((1, 4), 20)},
    section="9.7.3.8",
    doc="d = a / b, rounded once",
)
ABS = instruction(
    "abs{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    section="9.7.3.9",
    doc="d = |a|",
)
ABS_F64 = instruction(
    "abs.f64 d, a",
    operands="d:f64 a:f64",
    sm=13,
    section="9.7.3.9",
    doc="d = |a|",
)
NEG = instruction(
    "neg{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    section="9.7.3.10",
    doc="d = -a",
)
NEG_F64 = instruction(
    "neg.f64 d, a",
    operands="d:f64 a:f64",
    sm=13,
    section="9.7.3.10",
    doc="d = -a",
)
MIN = instruction(
    "min{.ftz}{.NaN}{.xorsign}{.abs}.f32 d, a, b",
    operands="d:f32 a:f32 b:f32",
    legal=("xorsign -> abs", "abs -> xorsign"),
    needs=_NAN,
    section="9.7.3.11",
    doc="d = the smaller, -0 below +0; a NaN loses unless .NaN; .xorsign.abs compares sizes and multiplies signs",
)
MIN3 = instruction(
    "min{.ftz}{.NaN}{.abs}.f32 d, a, b, c",
    operands="d:f32 a:f32 b:f32 c:f32",
    ptx=(8, 8),
    sm=100,
    section="9.7.3.11",
    doc="d = the smallest of three; .abs compares their sizes",
)
MIN_F64 = instruction(
    "min.f64 d, a, b",
    operands="d:f64 a:f64 b:f64",
    sm=13,
    section="9.7.3.11",
    doc="d = the smaller, -0 below +0; a NaN loses",
)
MAX = instruction(
    "max{.ftz}{.NaN}{.xorsign}{.abs}.f32 d, a, b",
    operands="d:f32 a:f32 b:f32",
    legal=("xorsign -> abs", "abs -> xorsign"),
    needs=_NAN,
    section="9.7.3.12",
    doc="d = the larger, +0 above -0; a NaN loses unless .NaN; .xorsign.abs compares sizes and multiplies signs",
)
MAX3 = instruction(
    "max{.ftz}{.NaN}{.abs}.f32 d, a, b, c",
    operands="d:f32 a:f32 b:f32 c:f32",
    ptx=(8, 8),
    sm=100,
    section="9.7.3.12",
    doc="d = the largest of three; .abs compares their sizes",
)
MAX_F64 = instruction(
    "max.f64 d, a, b",
    operands="d:f64 a:f64 b:f64",
    sm=13,
    section="9.7.3.12",
    doc="d = the larger, +0 above -0; a NaN loses",
)
RCP_APPROX = instruction(
    "rcp.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.13",
    doc="d = 1 / a within 1 ulp",
)
RCP = instruction(
    "rcp.rnd{.ftz}.f32 d, a",
    rnd=ROUNDING,
    operands="d:f32 a:f32",
    ptx=(1, 4),
    sm=20,
    section="9.7.3.13",
    doc="d = 1 / a, rounded once",
)
RCP_F64 = instruction(
    "rcp.rnd.f64 d, a",
    rnd=ROUNDING,
    operands="d:f64 a:f64",
    ptx=(1, 4),
    sm=13,
    needs={"rz": ((1, 4), 20), "rm": ((1, 4), 20), "rp": ((1, 4), 20)},
    section="9.7.3.13",
    doc="d = 1 / a, rounded once",
)
RCP_APPROX_F64 = instruction(
    "rcp.approx.ftz.f64 d, a",
    operands="d:f64 a:f64",
    ptx=(2, 1),
    sm=20,
    section="9.7.3.14",
    doc="d = 1 / a from the upper 32 bits of a, lower 32 bits zero",
)
SQRT_APPROX = instruction(
    "sqrt.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.15",
    doc="d = the square root of a, within 1 ulp",
)
SQRT = instruction(
    "sqrt.rnd{.ftz}.f32 d, a",
    rnd=ROUNDING,
    operands="d:f32 a:f32",
    ptx=(1, 4),
    sm=20,
    section="9.7.3.15",
    doc="d = the square root of a, rounded once",
)
SQRT_F64 = instruction(
    "sqrt.rnd.f64 d, a",
    rnd=ROUNDING,
    operands="d:f64 a:f64",
    ptx=(1, 4),
    sm=13,
    needs={"rz": ((1, 4), 20), "rm": ((1, 4), 20), "rp": ((1, 4), 20)},
    section="9.7.3.15",
    doc="d = the square root of a, rounded once",
)
RSQRT = instruction(
    "rsqrt.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.16",
    doc="d = 1 / sqrt(a), relative error at most 2^-22.9",
)
RSQRT_F64 = instruction(
    "rsqrt.approx.f64 d, a",
    operands="d:f64 a:f64",
    ptx=(1, 4),
    sm=13,
    section="9.7.3.16",
    doc="d = 1 / sqrt(a), emulated in software with small error",
)
RSQRT_FTZ_F64 = instruction(
    "rsqrt.approx.ftz.f64 d, a",
    operands="d:f64 a:f64",
    ptx=(4, 0),
    sm=20,
    section="9.7.3.17",
    doc="d = 1 / sqrt(a) from the upper 32 bits of a, lower 32 bits zero",
)
SIN = instruction(
    "sin.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.18",
    doc="d = sin a, absolute error at most 2^-20.5 in [-2 pi, 2 pi]",
)
COS = instruction(
    "cos.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.19",
    doc="d = cos a, absolute error at most 2^-20.5 in [-2 pi, 2 pi]",
)
LG2 = instruction(
    "lg2.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.20",
    doc="d = log2 a, absolute error at most 2^-22 in (0.5, 2), relative elsewhere",
)
EX2 = instruction(
    "ex2.approx{.ftz}.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(1, 4),
    section="9.7.3.21",
    doc="d = 2^a within 2 ulp",
)
TANH = instruction(
    "tanh.approx.f32 d, a",
    operands="d:f32 a:f32",
    ptx=(7, 0),
    sm=75,
    section="9.7.3.22",
    doc="d = tanh a, relative error at most 2^-11",
)
