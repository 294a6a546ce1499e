"""Comparison and selection (PTX ISA 9.0, sections 9.7.6 and 9.7.7)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import (
    b16,
    b32,
    b64,
    bf16,
    bf16x2,
    f16,
    f16x2,
    f32,
    f64,
    s16,
    s32,
    s64,
    u16,
    u32,
    u64,
)

_SELECTED = (b16, b32, b64, u16, u32, u64, s16, s32, s64, f32, f64)

ORDER = ("eq", "ne", "lt", "le", "gt", "ge")
UNSIGNED = ("lo", "ls", "hi", "hs")
UNORDERED = ("equ", "neu", "ltu", "leu", "gtu", "geu", "num", "nan")
BOOLEAN = ("and", "or", "xor")
_COMPARED = (b16, b32, b64, u16, u32, u64, s16, s32, s64, f32, f64)
_LEGAL = (
    "CmpOp=lt|le|gt|ge -> !type=b16|b32|b64",
    "CmpOp=lo|ls|hi|hs -> type=u16|u32|u64",
    "CmpOp=equ|neu|ltu|leu|gtu|geu|num|nan -> type=f32|f64",
    "ftz -> type=f32",
)
_SET_LEGAL = (*(rule.replace("type=", "stype=") for rule in _LEGAL[:3]), "ftz -> stype=f32")

SET = instruction(
    "set.CmpOp{.ftz}.dtype.stype d, a, b",
    CmpOp=ORDER + UNSIGNED + UNORDERED,
    dtype=(u32, s32, f32),
    stype=_COMPARED,
    operands="d:dtype a:stype b:stype",
    legal=_SET_LEGAL,
    section="9.7.6.1",
    doc="d = all ones (1.0 for a float) if the comparison holds, else 0",
)
SET_BOOL = instruction(
    "set.CmpOp.BoolOp{.ftz}.dtype.stype d, a, b, {!}c",
    CmpOp=ORDER + UNSIGNED + UNORDERED,
    BoolOp=BOOLEAN,
    dtype=(u32, s32, f32),
    stype=_COMPARED,
    operands="d:dtype a:stype b:stype c:pred",
    legal=_SET_LEGAL,
    section="9.7.6.1",
    doc="as set, with the comparison combined with c",
)
SETP = instruction(
    "setp.CmpOp{.ftz}.type p{|q}, a, b",
    CmpOp=ORDER + UNSIGNED + UNORDERED,
    type=_COMPARED,
    operands="=p:pred =q:pred a:type b:type",
    legal=_LEGAL,
    section="9.7.6.2",
    doc="p = a CmpOp b; q = not p",
)
SETP_BOOL = instruction(
    "setp.CmpOp.BoolOp{.ftz}.type p{|q}, a, b, {!}c",
    CmpOp=ORDER + UNSIGNED + UNORDERED,
    BoolOp=BOOLEAN,
    type=_COMPARED,
    operands="=p:pred =q:pred a:type b:type c:pred",
    legal=_LEGAL,
    section="9.7.6.2",
    doc="p = (a CmpOp b) BoolOp c; q = !(a CmpOp b) BoolOp c",
)
SELP = instruction(
    "selp.type d, a, b, c",
    type=_SELECTED,
    operands="d:type a:type b:type c:pred",
    section="9.7.6.3",
    doc="d = a if c, else b",
)
SLCT = instruction(
    "slct.dtype.s32 d, a, b, c",
    dtype=_SELECTED,
    operands="d:dtype a:dtype b:dtype c:s32",
    section="9.7.6.4",
    doc="d = a if c >= 0, else b",
)
SLCT_F32 = instruction(
    "slct{.ftz}.dtype.f32 d, a, b, c",
    dtype=_SELECTED,
    operands="d:dtype a:dtype b:dtype c:f32",
    section="9.7.6.4",
    doc="d = a if c >= 0, else b (also where c is NaN); .ftz makes a subnormal c zero",
)

_HALF_SINCE = {"f16": ((4, 2), 53), "bf16": ((7, 8), 90), "f16x2": ((4, 2), 53), "bf16x2": ((7, 8), 90)}

_TO_HALF_LEGAL = (
    *_SET_LEGAL[:2],
    "CmpOp=equ|neu|ltu|leu|gtu|geu|num|nan -> stype=f16|f32|f64",
    "ftz -> stype=f16|f32 dtype=f16",
)
SET_TO_HALF = instruction(
    "set.CmpOp{.ftz}.dtype.stype d, a, b",
    CmpOp=ORDER + UNSIGNED + UNORDERED,
    dtype=(f16, bf16),
    stype=(*_COMPARED, f16),
    operands="d:dtype a:stype b:stype",
    legal=_TO_HALF_LEGAL,
    ptx=(4, 2),
    sm=53,
    needs={"bf16": ((7, 8), 90)},
    section="9.7.7.1",
    doc="d = 1.0 if the comparison holds, else 0",
)
SET_TO_HALF_BOOL = instruction(
    "set.CmpOp.BoolOp{.ftz}.dtype.stype d, a, b, {!}c",
    CmpOp=ORDER + UNSIGNED + UNORDERED,
    BoolOp=BOOLEAN,
    dtype=(f16, bf16),
    stype=(*_COMPARED, f16),
    operands="d:dtype a:stype b:stype c:pred",
    legal=_TO_HALF_LEGAL,
    ptx=(4, 2),
    sm=53,
    needs={"bf16": ((7, 8), 90)},
    section="9.7.7.1",
    doc="as set, with the comparison combined with c",
)
SET_TO_BF16 = instruction(
    "set.CmpOp.bf16.bf16 d, a, b",
    CmpOp=ORDER + UNORDERED,
    operands="d:bf16 a:bf16 b:bf16",
    ptx=(7, 8),
    sm=90,
    section="9.7.7.1",
    doc="d = 1.0 if the comparison holds, else 0",
)
SET_TO_BF16_BOOL = instruction(
    "set.CmpOp.BoolOp.bf16.bf16 d, a, b, {!}c",
    CmpOp=ORDER + UNORDERED,
    BoolOp=BOOLEAN,
    operands="d:bf16 a:bf16 b:bf16 c:pred",
    ptx=(7, 8),
    sm=90,
    section="9.7.7.1",
    doc="as set, with the comparison combined with c",
)
SET_HALF = instruction(
    "set.CmpOp{.ftz}.dtype.stype d, a, b",
    CmpOp=ORDER + UNORDERED,
    dtype=(u16, s16, u32, s32),
    stype=(f16, bf16),
    operands="d:dtype a:stype b:stype",
    legal=("ftz -> stype=f16",),
    needs={"stype=f16": ((6, 5), 53), "stype=bf16": ((7, 8), 90)},
    section="9.7.7.1",
    doc="d = all ones (1.0 for a float) if the comparison holds, else 0",
)
SET_HALF_BOOL = instruction(
    "set.CmpOp.BoolOp{.ftz}.dtype.stype d, a, b, {!}c",
    CmpOp=ORDER + UNORDERED,
    BoolOp=BOOLEAN,
    dtype=(u16, s16, u32, s32),
    stype=(f16, bf16),
    operands="d:dtype a:stype b:stype c:pred",
    legal=("ftz -> stype=f16",),
    needs={"stype=f16": ((6, 5), 53), "stype=bf16": ((7, 8), 90)},
    section="9.7.7.1",
    doc="as set, with the comparison combined with c",
)
SET_HALF2 = instruction(
    "set.CmpOp{.ftz}.dtype.stype d, a, b",
    CmpOp=ORDER + UNORDERED,
    dtype=(f16x2, bf16x2, u32, s32),
    stype=(f16x2, bf16x2),
    operands="d:dtype a:stype b:stype",
    legal=("ftz -> stype=f16x2", "dtype=f16x2 -> stype=f16x2", "dtype=bf16x2 -> stype=bf16x2"),
    needs={"stype=f16x2": ((4, 2), 53), "stype=bf16x2": ((7, 8), 90), "dtype=u32|s32": ((6, 5), 53)},
    section="9.7.7.1",
    doc="as set, for each half",
)
SET_HALF2_BOOL = instruction(
    "set.CmpOp.BoolOp{.ftz}.dtype.stype d, a, b, {!}c",
    CmpOp=ORDER + UNORDERED,
    BoolOp=BOOLEAN,
    dtype=(f16x2, bf16x2, u32, s32),
    stype=(f16x2, bf16x2),
    operands="d:dtype a:stype b:stype c:pred",
    legal=("ftz -> stype=f16x2", "dtype=f16x2 -> stype=f16x2", "dtype=bf16x2 -> stype=bf16x2"),
    needs={"stype=f16x2": ((4, 2), 53), "stype=bf16x2": ((7, 8), 90), "dtype=u32|s32": ((6, 5), 53)},
    section="9.7.7.1",
    doc="as set, for each half, with the comparison combined with c",
)
SETP_HALF = instruction(
    "setp.CmpOp{.ftz}.type p, a, b",
    CmpOp=ORDER + UNORDERED,
    type=(f16, bf16),
    operands="=p:pred a:type b:type",
    legal=("ftz -> type=f16",),
    needs=_HALF_SINCE,
    section="9.7.7.2",
    doc="p = a CmpOp b",
)
SETP_HALF_BOOL = instruction(
    "setp.CmpOp.BoolOp{.ftz}.type p, a, b, {!}c",
    CmpOp=ORDER + UNORDERED,
    BoolOp=BOOLEAN,
    type=(f16, bf16),
    operands="=p:pred a:type b:type c:pred",
    legal=("ftz -> type=f16",),
    needs=_HALF_SINCE,
    section="9.7.7.2",
    doc="p = (a CmpOp b) BoolOp c",
)
SETP_HALF2 = instruction(
    "setp.CmpOp{.ftz}.type p|q, a, b",
    CmpOp=ORDER + UNORDERED,
    type=(f16x2, bf16x2),
    operands="=p:pred =q:pred a:type b:type",
    legal=("ftz -> type=f16x2",),
    needs=_HALF_SINCE,
    section="9.7.7.2",
    doc="p = the comparison of the low halves, q = that of the high halves",
)
SETP_HALF2_BOOL = instruction(
    "setp.CmpOp.BoolOp{.ftz}.type p|q, a, b, {!}c",
    CmpOp=ORDER + UNORDERED,
    BoolOp=BOOLEAN,
    type=(f16x2, bf16x2),
    operands="=p:pred =q:pred a:type b:type c:pred",
    legal=("ftz -> type=f16x2",),
    needs=_HALF_SINCE,
    section="9.7.7.2",
    doc="as setp for each half, with each comparison combined with c",
)
