"""Stores and reductions that complete later, and bulk stores (PTX ISA 9.0, sections 9.7.9.12, 13 and 9.7.13.7)."""

from __future__ import annotations

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Row, instruction
from ptxgen.isa.types import (
    Type,
    b16,
    b32,
    b64,
    f32,
    f64,
    s16,
    s32,
    s64,
    u16,
    u32,
    u64,
)

NO_REMOTE = (
    "when an asynchronous store to global memory is done, nothing tells its thread: it would be a plain one"
)

ST_ASYNC = instruction(
    "st.async{.weak}{.shared::cluster}.mbarrier::complete_tx::bytes{.vec}.type [a], b, [mbar]",
    vec=("v2", "v4"),
    type=(b32, b64, u32, u64, s32, s64, f32, f64),
    operands="a:shared b:type[vec] mbar:shared",
    legal=("vec=v4 -> type=b32|u32|s32|f32",),
    ptx=(8, 1),
    sm=90,
    effects=(Effect.WRITE,),
    section="9.7.9.12",
    doc="start a store of b to shared memory of another CTA of the cluster, which its mbar counts",
)
ST_ASYNC_GLOBAL = instruction(
    "st.async{.mmio}.release.scope{.global}.type [a], b",
    slots={
        "scope": ("gpu", "sys"),
        # ptxas 13.0 takes no register for the 8-bit types of the manual.
        "type": (b16, b32, b64, u16, u32, u64, s16, s32, s64, f32, f64),
    },
    operands="a:global b:type",
    ptx=(8, 7),
    sm=100,
    effects=(Effect.WRITE, Effect.FENCE),
    space=StateSpace.GLOBAL,
    section="9.7.9.12",
    doc="start a store of b to global memory, after this thread's earlier accesses",
    not_emulated=NO_REMOTE,
)
ST_BULK = instruction(
    "st.bulk{.weak}{.ss} [a], size, initval",
    ss=("shared::cta",),
    operands="a:address size:u64 initval:imm<0>",
    ptx=(8, 6),
    sm=100,
    effects=(Effect.WRITE,),
    space=StateSpace.GENERIC,
    section="9.7.9.13",
    doc="set size bytes of shared memory from a on to zero",
)


def _red_async(operations: tuple[str, ...], types: tuple[Type, ...], doc: str) -> Row:
    return instruction(
        "red.async.relaxed.cluster{.shared::cluster}.mbarrier::complete_tx::bytes.op.type [a], b, [mbar]",
        op=operations,
        type=types,
        operands="a:shared b:type mbar:shared",
        ptx=(8, 1),
        sm=90,
        effects=(Effect.ATOMIC,),
        section="9.7.13.7",
        doc=doc,
    )


RED_ASYNC_COUNT = _red_async(
    ("inc", "dec"),
    (u32,),
    "start counting shared memory of another CTA up or down to b, which its mbar counts",
)
RED_ASYNC_EXTREME = _red_async(
    ("min", "max"),
    (u32, s32),
    "start making shared memory of another CTA the smaller or larger of it and b, which its mbar counts",
)
RED_ASYNC_BITS = _red_async(
    ("and", "or", "xor"), (b32,), "start combining b into shared memory of another CTA, which its mbar counts"
)
RED_ASYNC_ADD = _red_async(
    ("add",), (u32, s32, u64), "start adding b to shared memory of another CTA, which its mbar counts"
)
RED_ASYNC_GLOBAL = instruction(
    "red.async{.mmio}.release.scope{.global}.add.type [a], b",
    slots={"scope": ("gpu", "sys"), "type": (u32, s32, u64, s64)},
    operands="a:global b:type",
    ptx=(8, 7),
    sm=100,
    effects=(Effect.ATOMIC, Effect.FENCE),
    space=StateSpace.GLOBAL,
    section="9.7.13.7",
    doc="start adding b to global memory, after this thread's earlier accesses",
    not_emulated=NO_REMOTE,
)
