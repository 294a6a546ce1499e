"""Matrices of 8 x 8 elements between shared memory and the registers of a warp (PTX ISA 9.0, section 9.7.14.5)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Scope, instruction

_SHARED = ("shared", "shared::cta")
_NUMBERS = ("x1", "x2", "x4")
_BLACKWELL = "sm_100f|sm_110f|sm_120f"
_FIGURE = "which lane holds which byte of such a matrix stands in figures only"


def _wide(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """A 16 x 16 matrix of bytes fills two registers of each thread."""
    return {"=r": f"b32[{2 * int(modifiers['num'][1:])}]"}


LDMATRIX = instruction(
    "ldmatrix.sync.aligned.m8n8.num{.trans}{.ss}.b16 r, [p]",
    num=_NUMBERS,
    ss=_SHARED,
    operands="=r:b32[num] p:address",
    needs={"shared::cta": ((7, 8), 75)},
    ptx=(6, 5),
    sm=75,
    scope=Scope.WARP,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.14.5.15",
    doc="r = 1, 2 or 4 matrices of 8 x 8 halves, whose rows the lanes' p point to, spread over the warp",
)
LDMATRIX_BYTES = instruction(
    "ldmatrix.sync.aligned.m16n16.num.trans{.ss}.b8 r, [p]",
    num=("x1", "x2"),
    ss=_SHARED,
    operands="=r:b32[2] p:address",
    resolve=_wide,
    ptx=(8, 6),
    sm=_BLACKWELL,
    scope=Scope.WARP,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.14.5.15",
    doc="r = 1 or 2 transposed matrices of 16 x 16 bytes, spread over the warp",
    not_emulated=_FIGURE,
)
LDMATRIX_UNPACKED = instruction(
    "ldmatrix.sync.aligned.m8n16.num{.ss}.b8x16.src_fmt r, [p]",
    num=_NUMBERS,
    ss=_SHARED,
    src_fmt=("b6x16_p32", "b4x16_p64"),
    operands="=r:b32[num] p:address",
    ptx=(8, 6),
    sm=_BLACKWELL,
    scope=Scope.WARP,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.14.5.15",
    doc="r = 1, 2 or 4 matrices of 8 x 16 elements of 4 or 6 bits, as bytes, spread over the warp",
    not_emulated=_FIGURE,
)
LDMATRIX_UNPACKED_TRANS = instruction(
    "ldmatrix.sync.aligned.m16n16.num.trans{.ss}.b8x16.src_fmt r, [p]",
    num=("x1", "x2"),
    ss=_SHARED,
    src_fmt=("b6x16_p32", "b4x16_p64"),
    operands="=r:b32[2] p:address",
    resolve=_wide,
    ptx=(8, 6),
    sm=_BLACKWELL,
    scope=Scope.WARP,
    effects=(Effect.READ,),
    space=StateSpace.GENERIC,
    section="9.7.14.5.15",
    doc="r = 1 or 2 transposed matrices of 16 x 16 elements of 4 or 6 bits, as bytes, spread over the warp",
    not_emulated=_FIGURE,
)
STMATRIX = instruction(
    "stmatrix.sync.aligned.m8n8.num{.trans}{.ss}.b16 [p], r",
    num=_NUMBERS,
    ss=_SHARED,
    operands="p:address r:b32[num]",
    ptx=(7, 8),
    sm=90,
    scope=Scope.WARP,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.14.5.16",
    doc="the rows that the lanes' p point to = 1, 2 or 4 matrices of 8 x 8 halves that are spread over the warp",
)
STMATRIX_BYTES = instruction(
    "stmatrix.sync.aligned.m16n8.num.trans{.ss}.b8 [p], r",
    num=_NUMBERS,
    ss=_SHARED,
    operands="p:address r:b32[num]",
    ptx=(8, 6),
    sm=_BLACKWELL,
    scope=Scope.WARP,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.14.5.16",
    doc="the rows that the lanes' p point to = 1, 2 or 4 transposed matrices of 16 x 8 bytes",
    not_emulated=_FIGURE,
)
MOVMATRIX = instruction(
    "movmatrix.sync.aligned.m8n8.trans.b16 d, a",
    operands="d:b32 a:b32",
    ptx=(7, 8),
    sm=75,
    scope=Scope.WARP,
    section="9.7.14.5.17",
    doc="d = the transposed matrix of 8 x 8 halves that is spread over the warp as a",
)
