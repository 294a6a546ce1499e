"""Matrix products of four warps, asynchronous (PTX ISA 9.0, section 9.7.15)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.rows.fragments import fragment, shape
from ptxgen.isa.table import Effect, Row, Scope, instruction, type_or_name

NO_SPARSE = "sparse matrix products are not emulated"

_WIDTHS = range(8, 257, 8)
_INTEGER_WIDTHS = (8, 16, 24, *range(32, 257, 16))
_F8 = ("e4m3", "e5m2")
_BYTES = ("s8", "u8")
_SCALES = "imm-scale-a, imm-scale-b"
_SCALE_TYPES = "imm-scale-a:imm<-1|1> imm-scale-b:imm<-1|1>"


def _shapes(k: int, widths: range | tuple[int, ...] = _WIDTHS) -> tuple[str, ...]:
    return tuple(f"m64n{n}k{k}" for n in widths)


def _parts(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """A warpgroup is 128 threads; a fills four registers of each, whatever its type."""
    m, n, _ = shape(modifiers["shape"])
    result = modifiers.get("dtype") or ("s32" if "s32" in modifiers else "f32")
    return {"*d": fragment(result, m * n, threads=128)}


def _wgmma(
    types: str,
    sparse: bool,
    registers: bool,
    doc: str,
    *,
    tail: str = "",
    tail_types: str = "",
    **slots: tuple[type_or_name, ...],
) -> Row:
    """One line: `registers` takes a from registers, else a descriptor says where in shared memory it is."""
    variant, metadata = (".sp", "sp-meta, sp-sel, ") if sparse else ("", "")
    left, left_type = ("a", "a:b32[4]") if registers else ("a-desc", "a-desc:b64")
    return instruction(
        f"wgmma.mma_async{variant}.sync.aligned.shape{types} d, {left}, b-desc, {metadata}scale-d{tail}",
        slots=slots,
        operands=f"*d:any {left_type} b-desc:b64 {'sp-meta:b32 sp-sel:imm<0..3> ' if sparse else ''}"
        f"scale-d:pred {tail_types}",
        resolve=_parts,
        needs={"atype=s8 btype=u8": ((8, 4), 90), "atype=u8 btype=s8": ((8, 4), 90)},
        ptx=(8, 2) if sparse else (8, 0),
        sm="sm_90a",
        scope=Scope.WARP,
        effects=(Effect.READ,),
        section="9.7.15.6.4" if sparse else "9.7.15.5.2",
        doc=f"start {doc}{', a sparse' if sparse else ''}, where d counts if scale-d holds",
        not_emulated=NO_SPARSE if sparse else "",
    )


def _family(
    types: str,
    sparse: bool,
    doc: str,
    *,
    trans: bool = False,
    scales: bool = True,
    **slots: tuple[type_or_name, ...],
) -> tuple[Row, Row]:
    """Both lines of a family: a by descriptor and a in registers. Only a descriptor's matrix can be transposed."""
    rows: list[Row] = []
    for registers in (False, True):
        names = ["imm-trans-b"] if registers else ["imm-trans-a", "imm-trans-b"]
        flips = names if trans else []
        tail = f", {_SCALES}" if scales else ""
        rows.append(
            _wgmma(
                types,
                sparse,
                registers,
                doc,
                tail=", ".join((tail, *flips)),
                tail_types=" ".join(
                    (_SCALE_TYPES if scales else "", *(f"{name}:imm<0|1>" for name in flips))
                ),
                **slots,
            )
        )
    return rows[0], rows[1]


_F16_DOC = "d = a * b + d of halves in shared memory"
_BF16_DOC = "d = a * b + d of bf16 numbers in shared memory"
_TF32_DOC = "d = a * b + d of tf32 numbers in shared memory"
_F8_DOC = "d = a * b + d of bytes that are floats in shared memory"
_S8_DOC = "d = a * b + d of bytes in shared memory"


def _floats(sparse: bool) -> list[tuple[Row, Row]]:
    """The four families of floats; sparse ones take twice the depth."""
    twice = 2 if sparse else 1
    return [
        _family(
            ".dtype.f16.f16", sparse, _F16_DOC, trans=True, shape=_shapes(16 * twice), dtype=("f16", "f32")
        ),
        _family(".f32.bf16.bf16", sparse, _BF16_DOC, trans=True, shape=_shapes(16 * twice)),
        _family(".f32.tf32.tf32", sparse, _TF32_DOC, shape=_shapes(8 * twice)),
        _family(
            ".dtype.atype.btype",
            sparse,
            _F8_DOC,
            shape=_shapes(32 * twice),
            dtype=("f16", "f32"),
            atype=_F8,
            btype=_F8,
        ),
    ]


def _integers(sparse: bool) -> tuple[Row, Row]:
    return _family(
        "{.satfinite}.s32.atype.btype",
        sparse,
        _S8_DOC,
        scales=False,
        shape=_shapes(64 if sparse else 32, _INTEGER_WIDTHS),
        atype=_BYTES,
        btype=_BYTES,
    )


(
    (WGMMA_F16, WGMMA_F16_REGISTERS),
    (WGMMA_BF16, WGMMA_BF16_REGISTERS),
    (WGMMA_TF32, WGMMA_TF32_REGISTERS),
    (WGMMA_F8, WGMMA_F8_REGISTERS),
) = _floats(sparse=False)
WGMMA_S8, WGMMA_S8_REGISTERS = _integers(sparse=False)
WGMMA_B1, WGMMA_B1_REGISTERS = _family(
    ".s32.b1.b1.op.popc",
    False,
    "d = d and how many bits are set in both a's row and b's column, in shared memory",
    scales=False,
    shape=_shapes(256, _INTEGER_WIDTHS),
    op=("and",),
)
WGMMA_SPARSE = (*_floats(sparse=True), _integers(sparse=True))
WGMMA_FENCE = instruction(
    "wgmma.fence.sync.aligned",
    ptx=(8, 0),
    sm="sm_90a",
    scope=Scope.WARP,
    effects=(Effect.FENCE,),
    section="9.7.15.7.1",
    doc="order this warp's registers before and after with wgmma.mma_async that use them",
)
WGMMA_COMMIT_GROUP = instruction(
    "wgmma.commit_group.sync.aligned",
    ptx=(8, 0),
    sm="sm_90a",
    scope=Scope.WARP,
    effects=(Effect.FENCE,),
    section="9.7.15.7.2",
    doc="make a group of the warp's wgmma.mma_async that belong to none yet",
)
WGMMA_WAIT_GROUP = instruction(
    "wgmma.wait_group.sync.aligned N",
    operands="N:imm",
    ptx=(8, 0),
    sm="sm_90a",
    scope=Scope.WARP,
    effects=(Effect.FENCE,),
    section="9.7.15.7.3",
    doc="wait until at most the N newest groups of the warp are unfinished",
)
