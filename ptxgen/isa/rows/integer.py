"""Integer arithmetic (PTX ISA 9.0, section 9.7.1)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.table import instruction
from ptxgen.isa.types import b32, b64, s16, s16x2, s32, s64, u16, u16x2, u32, u64

INTEGERS = (u16, u32, u64, s16, s32, s64)
PACKED = (u16x2, s16x2)
_PACKED_SINCE = {"u16x2": ((8, 0), 90), "s16x2": ((8, 0), 90)}

ADD = instruction(
    "add{.sat}.type d, a, b",
    type=INTEGERS + PACKED,
    operands="d:type a:type b:type",
    legal=("sat -> type=s32",),
    needs=_PACKED_SINCE,
    section="9.7.1.1",
    doc="d = a + b; .sat clamps a signed 32-bit sum to its range",
)
SUB = instruction(
    "sub{.sat}.type d, a, b",
    type=(u16, u32, u64, s16, s32, s64),
    operands="d:type a:type b:type",
    legal=("sat -> type=s32",),
    section="9.7.1.2",
    doc="d = a - b; .sat clamps a signed 32-bit difference to its range",
)
MUL = instruction(
    "mul.mode.type d, a, b",
    mode=("hi", "lo"),
    type=INTEGERS,
    operands="d:type a:type b:type",
    section="9.7.1.3",
    doc="d = the low or high half of a * b",
)
MUL_WIDE = instruction(
    "mul.wide.type d, a, b",
    type=(u16, u32, s16, s32),
    operands="d:wide(type) a:type b:type",
    section="9.7.1.3",
    doc="d = a * b in twice the width",
)
MAD = instruction(
    "mad.mode{.sat}.type d, a, b, c",
    mode=("hi", "lo"),
    type=INTEGERS,
    operands="d:type a:type b:type c:type",
    legal=("sat -> mode=hi type=s32",),
    section="9.7.1.4",
    doc="d = the low or high half of a * b, plus c; .sat clamps the signed sum",
)
MAD_WIDE = instruction(
    "mad.wide.type d, a, b, c",
    type=(u16, u32, s16, s32),
    operands="d:wide(type) a:type b:type c:wide(type)",
    section="9.7.1.4",
    doc="d = a * b + c in twice the width of a and b",
)
MUL24 = instruction(
    "mul24.mode.type d, a, b",
    mode=("hi", "lo"),
    type=(u32, s32),
    operands="d:type a:type b:type",
    section="9.7.1.5",
    doc="d = bits 47..16 (.hi) or 31..0 (.lo) of the product of two 24-bit numbers",
)
MAD24 = instruction(
    "mad24.mode{.sat}.type d, a, b, c",
    mode=("hi", "lo"),
    type=(u32, s32),
    operands="d:type a:type b:type c:type",
    legal=("sat -> mode=hi type=s32",),
    section="9.7.1.6",
    doc="d = mul24(a, b) + c; .sat clamps the signed sum",
)
SAD = instruction(
    "sad.type d, a, b, c",
    type=INTEGERS,
    operands="d:type a:type b:type c:type",
    section="9.7.1.7",
    doc="d = c + |a - b|",
)
DIV = instruction(
    "div.type d, a, b",
    type=INTEGERS,
    operands="d:type a:type b:type",
    section="9.7.1.8",
    doc="d = a / b, truncated towards zero; division by zero gives an unspecified value",
)
REM = instruction(
    "rem.type d, a, b",
    type=INTEGERS,
    operands="d:type a:type b:type",
    section="9.7.1.9",
    doc="d = a - b * (a / b), with the sign of a",
)
ABS = instruction(
    "abs.type d, a",
    type=(s16, s32, s64),
    operands="d:type a:type",
    section="9.7.1.10",
    doc="d = |a|; the smallest number stays as it is",
)
NEG = instruction(
    "neg.type d, a",
    type=(s16, s32, s64),
    operands="d:type a:type",
    section="9.7.1.11",
    doc="d = -a; the smallest number stays as it is",
)
MIN = instruction(
    "min{.relu}.type d, a, b",
    type=INTEGERS + PACKED,
    operands="d:type a:type b:type",
    legal=("relu -> type=s32|s16x2",),
    needs={**_PACKED_SINCE, "relu": ((8, 0), 90)},
    section="9.7.1.12",
    doc="d = the smaller of a and b; .relu clamps negative results to 0",
)
MAX = instruction(
    "max{.relu}.type d, a, b",
    type=INTEGERS + PACKED,
    operands="d:type a:type b:type",
    legal=("relu -> type=s32|s16x2",),
    needs={**_PACKED_SINCE, "relu": ((8, 0), 90)},
    section="9.7.1.13",
    doc="d = the larger of a and b; .relu clamps negative results to 0",
)
POPC = instruction(
    "popc.type d, a",
    type=(b32, b64),
    operands="d:u32 a:type",
    ptx=(2, 0),
    sm=20,
    section="9.7.1.14",
    doc="d = how many bits of a are set",
)
CLZ = instruction(
    "clz.type d, a",
    type=(b32, b64),
    operands="d:u32 a:type",
    ptx=(2, 0),
    sm=20,
    section="9.7.1.15",
    doc="d = how many zero bits stand above the highest set bit of a; the width for a = 0",
)
BFIND = instruction(
    "bfind{.shiftamt}.type d, a",
    type=(u32, u64, s32, s64),
    operands="d:u32 a:type",
    ptx=(2, 0),
    sm=20,
    section="9.7.1.16",
    doc="d = position of the highest bit that differs from the sign (or from 0), all ones if none; "
    ".shiftamt counts from the top",
)
FNS = instruction(
    "fns.b32 d, mask, base, offset",
    operands="d:b32 mask:b32 base:u32 offset:s32",
    ptx=(6, 0),
    sm=30,
    section="9.7.1.17",
    doc="d = position of the offset-th set bit of mask, counted up or down from base; all ones if none",
)
BREV = instruction(
    "brev.type d, a",
    type=(b32, b64),
    operands="d:type a:type",
    ptx=(2, 0),
    sm=20,
    section="9.7.1.18",
    doc="d = the bits of a in reverse order",
)
BFE = instruction(
    "bfe.type d, a, b, c",
    type=(u32, u64, s32, s64),
    operands="d:type a:type b:u32<0..255> c:u32<0..255>",
    ptx=(2, 0),
    sm=20,
    section="9.7.1.19",
    doc="d = the c bits of a from bit b on, zero- or sign-extended",
)
BFI = instruction(
    "bfi.type f, a, b, c, d",
    type=(b32, b64),
    operands="=f:type a:type b:type c:u32<0..255> d:u32<0..255>",
    ptx=(2, 0),
    sm=20,
    section="9.7.1.20",
    doc="f = b with its d bits from bit c on replaced by the low bits of a",
)
SZEXT = instruction(
    "szext.mode.type d, a, b",
    mode=("clamp", "wrap"),
    type=(u32, s32),
    operands="d:type a:type b:u32",
    ptx=(7, 6),
    sm=70,
    section="9.7.1.21",
    doc="d = the low b bits of a, zero- or sign-extended",
)
BMSK = instruction(
    "bmsk.mode.b32 d, a, b",
    mode=("clamp", "wrap"),
    operands="d:b32 a:b32 b:b32",
    ptx=(7, 6),
    sm=70,
    section="9.7.1.22",
    doc="d = a mask of b ones from bit a on",
)
DP4A = instruction(
    "dp4a.atype.btype d, a, b, c",
    atype=(u32, s32),
    btype=(u32, s32),
    operands="d:dtype a:u32 b:u32 c:dtype",
    resolve=lambda m: {"d": _sum(m), "c": _sum(m)},
    ptx=(5, 0),
    sm=61,
    section="9.7.1.23",
    doc="d = c + the dot product of the four bytes of a and of b",
)
DP2A = instruction(
    "dp2a.mode.atype.btype d, a, b, c",
    mode=("lo", "hi"),
    atype=(u32, s32),
    btype=(u32, s32),
    operands="d:dtype a:u32 b:u32 c:dtype",
    resolve=lambda m: {"d": _sum(m), "c": _sum(m)},
    ptx=(5, 0),
    sm=61,
    section="9.7.1.24",
    doc="d = c + the dot product of the two halves of a and the low or high two bytes of b",
)


def _sum(modifiers: Mapping[str, str]) -> str:
    """The type of a byte dot product: signed as soon as one factor is."""
    return "u32" if modifiers["atype"] == modifiers["btype"] == "u32" else "s32"
