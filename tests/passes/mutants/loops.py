"""Mutants of the passes over loops."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ptxgen.ir.analysis import (
    Comparison,
    Divergence,
    DominatorTree,
    Inductions,
    Liveness,
    Trips,
    Values,
)
from ptxgen.passes import (
    dead_loop_counters,
    loop_invariant_motion,
    loop_peel,
    loop_split,
    loop_strength_reduction,
    loop_unroll,
    loop_unswitch,
    software_pipelining,
)
from ptxgen.passes.loop_editing import LoopEditor
from tests.passes.mutants import Mutant, Setting, always
from tests.passes.mutants.values import START

SETUP = (
    START
    + """
mov.u32 %r2, %ctaid.x;
and.b32 %r18, %r1, 3;
mov.u32 %r9, %r3;
mov.u32 %r8, 0;
"""
)
"""Besides: %r2 the CTA, %r18 a number from 0 to 3 that tells threads apart, %r8 zero."""
END = "\nend: st.global.u32 [%rd2], %r9;"
AGAIN = "add.u32 %r8, %r8, 1; setp.lt.u32 %p2, %r8, {}; @%p2 bra loop;"
MEET = "activemask.b32 %r11; popc.b32 %r11, %r11; mad.lo.u32 %r9, %r9, 3, %r11;"
EARLY = loop_split._early
AROUND = Setting(SETUP, END, count=2)


def read_signed_as_the_loop_is(editor: Any, down: Any, found: Comparison) -> Any:
    return EARLY(editor, down, evolve(found, signed=down.stays.signed))


def forget_the_offset(editor: Any, down: Any, found: Comparison) -> Any:
    return EARLY(editor, down, evolve(found, subject=evolve(found.subject, offset=0)))


AHEAD, STOPPED, RUNNING, SPLIT, PEEL, UNSWITCH = (
    "software-pipelining",
    "dead-loop-counters",
    "loop-strength-reduction",
    "loop-split{threshold=1}",
    "loop-peel",
    "loop-unswitch{threshold=1}",
)
MUTANTS = {
    "moved although an operand changes": Mutant(
        "loop-invariant-motion", loop_invariant_motion._Plan, "_moves_before", always(True),
        "loop: mul.lo.u32 %r10, %r8, 3; xor.b32 %r9, %r9, %r10;" + AGAIN.format(5),
    ),
    "moved although the old value is read": Mutant(
        "loop-invariant-motion", Liveness, "live_in", always(frozenset()),
        "mov.u32 %r10, 7; loop: add.u32 %r9, %r9, %r10; mul.lo.u32 %r10, %r4, 3;" + AGAIN.format(5),
    ),
    "moved although a way out passes it by": Mutant(
        "loop-invariant-motion", Liveness, "live_in", always(frozenset()),
        "loop: setp.eq.u32 %p3, %r18, 0; @%p3 bra end; add.u32 %r9, %r4, 3;" + AGAIN.format(5),
    ),
    "a load moved to where it is out of bounds": Mutant(
        "loop-invariant-motion", DominatorTree, "dominates", always(True),
        "setp.lt.u32 %p3, %r18, 9; loop: @%p3 bra over;"
        "ld.global.nc.u32 %r10, [%rd2+9999996]; add.u32 %r9, %r9, %r10; over:" + AGAIN.format(5),
    ),
    "a load moved before a store": Mutant(
        "loop-invariant-motion", loop_invariant_motion, "is_pure", always(True),
        "loop: ld.global.u32 %r10, [%rd2]; add.u32 %r9, %r9, %r10; st.global.u32 [%rd2], %r9;" + AGAIN.format(5),
    ),
    "unrolled without room": Mutant(
        "loop-unroll", loop_unroll, "slack", always(0),
        "loop: add.u32 %r9, %r9, %r4; add.u32 %r8, %r8, 1; setp.lt.u32 %p2, %r8, %r2; @%p2 bra loop;",
    ),
    "unrolled to a bound that changes": Mutant(
        "loop-unroll", Inductions, "is_invariant", always(True),
        "mov.u32 %r10, 9; loop: add.u32 %r9, %r9, %r4; sub.u32 %r10, %r10, 1;" + AGAIN.format("%r10"),
    ),
    "unrolled by a counter that skips": Mutant(
        "loop-unroll", Inductions, "runs_each_iteration", always(True),
        "mov.u32 %r10, 0; loop: add.u32 %r9, %r9, %r4; add.u32 %r10, %r10, 1; and.b32 %r11, %r10, 1;"
        "setp.eq.u32 %p3, %r11, 0; @%p3 bra over; add.u32 %r8, %r8, 1; over: setp.lt.u32 %p2, %r8, 3; @%p2 bra loop;",
    ),
    "unrolled where the bound has no room": Mutant(
        "loop-unroll", Comparison, "lowest", property(lambda self: -99),
        "mov.u32 %r8, %r2; loop: add.u32 %r9, %r9, %r4;" + AGAIN.format(2),
    ),
    "unrolled where threads part": Mutant(
        "loop-unroll{factor=2}", LoopEditor, "converges", always(False),
        f"loop: {MEET}" + AGAIN.format("%r18"),
    ),
    "split without room": Mutant(
        SPLIT, loop_split, "slack", always(0),
        "add.u32 %r10, %r2, 2; loop: setp.lt.u32 %p3, %r8, 9; @%p3 add.u32 %r9, %r9, %r4; add.u32 %r8, %r8, 1;"
        "setp.lt.u32 %p2, %r8, %r10; @!%p2 bra end; add.u32 %r9, %r9, 1; bra loop;",
    ),
    "split below the offset": Mutant(
        SPLIT, loop_split, "_early", forget_the_offset,
        "loop: sub.u32 %r10, %r8, 3; setp.lt.u32 %p3, %r10, 5; @%p3 add.u32 %r9, %r9, %r4;" + AGAIN.format(7),
    ),
    "split by a signed guard": Mutant(
        SPLIT, loop_split, "_early", read_signed_as_the_loop_is,
        "loop: setp.lt.s32 %p3, %r8, -1; @%p3 add.u32 %r9, %r9, %r4;" + AGAIN.format(7),
    ),
    "split where threads part": Mutant(
        SPLIT, Divergence, "is_uniform", always(True),
        f"loop: setp.lt.u32 %p3, %r8, %r18; @%p3 add.u32 %r9, %r9, %r4; {MEET}" + AGAIN.format(7),
    ),
    "split by the predicate of the iteration before": Mutant(
        SPLIT, Liveness, "live_in", always(frozenset()),
        "loop: @%p1 add.u32 %r9, %r9, %r4; setp.lt.u32 %p1, %r8, 4;" + AGAIN.format(7),
    ),
    "peeled although the counter comes round": Mutant(
        PEEL, Trips, "never_wraps", always(True),
        "mov.u32 %r8, 1073741824; loop: setp.lt.u32 %p3, %r8, 1200000000; @%p3 add.u32 %r9, %r9, %r4;"
        "add.u32 %r8, %r8, 1073741824; setp.ne.u32 %p2, %r8, 1073741824; @%p2 bra loop;",
    ),
    "peeled although the guard holds longer": Mutant(
        PEEL, loop_peel, "count", always(1),
        "loop: setp.lt.u32 %p3, %r8, 3; @%p3 add.u32 %r9, %r9, %r4;" + AGAIN.format(7),
    ),
    "peeled by the predicate of the iteration before": Mutant(
        PEEL, Liveness, "live_in", always(frozenset()),
        "loop: @%p1 add.u32 %r9, %r9, %r4; setp.lt.u32 %p1, %r8, 1;" + AGAIN.format(7),
    ),
    "peeled at the end without room": Mutant(
        "loop-peel{last=1}", loop_peel, "slack", always(-1),
        "add.u32 %r10, %r2, 2; loop: add.u32 %r9, %r9, %r4; add.u32 %r8, %r8, 1; setp.lt.u32 %p2, %r8, %r10;"
        "@!%p2 bra end; add.u32 %r9, %r9, 1; bra loop;",
    ),
    "unswitched by a predicate that changes": Mutant(
        UNSWITCH, loop_unswitch, "invariant", always(True),
        "loop: @%p1 add.u32 %r9, %r9, %r4; setp.lt.u32 %p1, %r8, 2;" + AGAIN.format(7),
    ),
    "unswitched where threads part": Mutant(
        UNSWITCH, Divergence, "is_uniform", always(True),
        f"loop: @%p1 add.u32 %r9, %r9, %r4; {MEET}" + AGAIN.format(7),
    ),
    "unswitched by half of the threads": Mutant(
        UNSWITCH, loop_unswitch, "invariant", lambda editor, loop, guard: guard.register.name == "%p3",
        "setp.eq.u32 %p3, %r2, 0; loop: @%p3 add.u32 %r9, %r9, %r4; @%p1 setp.eq.u32 %p3, %r8, 1;" + AGAIN.format(7),
    ),
    "a running sum of a counter that wraps around": Mutant(
        RUNNING, Trips, "never_wraps", always(True),
        "mov.u32 %r8, -3; loop: mul.wide.u32 %rd5, %r8, 4; shr.u64 %rd6, %rd5, 32; cvt.u32.u64 %r10, %rd6;"
        "mad.lo.u32 %r9, %r9, 3, %r10; add.u32 %r8, %r8, 1; setp.ne.u32 %p2, %r8, 3; @%p2 bra loop;",
    ),
    "a running sum with an addend that changes": Mutant(
        RUNNING, Inductions, "is_invariant", always(True),
        "loop: mad.lo.u32 %r10, %r8, 12, %r9; xor.b32 %r9, %r9, %r10;" + AGAIN.format(5),
    ),
    "a running sum of what is written twice": Mutant(
        RUNNING, loop_strength_reduction._Plan, "_own", always(True),
        "loop: mul.lo.u32 %r10, %r8, 5; xor.b32 %r10, %r10, %r9; add.u32 %r11, %r10, %r4;"
        "mad.lo.u32 %r9, %r9, 3, %r11;" + AGAIN.format(5),
    ),
    "a running sum across the update": Mutant(
        RUNNING, Values, "dominates", always(False),
        "loop: mul.lo.u32 %r10, %r8, 5; add.u32 %r8, %r8, 1; add.u32 %r11, %r10, %r4; mad.lo.u32 %r9, %r9, 3, %r11;"
        "setp.lt.u32 %p2, %r8, 4; @%p2 bra loop;",
    ),
    "stopped by a variable that comes round": Mutant(
        STOPPED, dead_loop_counters, "tells_apart", always(True),
        "mov.u32 %r10, %r3; loop: mad.lo.u32 %r9, %r9, 3, %r10; add.u32 %r10, %r10, 1073741824;" + AGAIN.format(7),
    ),
    "stopped by a counter that skips": Mutant(
        STOPPED, Inductions, "runs_each_iteration", always(True),
        "mov.u32 %r10, 0; loop: mad.lo.u32 %r9, %r9, 3, %r10; add.u32 %r10, %r10, 1; and.b32 %r11, %r10, 1;"
        "setp.eq.u32 %p3, %r11, 0; @%p3 bra over; add.u32 %r8, %r8, 1; over: setp.lt.u32 %p2, %r8, 3; @%p2 bra loop;",
    ),
    "stopped by a bound without what the test is late": Mutant(
        STOPPED, dead_loop_counters._Case, "_sum", lambda case, other, base, distance: (base, []),
        "add.u32 %r11, %r2, 3; mov.u32 %r10, %r3; loop: mad.lo.u32 %r9, %r9, 3, %r10; add.u32 %r10, %r10, 5;"
        "setp.lt.u32 %p2, %r8, %r11; add.u32 %r8, %r8, 1; @%p2 bra loop;",
    ),
    "loaded ahead of a store": Mutant(
        AHEAD, software_pipelining, "_is_free", always(True),
        "mov.u64 %rd5, %rd2; loop: ld.global.u32 %r10, [%rd5]; mad.lo.u32 %r9, %r9, 3, %r10;"
        "st.global.u32 [%rd5+4], %r9; add.u64 %rd5, %rd5, 4;" + AGAIN.format(3),
    ),
    "loaded for an iteration that never comes": Mutant(
        AHEAD, software_pipelining, "evolve", lambda load, guard: load,
        "mov.u64 %rd5, %rd2; loop: ld.global.u32 %r10, [%rd5]; mad.lo.u32 %r9, %r9, 3, %r10;"
        "add.u64 %rd5, %rd5, 1099511627776;" + AGAIN.format(1),
    ),
    "loaded over a value that is still read": Mutant(
        AHEAD, software_pipelining, "carrying_nothing", lambda analysis, loop: list(analysis.accesses.registers),
        "mov.u32 %r10, 5; mov.u64 %rd5, %rd2; loop: mad.lo.u32 %r9, %r9, 3, %r10; ld.global.u32 %r10, [%rd5];"
        "add.u64 %rd5, %rd5, 4;" + AGAIN.format(3),
    ),
    "loaded from where the update leads": Mutant(
        AHEAD, Values, "dominates", always(False),
        "mov.u64 %rd5, %rd2; loop: add.u64 %rd5, %rd5, 4; ld.global.u32 %r10, [%rd5]; mad.lo.u32 %r9, %r9, 3, %r10;"
        + AGAIN.format(3),
    ),
}  # fmt: skip
