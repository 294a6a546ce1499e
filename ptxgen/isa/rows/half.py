"""Half-precision and mixed-precision instructions (PTX ISA 9.0, sections 9.7.4 and 9.7.5)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import bf16, bf16x2, f16, f16x2

_ROUNDING = ("rn", "rz", "rm", "rp")

HALF = (f16, f16x2)
BRAIN = (bf16, bf16x2)

ADD = instruction(
    "add{.rnd}{.ftz}{.sat}.type d, a, b",
    rnd=("rn",),
    type=HALF,
    operands="d:type a:type b:type",
    ptx=(4, 2),
    sm=53,
    section="9.7.4.1",
    doc="d = a + b, for each half; without .rnd the compiler may contract it into an fma",
)
ADD_BF16 = instruction(
    "add{.rnd}.type d, a, b",
    rnd=("rn",),
    type=BRAIN,
    operands="d:type a:type b:type",
    ptx=(7, 8),
    sm=90,
    section="9.7.4.1",
    doc="d = a + b, for each half; without .rnd the compiler may contract it into an fma",
)
SUB = instruction(
    "sub{.rnd}{.ftz}{.sat}.type d, a, b",
    rnd=("rn",),
    type=HALF,
    operands="d:type a:type b:type",
    ptx=(4, 2),
    sm=53,
    section="9.7.4.2",
    doc="d = a - b, for each half; without .rnd the compiler may contract it into an fma",
)
SUB_BF16 = instruction(
    "sub{.rnd}.type d, a, b",
    rnd=("rn",),
    type=BRAIN,
    operands="d:type a:type b:type",
    ptx=(7, 8),
    sm=90,
    section="9.7.4.2",
    doc="d = a - b, for each half; without .rnd the compiler may contract it into an fma",
)
MUL = instruction(
    "mul{.rnd}{.ftz}{.sat}.type d, a, b",
    rnd=("rn",),
    type=HALF,
    operands="d:type a:type b:type",
    ptx=(4, 2),
    sm=53,
    section="9.7.4.3",
    doc="d = a * b, for each half; without .rnd the compiler may contract it into an fma",
)
MUL_BF16 = instruction(
    "mul{.rnd}.type d, a, b",
    rnd=("rn",),
    type=BRAIN,
    operands="d:type a:type b:type",
    ptx=(7, 8),
    sm=90,
    section="9.7.4.3",
    doc="d = a * b, for each half; without .rnd the compiler may contract it into an fma",
)
FMA = instruction(
    "fma.rnd{.ftz}{.sat}.type d, a, b, c",
    rnd=("rn",),
    type=HALF,
    operands="d:type a:type b:type c:type",
    ptx=(4, 2),
    sm=53,
    section="9.7.4.4",
    doc="d = a * b + c, rounded once, for each half; .sat clamps to [0, 1]",
)
FMA_RELU = instruction(
    "fma.rnd{.ftz}.relu.type d, a, b, c",
    rnd=("rn",),
    type=HALF,
    operands="d:type a:type b:type c:type",
    ptx=(7, 0),
    sm=80,
    section="9.7.4.4",
    doc="d = a * b + c, rounded once, negative results made 0, for each half",
)
FMA_BF16 = instruction(
    "fma.rnd{.relu}.type d, a, b, c",
    rnd=("rn",),
    type=BRAIN,
    operands="d:type a:type b:type c:type",
    ptx=(7, 0),
    sm=80,
    section="9.7.4.4",
    doc="d = a * b + c, rounded once, for each half; .relu makes negative results 0",
)
FMA_OOB = instruction(
    "fma.rnd.oob{.relu}.type d, a, b, c",
    rnd=("rn",),
    type=HALF + BRAIN,
    operands="d:type a:type b:type c:type",
    ptx=(8, 1),
    sm=90,
    section="9.7.4.4",
    doc="d = a * b + c, or 0 where a factor is the out-of-bounds NaN",
    not_emulated="the bits of the out-of-bounds NaN are not documented",
)
NEG = instruction(
    "neg{.ftz}.type d, a",
    type=HALF,
    operands="d:type a:type",
    ptx=(6, 0),
    sm=53,
    section="9.7.4.5",
    doc="d = -a, for each half",
)
NEG_BF16 = instruction(
    "neg.type d, a",
    type=BRAIN,
    operands="d:type a:type",
    ptx=(7, 0),
    sm=80,
    section="9.7.4.5",
    doc="d = -a, for each half",
)
ABS = instruction(
    "abs{.ftz}.type d, a",
    type=HALF,
    operands="d:type a:type",
    ptx=(6, 5),
    sm=53,
    section="9.7.4.6",
    doc="d = |a|, for each half",
)
ABS_BF16 = instruction(
    "abs.type d, a",
    type=BRAIN,
    operands="d:type a:type",
    ptx=(7, 0),
    sm=80,
    section="9.7.4.6",
    doc="d = |a|, for each half",
)
_XORSIGN = {"xorsign": ((7, 2), 86)}
_PAIRED = ("xorsign -> abs", "abs -> xorsign", "ftz -> type=f16|f16x2")
MIN = instruction(
    "min{.ftz}{.NaN}{.xorsign}{.abs}.type d, a, b",
    type=HALF + BRAIN,
    operands="d:type a:type b:type",
    legal=_PAIRED,
    needs=_XORSIGN,
    ptx=(7, 0),
    sm=80,
    section="9.7.4.7",
    doc="d = the smaller, for each half, as min.f32",
)
MAX = instruction(
    "max{.ftz}{.NaN}{.xorsign}{.abs}.type d, a, b",
    type=HALF + BRAIN,
    operands="d:type a:type b:type",
    legal=_PAIRED,
    needs=_XORSIGN,
    ptx=(7, 0),
    sm=80,
    section="9.7.4.8",
    doc="d = the larger, for each half, as max.f32",
)
TANH = instruction(
    "tanh.approx.type d, a",
    type=HALF + BRAIN,
    operands="d:type a:type",
    needs={"bf16": ((7, 8), 90), "bf16x2": ((7, 8), 90)},
    ptx=(7, 0),
    sm=75,
    section="9.7.4.9",
    doc="d = tanh a, for each half; absolute error at most 2^-10.987 (f16), relative 2^-8 (bf16)",
)
EX2 = instruction(
    "ex2.approx.type d, a",
    type=HALF,
    operands="d:type a:type",
    ptx=(7, 0),
    sm=75,
    section="9.7.4.10",
    doc="d = 2^a, for each half; relative error at most 2^-9.9",
)
EX2_BF16 = instruction(
    "ex2.approx.ftz.type d, a",
    type=BRAIN,
    operands="d:type a:type",
    ptx=(7, 8),
    sm=90,
    section="9.7.4.10",
    doc="d = 2^a, for each half; relative error at most 2^-7",
)
ADD_MIXED = instruction(
    "add{.rnd}{.sat}.f32.atype d, a, c",
    rnd=_ROUNDING,
    atype=(f16, bf16),
    operands="d:f32 a:atype c:f32",
    ptx=(8, 6),
    sm=100,
    section="9.7.5.1",
    doc="d = a + c in single precision",
)
SUB_MIXED = instruction(
    "sub{.rnd}{.sat}.f32.atype d, a, c",
    rnd=_ROUNDING,
    atype=(f16, bf16),
    operands="d:f32 a:atype c:f32",
    ptx=(8, 6),
    sm=100,
    section="9.7.5.2",
    doc="d = a - c in single precision",
)
FMA_MIXED = instruction(
    "fma.rnd{.sat}.f32.abtype d, a, b, c",
    rnd=_ROUNDING,
    abtype=(f16, bf16),
    operands="d:f32 a:abtype b:abtype c:f32",
    ptx=(8, 6),
    sm=100,
    section="9.7.5.3",
    doc="d = a * b + c in single precision, rounded once",
)
