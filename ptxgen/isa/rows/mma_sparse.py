"""Products with a matrix of which half is zero: mma.sp (PTX ISA 9.0, section 9.7.14.6.3).

Of each four elements in a row of a, two are given (of each two, one for tf32); e says which, f which threads give e.
"""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.rows.fragments import shape
from ptxgen.isa.rows.mma import HALVES, NARROW, SAME, Needs, parts
from ptxgen.isa.table import Row, Scope, instruction, type_or_name

_WIDE = ("bf16", "tf32")

_BYTES = ("e4m3", "e5m2")

NO_SPARSE = "sparse matrix products are not emulated"

_VARIANTS = ("sp", "sp::ordered_metadata")
_ORDERED = ("sp::ordered_metadata",)
_SINCE: Needs = {"sp::ordered_metadata": ((8, 5), 80)}
_SCALES = ", scale-a-data, {byte-id-a, thread-id-a}, scale-b-data, {byte-id-b, thread-id-b}"
_SCALE_TYPES = "scale-a-data:b32 byte-id-a:u16[2] scale-b-data:b32 byte-id-b:u16[2]"


def _half(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """The registers of a dense product with half of a."""
    m, n, k = shape(modifiers["shape"])
    dense = parts(modifiers)
    return {**dense, "a": parts({**modifiers, "shape": f"m{m}n{n}k{k // 2}"})["a"]}


def _sparse(
    types: str,
    ptx: tuple[int, int],
    sm: int | str,
    doc: str,
    *,
    more: str = "",
    operands: str = "",
    legal: tuple[str, ...] = (),
    needs: Needs | None = None,
    spvariant: tuple[str, ...] = _VARIANTS,
    **slots: tuple[type_or_name, ...],
) -> Row:
    return instruction(
        f"mma.spvariant.sync.aligned.shape.row.col{types} d, a, b, c, e, f{more}",
        slots={"spvariant": spvariant, **slots},
        operands=f"d:any a:any b:any c:any e:b32 f:imm<0..3> {operands}",
        resolve=_half,
        legal=legal,
        needs={**_SINCE, **(needs or {})},
        ptx=ptx,
        sm=sm,
        scope=Scope.WARP,
        section="9.7.14.6.3",
        doc=doc,
        not_emulated=NO_SPARSE,
    )


MMA_SP_F16 = _sparse(
    ".dtype.f16.f16.ctype",
    (7, 1),
    80,
    "d = a * b + c of halves, a sparse",
    legal=SAME,
    shape=("m16n8k16", "m16n8k32"),
    dtype=HALVES,
    ctype=HALVES,
)
MMA_SP_WIDE_EXPONENT = _sparse(
    ".f32.atype.btype.f32",
    (7, 1),
    80,
    "d = a * b + c of bf16 or tf32 numbers, a sparse",
    legal=(
        "atype=bf16 -> btype=bf16 shape=m16n8k16|m16n8k32",
        "atype=tf32 -> btype=tf32 shape=m16n8k8|m16n8k16",
    ),
    shape=("m16n8k8", "m16n8k16", "m16n8k32"),
    atype=_WIDE,
    btype=_WIDE,
)
MMA_SP_F8 = _sparse(
    ".dtype.atype.btype.ctype",
    (8, 4),
    89,
    "d = a * b + c of bytes that are floats, a sparse",
    legal=(*SAME, "dtype=f16 -> sp::ordered_metadata"),
    needs={"dtype=f16": ((8, 7), "sm_120f")},
    shape=("m16n8k64",),
    dtype=HALVES,
    atype=_BYTES,
    btype=_BYTES,
    ctype=HALVES,
)
MMA_SP_F8F6F4 = _sparse(
    ".kind::f8f6f4.dtype.atype.btype.ctype",
    (8, 6),
    "sm_100f|sm_110f|sm_120f",
    "d = a * b + c of floats of 8, 6 or 4 bits, one in each byte, a sparse",
    legal=SAME,
    needs={"dtype=f16": ((8, 7), "sm_120f"), "e3m2|e2m3|e2m1": ((8, 7), "sm_120f")},
    spvariant=_ORDERED,
    shape=("m16n8k64",),
    dtype=HALVES,
    atype=NARROW,
    btype=NARROW,
    ctype=HALVES,
)
MMA_SP_MXF4 = _sparse(
    ".kind.block_scale{.scale_vec_size}.f32.e2m1.e2m1.f32.stype",
    (8, 7),
    "sm_120a|sm_121a",
    "d = a * b + c of floats of 4 bits, each 32 of which share a power of two, a sparse",
    more=_SCALES,
    operands=_SCALE_TYPES,
    spvariant=_ORDERED,
    shape=("m16n8k128",),
    kind=("kind::mxf4",),
    scale_vec_size=("scale_vec::2X",),
    stype=("ue8m0",),
)
MMA_SP_NVF4 = _sparse(
    ".kind.block_scale.scale_vec_size.f32.e2m1.e2m1.f32.stype",
    (8, 7),
    "sm_120a|sm_121a",
    "d = a * b + c of floats of 4 bits, each 16 or 32 of which share a scale, a sparse",
    more=_SCALES,
    operands=_SCALE_TYPES,
    legal=("scale_vec_size=scale_vec::4X -> stype=ue4m3", "scale_vec_size=scale_vec::2X -> stype=ue8m0"),
    spvariant=_ORDERED,
    shape=("m16n8k128",),
    kind=("kind::mxf4nvf4",),
    scale_vec_size=("scale_vec::2X", "scale_vec::4X"),
    stype=("ue8m0", "ue4m3"),
)
MMA_SP_MXF8F6F4 = _sparse(
    ".kind.block_scale{.scale_vec_size}.f32.atype.btype.f32.stype",
    (8, 7),
    "sm_120f",
    "d = a * b + c of floats of 8, 6 or 4 bits, each 32 of which share a power of two, a sparse",
    more=_SCALES,
    operands=_SCALE_TYPES,
    spvariant=_ORDERED,
    shape=("m16n8k64",),
    kind=("kind::mxf8f6f4",),
    scale_vec_size=("scale_vec::1X",),
    atype=NARROW,
    btype=NARROW,
    stype=("ue8m0",),
)
MMA_SP_S8 = _sparse(
    "{.satfinite}.s32.atype.btype.s32",
    (7, 1),
    80,
    "d = a * b + c of bytes, a sparse",
    shape=("m16n8k32", "m16n8k64"),
    atype=("u8", "s8"),
    btype=("u8", "s8"),
)
MMA_SP_S4 = _sparse(
    "{.satfinite}.s32.atype.btype.s32",
    (7, 1),
    80,
    "d = a * b + c of integers of 4 bits, a sparse",
    shape=("m16n8k64", "m16n8k128"),
    atype=("u4", "s4"),
    btype=("u4", "s4"),
)
