"""Logic and shift instructions (PTX ISA 9.0, section 9.7.8)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import b16, b32, b64, pred, s16, s32, s64, u16, u32, u64

_BITS = (pred, b16, b32, b64)

AND = instruction(
    "and.type d, a, b",
    type=_BITS,
    operands="d:type a:type b:type",
    section="9.7.8.1",
    doc="d = a & b",
)
OR = instruction(
    "or.type d, a, b",
    type=_BITS,
    operands="d:type a:type b:type",
    section="9.7.8.2",
    doc="d = a | b",
)
XOR = instruction(
    "xor.type d, a, b",
    type=_BITS,
    operands="d:type a:type b:type",
    section="9.7.8.3",
    doc="d = a ^ b",
)
NOT = instruction(
    "not.type d, a",
    type=_BITS,
    operands="d:type a:type",
    section="9.7.8.4",
    doc="d = ~a",
)
CNOT = instruction(
    "cnot.type d, a",
    type=(b16, b32, b64),
    operands="d:type a:type",
    section="9.7.8.5",
    doc="d = 1 if a is 0, else 0",
)
LOP3 = instruction(
    "lop3.b32 d, a, b, c, immLut",
    operands="d:b32 a:b32 b:b32 c:b32 immLut:imm",
    ptx=(4, 3),
    sm=50,
    section="9.7.8.6",
    doc="d = any bitwise function of a, b, c; immLut is its value at a=0xF0, b=0xCC, c=0xAA",
)
LOP3_BOOL = instruction(
    "lop3.BoolOp.b32 d|p, a, b, c, immLut, q",
    BoolOp=("or", "and"),
    operands="d:b32 =p:pred a:b32 b:b32 c:b32 immLut:imm q:pred",
    ptx=(8, 2),
    sm=70,
    section="9.7.8.6",
    doc="d as without BoolOp; p = (d != 0) BoolOp q",
)
SHF = instruction(
    "shf.dir.mode.b32 d, a, b, c",
    dir=("l", "r"),
    mode=("clamp", "wrap"),
    operands="d:b32 a:b32 b:b32 c:u32",
    ptx=(3, 1),
    sm=32,
    section="9.7.8.7",
    doc="d = the high (.l) or low (.r) word of b:a shifted by c, which is clamped to 32 or taken modulo 32",
)
SHL = instruction(
    "shl.type d, a, b",
    type=(b16, b32, b64),
    operands="d:type a:type b:u32",
    section="9.7.8.8",
    doc="d = a << b; amounts past the width give 0",
)
SHR = instruction(
    "shr.type d, a, b",
    type=(b16, b32, b64, u16, u32, u64, s16, s32, s64),
    operands="d:type a:type b:u32",
    section="9.7.8.9",
    doc="d = a >> b, filled with zeros or the sign; amounts past the width give only that",
)
