"""Matrix products in tensor memory: tcgen05.mma (PTX ISA 9.0, section 9.7.16.10.9)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.rows.tensor_memory import DATA_CENTRE, GROUPS, NO_TENSOR_MEMORY
from ptxgen.isa.table import Effect, Row, instruction, type_or_name

Needs = Mapping[str, tuple[tuple[int, int], int | str]]

_FLOATS = ("kind::f16", "kind::tf32", "kind::f8f6f4")
_INTEGERS = "sm_100a|sm_110a"
_SCALED = ("kind::mxf8f6f4", "kind::mxf4", "kind::mxf4nvf4")
_SIZES = ("scale_vec::1X", "scale_vec::2X", "scale_vec::4X", "block16", "block32")
_SIZE_LEGAL = (
    "kind=kind::mxf8f6f4 -> !scale_vec::2X|scale_vec::4X|block16",
    "kind=kind::mxf4 -> !scale_vec::1X|scale_vec::4X|block16",
    "kind=kind::mxf4nvf4 -> scale_vec::2X|scale_vec::4X|block16|block32",
)
_ONE_TARGET = "sm_100a|sm_103a|sm_110a"
_SIZE_NEEDS: Needs = {
    "scale_vec::1X|scale_vec::2X|scale_vec::4X": ((8, 6), _ONE_TARGET),
    "kind=kind::mxf4nvf4": ((8, 7), 100),
    "!scale_vec::1X|scale_vec::2X|scale_vec::4X": ((8, 8), 100),
}
_SPARSE_SIZE_NEEDS: Needs = {**_SIZE_NEEDS, "kind=kind::mxf4|kind::mxf4nvf4": ((8, 6), _ONE_TARGET)}
_OPERATIONS = ("fill", "use", "lastuse", "discard")
_COLLECTORS = tuple(f"collector::a::{operation}" for operation in _OPERATIONS)
_WS_COLLECTORS = tuple(
    f"collector::b{buffer}::{operation}" for buffer in range(4) for operation in _OPERATIONS
)
_SHIFT_LEGAL = ("ashift -> !collector_usage=collector::a::use|collector::a::fill",)


def _lanes(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """A bit for each lane of tensor memory: 128 for each CTA of the group."""
    return {"disable-output-lane": f"b32[{8 if modifiers['cta_group'] == 'cta_group::2' else 4}]"}


def _mma(
    types: str,
    tail: str,
    tail_types: str,
    *,
    sparse: bool,
    tensor: bool,
    doc: str,
    ws: bool = False,
    sm: str = DATA_CENTRE,
    legal: tuple[str, ...] = (),
    needs: Needs | None = None,
    **slots: tuple[type_or_name, ...],
) -> Row:
    """One line: `tensor` takes a from tensor memory, else a descriptor says where in shared memory it is."""
    variant = (".ws" if ws else "") + (".sp" if sparse else "")
    left, left_type = ("[a-tmem]", "a-tmem:tensor") if tensor else ("a-desc", "a-desc:b64")
    metadata, metadata_type = (" [sp-meta-tmem],", "sp-meta-tmem:tensor") if sparse else ("", "")
    return instruction(
        f"tcgen05.mma{variant}.cta_group{types} [d-tmem], {left}, b-desc,{metadata} idesc{tail}",
        slots={"cta_group": GROUPS[:1] if ws else GROUPS, **slots},
        operands=f"d-tmem:tensor {left_type} b-desc:b64 {metadata_type} idesc:b32 {tail_types}",
        resolve=_lanes if "disable" in tail else None,
        legal=legal,
        needs=needs,
        ptx=(8, 6),
        sm=sm,
        effects=(Effect.READ, Effect.WRITE),
        section="9.7.16.10.9." + ("4" if ws and sparse else "3" if ws else "2" if sparse else "1"),
        doc=f"start d = a * b + d{doc}{', a sparse' if sparse else ''}; d counts if enable-input-d holds",
        not_emulated=NO_TENSOR_MEMORY,
    )


def _rows(sparse: bool, tensor: bool) -> tuple[Row, ...]:
    """The lines of `tcgen05.mma` and `tcgen05.mma.ws` for one kind of a: floats, scaled floats, integers."""
    shift = "{.ashift}" if tensor else ""
    legal = _SHIFT_LEGAL if tensor else ()
    lanes = "disable-output-lane:b32[4] enable-input-d:pred"
    masked = "enable-input-d{, zero-column-mask-desc}"
    mask_types = "enable-input-d:pred zero-column-mask-desc:b64"
    return (
        _mma(
            f".kind{shift}{{.collector_usage}}",
            "{, disable-output-lane}, enable-input-d",
            lanes,
            sparse=sparse,
            tensor=tensor,
            doc=" of floats",
            legal=legal,
            kind=_FLOATS,
            collector_usage=_COLLECTORS,
        ),
        _mma(
            f".kind{shift}{{.collector_usage}}",
            "{, disable-output-lane}, enable-input-d, scale-input-d",
            f"{lanes} scale-input-d:imm<0..15>",
            sparse=sparse,
            tensor=tensor,
            doc=" / 2**scale-input-d of floats",
            sm="sm_100f",
            legal=legal,
            kind=_FLOATS[:2],
            collector_usage=_COLLECTORS,
        ),
        _mma(
            ".kind.block_scale{.scale_vectorsize}{.collector_usage}",
            ", [scale-A-tmem], [scale-B-tmem], enable-input-d",
            "scale-A-tmem:tensor scale-B-tmem:tensor enable-input-d:pred",
            sparse=sparse,
            tensor=tensor,
            doc=" of floats in blocks that share a scale",
            legal=_SIZE_LEGAL,
            needs=_SPARSE_SIZE_NEEDS if sparse else _SIZE_NEEDS,
            kind=_SCALED,
            scale_vectorsize=_SIZES,
            collector_usage=_COLLECTORS,
        ),
        _mma(
            f".kind::i8{shift}{{.collector_usage}}",
            "{, disable-output-lane}, enable-input-d",
            lanes,
            sparse=sparse,
            tensor=tensor,
            doc=" of bytes",
            sm=_INTEGERS,
            legal=legal,
            collector_usage=_COLLECTORS,
        ),
        _mma(
            ".kind{.collector_usage}",
            f", {masked}",
            mask_types,
            sparse=sparse,
            tensor=tensor,
            ws=True,
            doc=" of floats",
            kind=_FLOATS,
            collector_usage=_WS_COLLECTORS,
        ),
        _mma(
            ".kind::i8{.collector_usage}",
            f", {masked}",
            mask_types,
            sparse=sparse,
            tensor=tensor,
            ws=True,
            doc=" of bytes",
            sm=_INTEGERS,
            collector_usage=_WS_COLLECTORS,
        ),
    )


TCGEN05_MMA = _rows(sparse=False, tensor=False) + _rows(sparse=False, tensor=True)
TCGEN05_MMA_SPARSE = _rows(sparse=True, tensor=False) + _rows(sparse=True, tensor=True)
