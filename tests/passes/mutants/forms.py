"""Mutants of the passes that put other instructions in the place of some, or in another order."""

from __future__ import annotations

from ptxgen.ir.analysis import Values
from ptxgen.passes import (
    block_merging,
    byte_moves,
    fma_fusion,
    live_range_reordering,
    lop3_formation,
    predicate_simplification,
    predication,
)
from tests.passes.mutants import Mutant, always
from tests.passes.mutants.values import AROUND, FLOAT_END

__all__ = ["AROUND", "MUTANTS"]

MUTANTS = {
    "product whose factor changed": Mutant(
        "fma-fusion", Values, "holds", always(True),
        "mul.f32 %f3, %f1, %f2; add.f32 %f1, %f1, 0f3F800000; add.f32 %f9, %f3, %f1;", FLOAT_END,
    ),
    "product that others need": Mutant(
        "fma-fusion", Values, "reads", always(1),
        "mul.f32 %f3, %f1, %f2; add.f32 %f4, %f3, %f1; sub.f32 %f9, %f4, %f3;", FLOAT_END,
    ),
    "product that is rounded otherwise": Mutant(
        "fma-fusion", fma_fusion, "_kind", lambda i, opcodes, policy: ".f32" if i.opcode in opcodes else None,
        "mul.rz.f32 %f3, %f1, %f2; add.f32 %f9, %f3, %f1;", FLOAT_END,
    ),
    "prmt of a source that changed": Mutant(
        "prmt-formation", Values, "holds", always(True),
        "shr.u32 %r5, %r3, 16; xor.b32 %r3, %r3, -1; and.b32 %r9, %r5, 255; xor.b32 %r9, %r9, %r3;",
    ),
    "prmt of a result under a guard": Mutant(
        "prmt-formation", Values, "_runs_with", always(True),
        "mov.u32 %r5, 7; @%p1 shr.u32 %r5, %r3, 16; and.b32 %r9, %r5, 255;",
    ),
    "prmt of parts of bytes": Mutant(
        "prmt-formation", byte_moves, "_whole", lambda source: source[0] // 8 if type(source[0]) is int else None,
        "shr.u32 %r5, %r3, 12; and.b32 %r9, %r5, 255;",
    ),
    "prmt of bytes that overlap": Mutant(
        "prmt-formation", byte_moves, "_each", lambda s, rule: s[0],
        "shl.b32 %r5, %r3, 8; shr.u32 %r6, %r3, 8; or.b32 %r9, %r5, %r6;",
    ),
    "lop3 of a source that changed": Mutant(
        "lop3-formation", Values, "holds", always(True),
        "and.b32 %r5, %r3, %r4; add.u32 %r3, %r3, 1; xor.b32 %r9, %r5, %r3;",
    ),
    "lop3 of a result under a guard": Mutant(
        "lop3-formation", Values, "_runs_with", always(True),
        "mov.u32 %r5, 7; @%p1 and.b32 %r5, %r3, %r4; xor.b32 %r9, %r5, %r1;",
    ),
    "minimum of a register that changed": Mutant(
        "predicate-simplification", predicate_simplification._Case, "holds", always(True),
        "setp.lt.u32 %p2, %r3, %r4; xor.b32 %r3, %r3, -1; selp.u32 %r9, %r3, %r4, %p2;",
    ),
    "negation of a predicate that changed": Mutant(
        "predicate-simplification", predicate_simplification._Case, "holds", always(True),
        "not.pred %p2, %p1; setp.lt.u32 %p1, %r1, 3; selp.u32 %r9, 5, 6, %p2;",
    ),
    "minimum that passes over what is not a number": Mutant(
        "predicate-simplification", predicate_simplification, "_chosen", always("min"),
        "sub.f32 %f3, 0f7F800000, 0f7F800000; setp.gt.f32 %p2, %f3, 0f3F800000;"
        "selp.f32 %f9, 0f3F800000, %f3, %p2;", FLOAT_END,
    ),
    "maximum of what was compared as zero": Mutant(
        "predicate-simplification", predicate_simplification, "_is_plain", always(True),
        "mov.f32 %f3, 0f00000002; setp.gt.ftz.f32 %p2, %f3, 0f00000001;"
        "selp.f32 %f9, %f3, 0f00000001, %p2;", FLOAT_END,
    ),
    "maximum of another zero": Mutant(
        "predicate-simplification", predicate_simplification, "_ZEROS",
        {(relation, sign) for relation in ("lt", "le", "gt", "ge") for sign in (False, True)},
        "mov.f32 %f3, 0f80000000; setp.ge.f32 %p2, %f3, 0f00000000;"
        "selp.f32 %f9, %f3, 0f00000000, %p2;", FLOAT_END,
    ),
    "arm that changes its guard": Mutant(
        "predication", predication, "_keeps", always(True),
        "mov.u32 %r9, 5; @%p1 bra after; setp.ge.u32 %p1, %r1, 0; mov.u32 %r9, 7; after:",
    ),
    "arm with a guard of its own": Mutant(
        "predication", predication, "_free", always(True),
        "mov.u32 %r9, 5; setp.lt.u32 %p2, %r1, 50; @%p1 bra after; @%p2 mov.u32 %r9, 7; after:",
    ),
    "arm that others enter": Mutant(
        "predication", predication, "_entered_from", always(True),
        "mov.u32 %r9, 5; setp.lt.u32 %p2, %r1, 20; @%p2 bra inside; @%p1 bra after;"
        "inside: add.u32 %r9, %r9, 7; after:",
    ),
    "block that another falls into": Mutant(
        "block-merging", block_merging, "_alone_enters", always(True),
        """mov.u32 %r9, 5; @%p1 bra one; bra two; one: mov.u32 %r9, 7; two: add.u32 %r9, %r9, 1;
        st.global.u32 [%rd2+4], %r9; ret; three:""",
    ),
    "block that falls into another": Mutant(
        "block-merging", block_merging, "_run", lambda function, first: range(first, first + 1),
        "mov.u32 %r9, 5; @%p1 bra three; bra two; three: mov.u32 %r9, 6; bra after; two: mov.u32 %r9, 7;"
        "after: add.u32 %r9, %r9, 1;",
    ),
    "branch to a branch that some take": Mutant(
        "block-merging", block_merging, "_is_certain", always(True),
        "mov.u32 %r9, 5; setp.lt.u32 %p2, %r1, 20; @%p1 bra one; mov.u32 %r9, 6; one: @%p2 bra two;"
        "mov.u32 %r9, 7; two:",
    ),
    "listed before the load of what it stores to": Mutant(
        "live-range-reordering{registers=1}", live_range_reordering._Stretch, "_memory", always(frozenset()),
        "ld.global.u32 %r5, [%rd2]; ld.global.u32 %r6, [%rd2+4]; add.u32 %r7, %r3, 1; add.u32 %r8, %r4, 2;"
        "st.global.u32 [%rd2], %r7; st.global.u32 [%rd2+4], %r8; add.u32 %r9, %r5, %r6;",
    ),
    "listed before an atomic": Mutant(
        "live-range-reordering{registers=1}", live_range_reordering, "_moves",
        lambda i: i.opcode not in ("bra", "ret"),
        "ld.global.v4.u32 {%r5, %r6, %r10, %r11}, [%rd2]; add.u32 %r12, %r10, %r11; add.u32 %r7, %r3, %r4;"
        "atom.global.add.u32 %r8, [%rd2], %r7; mad.lo.u32 %r9, %r5, %r6, %r12;",
    ),
    "listed before a read of the old value": Mutant(
        "live-range-reordering{registers=1}", live_range_reordering._Stretch, "_readers_so_far", always(frozenset()),
        "add.u32 %r5, %r4, 7; add.u32 %r6, %r4, 9; add.u32 %r10, %r1, %r3; add.u32 %r11, %r3, %r4;"
        "mul.lo.u32 %r3, %r5, %r6; mad.lo.u32 %r9, %r10, %r11, %r3; mad.lo.u32 %r9, %r9, %r4, %r1;",
    ),
    "lop3 of a source that changes behind the one that reads it": Mutant(
        "lop3-formation", lop3_formation, "holds_until", always(True),
        "and.b32 %r5, %r3, %r4; or.b32 %r6, %r5, %r1; add.u32 %r3, %r3, 1; xor.b32 %r9, %r6, %r3;",
    ),
}  # fmt: skip
