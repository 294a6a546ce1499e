"""Matrix products of a warp on fragments whose layout is not told: wmma (PTX ISA 9.0, section 9.7.14.4)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.rows.fragments import fragment, shape
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Row, Scope, instruction, type_or_name

_LARGE = ("m16n16k16", "m8n32k16", "m32n8k16")
_SHAPES = (*_LARGE, "m16n16k8", "m8n8k4", "m8n8k32", "m8n8k128")
_SPACES = ("global", "shared", "shared::cta")
_LAYOUTS = ("row", "col")
_FACTORS = ("f16", "s8", "u8", "bf16", "tf32", "f64", "s4", "u4", "b1")
_FACTOR_LEGAL = (
    "type=f16|bf16|s8|u8 -> shape=m16n16k16|m8n32k16|m32n8k16",
    "type=tf32 -> shape=m16n16k8",
    "type=f64 -> shape=m8n8k4",
    "type=s4|u4 -> shape=m8n8k32",
    "type=b1 -> shape=m8n8k128",
)
_SUM_LEGAL = (
    "type=f16 -> shape=m16n16k16|m8n32k16|m32n8k16",
    "type=f32 -> shape=m16n16k16|m8n32k16|m32n8k16|m16n16k8",
    "type=s32 -> shape=m16n16k16|m8n32k16|m32n8k16|m8n8k32|m8n8k128",
    "type=f64 -> shape=m8n8k4",
)
_SINCE = {
    "m8n32k16|m32n8k16": ((6, 1), 70),
    "type=s8|u8": ((6, 3), 72),
    "type=s32": ((6, 3), 72),
    "m8n8k32|m8n8k128": ((6, 3), 75),
    "m16n16k8|m8n8k4": ((7, 0), 80),
    "bf16": ((7, 0), 80),
    "and": ((7, 1), 80),
    "space=shared::cta": ((7, 8), 70),
}


def _factor(type: str, elements: int) -> str:
    """A fragment of a or b. Halves are held twice where the matrix is small: always eight registers."""
    return "f16x2[8]" if type == "f16" else fragment(type, elements)


def _loaded(matrix: str, modifiers: Mapping[str, str]) -> str:
    m, n, k = shape(modifiers["shape"])
    if matrix == "c":
        return fragment(modifiers["type"], m * n)
    return _factor(modifiers["type"], m * k if matrix == "a" else n * k)


def _products(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """The fragments of d, a, b and c. A slot that a row spells out goes by its literal."""
    m, n, k = shape(modifiers["shape"])
    result = modifiers.get("dtype") or next(t for t in ("f64", "s32", "f32") if t in modifiers)
    left = modifiers.get("atype") or next((t for t in ("f64", "bf16", "tf32", "b1") if t in modifiers), "f16")
    return {
        "d": fragment(result, m * n),
        "a": _factor(left, m * k),
        "b": _factor(modifiers.get("btype", left), n * k),
        "c": fragment(modifiers.get("ctype", result), m * n),
    }


def _load(matrix: str, types: tuple[str, ...], legal: tuple[str, ...], doc: str) -> Row:
    return instruction(
        f"wmma.load.{matrix}.sync.aligned.layout.shape{{.space}}.type r, [p]{{, stride}}",
        slots={"layout": _LAYOUTS, "shape": _SHAPES, "space": _SPACES, "type": types},
        operands="=r:any p:address stride:u32",
        resolve=lambda modifiers: {"=r": _loaded(matrix, modifiers)},
        legal=legal,
        needs=_SINCE,
        ptx=(6, 3),
        sm=70,
        scope=Scope.WARP,
        effects=(Effect.READ,),
        space=StateSpace.GENERIC,
        section="9.7.14.4.3",
        doc=doc,
    )


WMMA_LOAD_A = _load(
    "a",
    _FACTORS,
    (*_FACTOR_LEGAL, "type=s4|u4|b1 -> layout=row"),
    "r = the matrix at p, whose rows (or columns) are stride elements apart, to stand on the left",
)
WMMA_LOAD_B = _load(
    "b",
    _FACTORS,
    (*_FACTOR_LEGAL, "type=s4|u4|b1 -> layout=col"),
    "r = the matrix at p, whose rows (or columns) are stride elements apart, to stand on the right",
)
WMMA_LOAD_C = _load(
    "c",
    ("f16", "f32", "s32", "f64"),
    _SUM_LEGAL,
    "r = the matrix at p, whose rows (or columns) are stride elements apart, to be added to",
)
WMMA_STORE_D = instruction(
    "wmma.store.d.sync.aligned.layout.shape{.space}.type [p], r{, stride}",
    slots={"layout": _LAYOUTS, "shape": _SHAPES, "space": _SPACES, "type": ("f16", "f32", "s32", "f64")},
    operands="p:address r:any stride:u32",
    resolve=lambda modifiers: {"r": _loaded("c", modifiers)},
    legal=_SUM_LEGAL,
    needs=_SINCE,
    ptx=(6, 3),
    sm=70,
    scope=Scope.WARP,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.14.4.4",
    doc="the matrix at p, whose rows (or columns) are stride elements apart, = r",
)


def _mma(
    types: str,
    ptx: tuple[int, int],
    sm: int,
    doc: str,
    *,
    prefix: str = "",
    layout: str = "alayout.blayout",
    legal: tuple[str, ...] = (),
    **slots: tuple[type_or_name, ...],
) -> Row:
    layouts = {"alayout": _LAYOUTS, "blayout": _LAYOUTS} if "alayout" in layout else {}
    return instruction(
        f"wmma.mma{prefix}.sync.aligned.{layout}.shape{types} d, a, b, c",
        slots={**layouts, **slots},
        operands="d:any a:any b:any c:any",
        resolve=_products,
        legal=legal,
        needs=_SINCE,
        ptx=ptx,
        sm=sm,
        scope=Scope.WARP,
        section="9.7.14.4.5",
        doc=doc,
    )


WMMA_F16 = _mma(
    ".dtype.ctype",
    (6, 3),
    70,
    "d = a * b + c of halves, summed in halves or single precision",
    shape=_LARGE,
    dtype=("f16", "f32"),
    ctype=("f16", "f32"),
)
WMMA_S8 = _mma(
    ".s32.atype.btype.s32{.satfinite}",
    (6, 3),
    72,
    "d = a * b + c of bytes, summed in 32 bits (which saturate with .satfinite)",
    legal=("atype=s8 -> btype=s8", "atype=u8 -> btype=u8"),
    shape=_LARGE,
    atype=("s8", "u8"),
    btype=("s8", "u8"),
)
WMMA_BF16 = _mma(
    ".f32.bf16.bf16.f32",
    (7, 0),
    80,
    "d = a * b + c of bf16 numbers, summed in single precision",
    shape=_LARGE,
)
WMMA_TF32 = _mma(
    ".f32.tf32.tf32.f32",
    (7, 0),
    80,
    "d = a * b + c of tf32 numbers, summed in single precision",
    shape=("m16n16k8",),
)
WMMA_F64 = _mma(
    "{.rnd}.f64.f64.f64.f64",
    (7, 0),
    80,
    "d = a * b + c in double precision",
    shape=("m8n8k4",),
    rnd=("rn", "rz", "rm", "rp"),
)
WMMA_S4 = _mma(
    ".s32.atype.btype.s32{.satfinite}",
    (6, 3),
    75,
    "d = a * b + c of integers of 4 bits, summed in 32 bits (which saturate with .satfinite)",
    layout="row.col",
    legal=("atype=s4 -> btype=s4", "atype=u4 -> btype=u4"),
    shape=("m8n8k32",),
    atype=("s4", "u4"),
    btype=("s4", "u4"),
)
WMMA_B1 = _mma(
    ".s32.b1.b1.s32",
    (6, 3),
    75,
    "d = c and in how many places the bits of a's row and b's column differ (xor) or are both set (and)",
    prefix=".op.popc",
    layout="row.col",
    shape=("m8n8k128",),
    op=("xor", "and"),
)
