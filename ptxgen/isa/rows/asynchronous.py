"""Asynchronous copies of a few bytes a thread (PTX ISA 9.0, sections 9.7.9.25.3 and 9.7.13.15.15)."""

from __future__ import annotations

from ptxgen.isa.table import Effect, Row, instruction

_SHARED = ("shared", "shared::cta")
_NEEDS = {
    "level::cache_hint": ((7, 4), 80),
    "level::prefetch_size": ((7, 4), 80),
}


def _copy(cop: str, sizes: str, tail: str, operand: str, ptx: tuple[int, int], doc: str) -> Row:
    return instruction(
        f"cp.async.{cop}.space.global{{.level::cache_hint}}{{.level::prefetch_size}}"
        f" [dst], [src], {tail}{{, cache-policy}}",
        slots={
            "space": _SHARED,
            "level::cache_hint": ("L2::cache_hint",),
            "level::prefetch_size": ("L2::64B", "L2::128B", "L2::256B"),
        },
        operands=f"dst:space src:global {sizes} {operand} cache-policy:b64",
        tied={"cache-policy": "level::cache_hint"},
        needs=_NEEDS,
        ptx=ptx,
        sm=80,
        effects=(Effect.READ, Effect.WRITE),
        section="9.7.9.25.3.1",
        doc=doc,
    )


CP_ASYNC_CA = _copy(
    "ca",
    "cp-size:imm<4|8|16>",
    "cp-size{, src-size}",
    "src-size:u32",
    (7, 0),
    "start a copy of cp-size bytes to shared memory, of which those after src-size are zero",
)
CP_ASYNC_CG = _copy(
    "cg",
    "cp-size:imm<16>",
    "cp-size{, src-size}",
    "src-size:u32",
    (7, 0),
    "start a copy of 16 bytes to shared memory past the L1 cache; those after src-size are zero",
)
CP_ASYNC_CA_IGNORE = _copy(
    "ca",
    "cp-size:imm<4|8|16>",
    "cp-size, ignore-src",
    "ignore-src:pred",
    (7, 5),
    "start a copy of cp-size bytes to shared memory, or of zeros where ignore-src holds",
)
CP_ASYNC_CG_IGNORE = _copy(
    "cg",
    "cp-size:imm<16>",
    "cp-size, ignore-src",
    "ignore-src:pred",
    (7, 5),
    "start a copy of 16 bytes to shared memory past the L1 cache, or of zeros where ignore-src holds",
)
CP_ASYNC_COMMIT_GROUP = instruction(
    "cp.async.commit_group",
    ptx=(7, 0),
    sm=80,
    effects=(Effect.FENCE,),
    section="9.7.9.25.3.2",
    doc="make a group of this thread's cp.async that belong to none yet",
)
CP_ASYNC_WAIT_GROUP = instruction(
    "cp.async.wait_group N",
    operands="N:imm",
    ptx=(7, 0),
    sm=80,
    effects=(Effect.FENCE,),
    section="9.7.9.25.3.3",
    doc="wait until at most the N newest groups of this thread are unfinished",
)
CP_ASYNC_WAIT_ALL = instruction(
    "cp.async.wait_all",
    ptx=(7, 0),
    sm=80,
    effects=(Effect.FENCE,),
    section="9.7.9.25.3.3",
    doc="wait until all cp.async of this thread have finished",
)
CP_ASYNC_MBARRIER_ARRIVE = instruction(
    "cp.async.mbarrier.arrive{.noinc}{.space}.b64 [addr]",
    slots={"space": _SHARED},
    operands="addr:address",
    needs={"shared::cta": ((7, 8), 80)},
    ptx=(7, 0),
    sm=80,
    effects=(Effect.ATOMIC,),
    section="9.7.13.15.15",
    doc="arrive at the mbarrier when this thread's cp.async have finished, as one arrival more without .noinc",
)
