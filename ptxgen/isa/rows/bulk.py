"""Copies and reductions of many bytes by one thread (PTX ISA 9.0, sections 9.7.9.25.4 and 9.7.9.25.6)."""

from __future__ import annotations

from ptxgen.isa.table import Effect, instruction
from ptxgen.isa.types import b32, b64, bf16, f16, f32, f64, s32, s64, u32, u64

NO_REDUCTION = "reductions by bulk copies are not emulated"

_COPY = (Effect.READ, Effect.WRITE)
_HINT = {"level::cache_hint": ("L2::cache_hint",)}
_HINTED = {"cache-policy": "level::cache_hint"}

CP_ASYNC_BULK_TO_CTA = instruction(
    "cp.async.bulk.shared::cta.global.mbarrier::complete_tx::bytes{.level::cache_hint}"
    " [dstMem], [srcMem], size, [mbar]{, cache-policy}",
    slots=_HINT,
    operands="dstMem:shared srcMem:global size:u32 mbar:shared cache-policy:b64",
    tied=_HINTED,
    ptx=(8, 6),
    sm=90,
    effects=_COPY,
    section="9.7.9.25.4.1",
    doc="start a copy of size bytes to this CTA's shared memory, which mbar counts",
)
CP_ASYNC_BULK_TO_CLUSTER = instruction(
    "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes{.multicast}{.level::cache_hint}"
    " [dstMem], [srcMem], size, [mbar]{, ctaMask}{, cache-policy}",
    slots={"multicast": ("multicast::cluster",), **_HINT},
    operands="dstMem:shared srcMem:global size:u32 mbar:shared ctaMask:u16 cache-policy:b64",
    tied={"ctaMask": "multicast", **_HINTED},
    ptx=(8, 0),
    sm=90,
    effects=_COPY,
    section="9.7.9.25.4.1",
    doc="start a copy of size bytes to shared memory of the cluster (of each CTA in ctaMask), which mbar counts",
)
CP_ASYNC_BULK_CTA_TO_CLUSTER = instruction(
    "cp.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes [dstMem], [srcMem], size, [mbar]",
    operands="dstMem:shared srcMem:shared size:u32 mbar:shared",
    ptx=(8, 0),
    sm=90,
    effects=_COPY,
    section="9.7.9.25.4.1",
    doc="start a copy of size bytes to shared memory of another CTA of the cluster, which its mbar counts",
)
CP_ASYNC_BULK_TO_GLOBAL = instruction(
    "cp.async.bulk.global.shared::cta.bulk_group{.level::cache_hint}{.cp_mask}"
    " [dstMem], [srcMem], size{, cache-policy}{, byteMask}",
    slots=_HINT,
    operands="dstMem:global srcMem:shared size:u32 cache-policy:b64 byteMask:u16",
    tied={**_HINTED, "byteMask": "cp_mask"},
    needs={"cp_mask": ((8, 6), 100)},
    ptx=(8, 0),
    sm=90,
    effects=_COPY,
    section="9.7.9.25.4.1",
    doc="start a copy of size bytes (of each 16, those in byteMask) to global memory, as part of a bulk group",
)
CP_REDUCE_ASYNC_BULK_TO_CLUSTER = instruction(
    "cp.reduce.async.bulk.shared::cluster.shared::cta.mbarrier::complete_tx::bytes.redOp.type"
    " [dstMem], [srcMem], size, [mbar]",
    redOp=("and", "or", "xor", "add", "inc", "dec", "min", "max"),
    type=(b32, u32, s32, b64, u64),
    operands="dstMem:shared srcMem:shared size:u32 mbar:shared",
    legal=(
        "redOp=and|or|xor -> type=b32",
        "redOp=inc|dec -> type=u32",
        "redOp=add -> type=u32|s32|u64",
        "redOp=min|max -> type=u32|s32",
    ),
    ptx=(8, 0),
    sm=90,
    effects=(Effect.ATOMIC,),
    section="9.7.9.25.4.2",
    doc="start combining size bytes into shared memory of another CTA of the cluster, which its mbar counts",
    not_emulated=NO_REDUCTION,
)
CP_REDUCE_ASYNC_BULK_TO_GLOBAL = instruction(
    "cp.reduce.async.bulk.global.shared::cta.bulk_group{.level::cache_hint}.redOp.type"
    " [dstMem], [srcMem], size{, cache-policy}",
    slots={
        **_HINT,
        "redOp": ("and", "or", "xor", "add", "inc", "dec", "min", "max"),
        "type": (f16, bf16, b32, u32, s32, b64, u64, s64, f32, f64),
    },
    operands="dstMem:global srcMem:shared size:u32 cache-policy:b64",
    legal=(
        "redOp=and|or|xor -> type=b32|b64",
        "redOp=inc|dec -> type=u32",
        "redOp=add -> type=u32|s32|u64|f32|f64",
        "redOp=min|max -> type=u32|s32|u64|s64|f16|bf16",
    ),
    tied=_HINTED,
    ptx=(8, 0),
    sm=90,
    effects=(Effect.ATOMIC,),
    section="9.7.9.25.4.2",
    doc="start combining size bytes into global memory, as part of a bulk group",
    not_emulated=NO_REDUCTION,
)
CP_REDUCE_ASYNC_BULK_ADD_HALF = instruction(
    "cp.reduce.async.bulk.global.shared::cta.bulk_group{.level::cache_hint}.add.noftz.type"
    " [dstMem], [srcMem], size{, cache-policy}",
    slots={**_HINT, "type": (f16, bf16)},
    operands="dstMem:global srcMem:shared size:u32 cache-policy:b64",
    tied=_HINTED,
    ptx=(8, 0),
    sm=90,
    effects=(Effect.ATOMIC,),
    section="9.7.9.25.4.2",
    doc="start adding size bytes of halves to global memory, as part of a bulk group",
    not_emulated=NO_REDUCTION,
)
CP_ASYNC_BULK_PREFETCH = instruction(
    "cp.async.bulk.prefetch.L2.global{.level::cache_hint} [srcMem], size{, cache-policy}",
    slots=_HINT,
    operands="srcMem:global size:u32 cache-policy:b64",
    tied=_HINTED,
    ptx=(8, 0),
    sm=90,
    section="9.7.9.25.4.3",
    doc="start bringing size bytes into the L2 cache",
)
CP_ASYNC_BULK_COMMIT_GROUP = instruction(
    "cp.async.bulk.commit_group",
    ptx=(8, 0),
    sm=90,
    effects=(Effect.FENCE,),
    section="9.7.9.25.6.1",
    doc="make a bulk group of this thread's bulk copies that belong to none yet",
)
CP_ASYNC_BULK_WAIT_GROUP = instruction(
    "cp.async.bulk.wait_group{.read} N",
    operands="N:imm",
    ptx=(8, 0),
    sm=90,
    effects=(Effect.FENCE,),
    section="9.7.9.25.6.2",
    doc="wait until at most the N newest bulk groups are unfinished (with .read: still read their source)",
)
