"""Moves, permutation, addresses and cluster addresses (PTX ISA 9.0, section 9.7.9)."""

from __future__ import annotations

from ptxgen.isa.table import instruction
from ptxgen.isa.types import (
    b16,
    b32,
    b64,
    b128,
    f32,
    f64,
    pred,
    s16,
    s32,
    s64,
    u16,
    u32,
    u64,
)

_HALF = {"b16": "b8", "b32": "b16", "b64": "b32", "b128": "b64"}
_QUARTER = {"b32": "b8", "b64": "b16", "b128": "b32"}
_B128_SINCE = {"b128": ((8, 3), 70)}


MOV = instruction(
    "mov.type d, a",
    type=(pred, b16, b32, b64, b128, u16, u32, u64, s16, s32, s64, f32, f64),
    operands="d:type a:type~",
    needs=_B128_SINCE,
    section="9.7.9.3",
    doc="d = a: a register, a constant, a special register, or the address of a variable or function",
)
MOV_PACK2 = instruction(
    "mov.type d, a",
    type=(b16, b32, b64, b128),
    operands="d:type a:half[2]",
    resolve=lambda m: {"a": f"{_HALF[m['type']]}[2]"},
    needs=_B128_SINCE,
    section="9.7.9.4",
    doc="d = the two elements of a, the first in the low bits",
)
MOV_UNPACK2 = instruction(
    "mov.type d, a",
    type=(b16, b32, b64, b128),
    operands="d:half[2] a:type",
    resolve=lambda m: {"d": f"{_HALF[m['type']]}[2]"},
    needs=_B128_SINCE,
    section="9.7.9.4",
    doc="the two elements of d = the halves of a, the low bits first",
)
MOV_PACK4 = instruction(
    "mov.type d, a",
    type=(b32, b64, b128),
    operands="d:type a:quarter[4]",
    resolve=lambda m: {"a": f"{_QUARTER[m['type']]}[4]"},
    needs=_B128_SINCE,
    section="9.7.9.4",
    doc="d = the four elements of a, the first in the low bits",
)
MOV_UNPACK4 = instruction(
    "mov.type d, a",
    type=(b32, b64, b128),
    operands="d:quarter[4] a:type",
    resolve=lambda m: {"d": f"{_QUARTER[m['type']]}[4]"},
    needs=_B128_SINCE,
    section="9.7.9.4",
    doc="the four elements of d = the quarters of a, the low bits first",
)
PRMT = instruction(
    "prmt.b32 d, a, b, c",
    operands="d:b32 a:b32 b:b32 c:b32",
    ptx=(2, 0),
    sm=20,
    section="9.7.9.7",
    doc="each byte of d = the byte of b:a that a nibble of c selects, or that byte's sign in all bits",
)
PRMT_MODE = instruction(
    "prmt.b32.mode d, a, b, c",
    mode=("f4e", "b4e", "rc8", "ecl", "ecr", "rc16"),
    operands="d:b32 a:b32 b:b32 c:b32",
    ptx=(2, 0),
    sm=20,
    section="9.7.9.7",
    doc="d = four bytes of b:a by a fixed pattern that the low two bits of c steer",
)

_SPACES = ("const", "global", "local", "shared", "shared::cta", "shared::cluster", "param", "param::entry")
_SPACES_SINCE = {
    "const": ((3, 1), 20),
    "param": ((7, 7), 70),
    "param::entry": ((8, 3), 70),
    "shared::cta": ((7, 8), 30),
    "shared::cluster": ((7, 8), 90),
}
ISSPACEP = instruction(
    "isspacep.space p, a",
    slots={"space": _SPACES},
    operands="=p:pred a:u64",
    needs=_SPACES_SINCE,
    ptx=(2, 0),
    sm=20,
    section="9.7.9.19",
    doc="p = whether the generic address a lies in this space",
)
CVTA = instruction(
    "cvta.space.size p, a",
    slots={"space": _SPACES},
    size=(u32, u64),
    operands="=p:size a:size~",
    needs=_SPACES_SINCE,
    ptx=(2, 0),
    sm=20,
    section="9.7.9.20",
    doc="p = the generic address of the address a in this space",
)
CVTA_TO = instruction(
    "cvta.to.space.size p, a",
    slots={"space": _SPACES},
    size=(u32, u64),
    operands="=p:size a:size",
    needs=_SPACES_SINCE,
    ptx=(2, 0),
    sm=20,
    section="9.7.9.20",
    doc="p = the address in this space of the generic address a",
)
MAPA = instruction(
    "mapa{.space}.type d, a, b",
    slots={"space": ("shared::cluster",)},
    type=(u32, u64),
    operands="d:type a:type~ b:u32",
    ptx=(7, 8),
    sm=90,
    section="9.7.9.23",
    doc="d = the address in CTA b of the cluster that corresponds to the shared address a",
)
GETCTARANK = instruction(
    "getctarank{.space}.type d, a",
    slots={"space": ("shared::cluster",)},
    type=(u32, u64),
    operands="d:u32 a:type~",
    ptx=(7, 8),
    sm=90,
    section="9.7.9.24",
    doc="d = the rank in the cluster of the CTA whose shared memory a lies in",
)
