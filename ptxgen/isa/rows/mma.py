"""Matrix products of a warp: mma (PTX ISA 9.0, section 9.7.14.5.14).

Each thread holds a part of each matrix in its registers: vectors whose lengths follow from shape and types.
"""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.rows.fragments import fragment, shape
from ptxgen.isa.table import Row, Scope, instruction, type_or_name

_WIDE = ("bf16", "tf32")

_BYTES = ("e4m3", "e5m2")

NO_NARROW = "matrix products of floats of 4 and 6 bits and of scaled blocks are not emulated"

SECTION = "9.7.14.5.14"
NARROW = ("e4m3", "e5m2", "e3m2", "e2m3", "e2m1")
HALVES = ("f16", "f32")
SAME = ("ctype=f16 -> dtype=f16", "ctype=f32 -> dtype=f32")
_FACTORS = "a:any b:any c:any"

Needs = Mapping[str, tuple[tuple[int, int], int | str]]


def parts(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """The registers of d, a, b and c. A slot that a row spells out goes by its literal: `s32`, `f64`, `b1`."""
    m, n, k = shape(modifiers["shape"])
    result = modifiers.get("dtype") or next(t for t in ("f64", "s32", "f32") if t in modifiers)
    left = modifiers.get("atype") or next(
        t for t in ("f64", "f16", "bf16", "tf32", "b1", "e2m1") if t in modifiers
    )
    right = modifiers.get("btype", left)
    four = 4 if modifiers["shape"] == "m8n8k4" and left == "f16" else 1
    bits = 4 if modifiers.get("kind") in ("kind::mxf4", "kind::mxf4nvf4") else 0
    return {
        "d": fragment(result, m * n * four),
        "a": fragment(left, m * k * four, bits=bits),
        "b": fragment(right, n * k * four, bits=bits),
        "c": fragment(modifiers.get("ctype", result), m * n * four),
    }


def _mma(
    types: str,
    ptx: tuple[int, int],
    sm: int | str,
    doc: str,
    *,
    layout: str = "row.col",
    more: str = "",
    operands: str = "",
    legal: tuple[str, ...] = (),
    needs: Needs | None = None,
    not_emulated: str = "",
    not_emulated_with: Mapping[str, str] | None = None,
    **slots: tuple[type_or_name, ...],
) -> Row:
    return instruction(
        f"mma.sync.aligned.shape.{layout}{types} d, a, b, c{more}",
        slots=slots,
        operands=f"d:any {_FACTORS} {operands}",
        resolve=parts,
        legal=legal,
        needs=needs,
        ptx=ptx,
        sm=sm,
        scope=Scope.WARP,
        section=SECTION,
        doc=doc,
        not_emulated=not_emulated,
        not_emulated_with=not_emulated_with,
    )


MMA_QUAD = _mma(
    ".dtype.f16.f16.ctype",
    (6, 4),
    70,
    "d = a * b + c for four products at once, one for each eight lanes; halves",
    layout="alayout.blayout",
    legal=("ctype=f32 -> dtype=f32",),
    shape=("m8n8k4",),
    alayout=("row", "col"),
    blayout=("row", "col"),
    dtype=HALVES,
    ctype=HALVES,
)
MMA_F16 = _mma(
    ".dtype.f16.f16.ctype",
    (6, 5),
    75,
    "d = a * b + c of halves, summed in halves or single precision",
    legal=SAME,
    needs={"m16n8k16": ((7, 0), 80)},
    shape=("m16n8k8", "m16n8k16"),
    dtype=HALVES,
    ctype=HALVES,
)
MMA_WIDE_EXPONENT = _mma(
    ".f32.atype.btype.f32",
    (7, 0),
    80,
    "d = a * b + c of bf16 or tf32 numbers, summed in single precision",
    legal=(
        "atype=bf16 -> btype=bf16 shape=m16n8k8|m16n8k16",
        "atype=tf32 -> btype=tf32 shape=m16n8k4|m16n8k8",
    ),
    shape=("m16n8k4", "m16n8k8", "m16n8k16"),
    atype=_WIDE,
    btype=_WIDE,
)
MMA_F8 = _mma(
    ".dtype.atype.btype.ctype",
    (8, 4),
    89,
    "d = a * b + c of bytes that are floats, summed in halves or single precision",
    legal=SAME,
    needs={"m16n8k16": ((8, 7), 89), "dtype=f16": ((8, 7), 89)},
    shape=("m16n8k16", "m16n8k32"),
    dtype=HALVES,
    atype=_BYTES,
    btype=_BYTES,
    ctype=HALVES,
)
MMA_F8F6F4 = _mma(
    ".kind::f8f6f4.dtype.atype.btype.ctype",
    (8, 6),
    "sm_100f|sm_110f|sm_120f",
    "d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, summed in halves or single precision",
    legal=SAME,
    needs={"dtype=f16": ((8, 7), 100), "e3m2|e2m3|e2m1": ((8, 7), "sm_120f")},
    not_emulated_with={"atype=e3m2|e2m3|e2m1": NO_NARROW, "btype=e3m2|e2m3|e2m1": NO_NARROW},
    shape=("m16n8k32",),
    dtype=HALVES,
    atype=NARROW,
    btype=NARROW,
    ctype=HALVES,
)
_SCALES = ", scale-a-data, {byte-id-a, thread-id-a}, scale-b-data, {byte-id-b, thread-id-b}"
_SCALE_TYPES = "scale-a-data:b32 byte-id-a:u16[2] scale-b-data:b32 byte-id-b:u16[2]"
MMA_MXF4 = _mma(
    ".kind.block_scale{.scale_vec_size}.f32.e2m1.e2m1.f32.stype",
    (8, 7),
    "sm_120f",
    "d = a * b + c of floats of 4 bits, each 32 of which share a power of two",
    more=_SCALES,
    operands=_SCALE_TYPES,
    not_emulated=NO_NARROW,
    shape=("m16n8k64",),
    kind=("kind::mxf4",),
    scale_vec_size=("scale_vec::2X",),
    stype=("ue8m0",),
)
MMA_NVF4 = _mma(
    ".kind.block_scale.scale_vec_size.f32.e2m1.e2m1.f32.stype",
    (8, 7),
    "sm_120f",
    "d = a * b + c of floats of 4 bits, each 16 or 32 of which share a scale",
    more=_SCALES,
    operands=_SCALE_TYPES,
    legal=("scale_vec_size=scale_vec::4X -> stype=ue4m3", "scale_vec_size=scale_vec::2X -> stype=ue8m0"),
    not_emulated=NO_NARROW,
    shape=("m16n8k64",),
    kind=("kind::mxf4nvf4",),
    scale_vec_size=("scale_vec::2X", "scale_vec::4X"),
    stype=("ue8m0", "ue4m3"),
)
MMA_MXF8F6F4 = _mma(
    ".kind.block_scale{.scale_vec_size}.f32.atype.btype.f32.stype",
    (8, 7),
    "sm_120f",
    "d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two",
    more=_SCALES,
    operands=_SCALE_TYPES,
    not_emulated=NO_NARROW,
    shape=("m16n8k32",),
    kind=("kind::mxf8f6f4",),
    scale_vec_size=("scale_vec::1X",),
    atype=NARROW,
    btype=NARROW,
    stype=("ue8m0",),
)
MMA_F64 = _mma(
    ".f64.f64.f64.f64",
    (7, 0),
    80,
    "d = a * b + c in double precision",
    needs={"m16n8k4|m16n8k8|m16n8k16": ((7, 8), 90)},
    shape=("m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16"),
)
MMA_S8 = _mma(
    "{.satfinite}.s32.atype.btype.s32",
    (6, 5),
    75,
    "d = a * b + c of bytes, summed in 32 bits (which saturate with .satfinite)",
    needs={"m16n8k16|m16n8k32": ((7, 0), 80)},
    shape=("m8n8k16", "m16n8k16", "m16n8k32"),
    atype=("u8", "s8"),
    btype=("u8", "s8"),
)
MMA_S4 = _mma(
    "{.satfinite}.s32.atype.btype.s32",
    (6, 5),
    75,
    "d = a * b + c of integers of 4 bits, summed in 32 bits (which saturate with .satfinite)",
    needs={"m16n8k32|m16n8k64": ((7, 0), 80)},
    shape=("m8n8k32", "m16n8k32", "m16n8k64"),
    atype=("u4", "s4"),
    btype=("u4", "s4"),
)
MMA_B1 = _mma(
    ".s32.b1.b1.s32.bitOp.popc",
    (7, 0),
    75,
    "d = c and in how many places the bits of a's row and b's column differ (xor) or are both set (and)",
    needs={"m16n8k128|m16n8k256": ((7, 0), 80), "and": ((7, 1), 80)},
    shape=("m8n8k128", "m16n8k128", "m16n8k256"),
    bitOp=("xor", "and"),
)
