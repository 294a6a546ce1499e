"""Mutants of the passes over memory."""

from __future__ import annotations

from ptxgen.ir.analysis.alias import locate
from ptxgen.passes import (
    array_alignment,
    dead_stores,
    load_hoisting,
    store_forwarding,
    tokens,
    vectorisation,
    wait_sinking,
)
from tests.passes.mutants import Mutant, Setting, always

START = """
ld.param.u64 %rd1, [q];
ld.param.u64 %rd5, [p];
mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
mad.lo.u32 %r1, %r2, 64, %r1;
mad.wide.u32 %rd2, %r1, 16, %rd1;
mad.wide.u32 %rd3, %r1, 16, %rd5;
setp.lt.u32 %p1, %r1, 40;
setp.lt.u32 %p2, %r1, 20;
mov.u32 %r9, 0;
"""
"""Every thread has 16 bytes of its own behind each pointer; the last instruction stores %r9."""
END = "\nst.global.u32 [%rd3], %r9;"
AROUND = Setting(START, END)

COPY = """mov.u32 %r6, %tid.x; mov.u32 %r7, tile; rem.u32 %r6, %r6, 16; mad.lo.u32 %r7, %r6, 16, %r7;
setp.lt.u32 %p3, %r1, 16;
@%p3 cp.async.cg.shared.global [%r7], [%rd2], 16;
cp.async.commit_group;
"""

MUTANTS = {
    "vector load across a store to its bytes": Mutant(
        "vectorisation", vectorisation._Block, "_crosses", always(True),
        "ld.global.u32 %r3, [%rd2]; st.global.u32 [%rd2+4], 77; ld.global.u32 %r4, [%rd2+4]; add.u32 %r9, %r3, %r4;",
    ),
    "vector load of a misaligned pair": Mutant(
        "vectorisation", vectorisation.Affine, "is_multiple", always(True),
        "ld.global.u32 %r3, [%rd2+4]; ld.global.u32 %r4, [%rd2+8]; add.u32 %r9, %r3, %r4;",
    ),
    "vector store of a register that changes": Mutant(
        "vectorisation", vectorisation._Block, "_holds", always(True),
        "mov.u32 %r3, 5; st.global.u32 [%rd2], %r3; mov.u32 %r3, 6; st.global.u32 [%rd2+4], %r3;",
    ),
    "vector store under a guard that changes": Mutant(
        "vectorisation", vectorisation._Block, "_holds", always(True),
        "@%p1 st.global.u32 [%rd2], 1; setp.lt.u32 %p1, %r1, 5; @%p1 st.global.u32 [%rd2+4], 2;",
    ),
    "forwarding across a store to its bytes": Mutant(
        "store-forwarding", store_forwarding._Walk, "_overwrite", always(None),
        "st.global.u32 [%rd2], 5; add.u64 %rd4, %rd2, 4; st.global.u32 [%rd4+-4], 6; ld.global.u16 %h1, [%rd2];"
        "st.global.u16 [%rd2+2], %h1; ld.global.u32 %r9, [%rd2];",
    ),
    "forwarding of a register that changed": Mutant(
        "store-forwarding", store_forwarding._Known, "holds", always(True),
        "st.global.u32 [%rd2], %r1; mov.u32 %r1, 9; ld.global.u32 %r9, [%rd2];",
    ),
    "forwarding of bits that were cut off": Mutant(
        "store-forwarding", store_forwarding, "_copy",
        lambda i, d, v, access: store_forwarding.made("mov.b32", (d, v), i),
        "add.u32 %r3, %r1, 250; st.global.u8 [%rd2], %r3; ld.global.u8 %r9, [%rd2];",
    ),
    "dead store that is read": Mutant(
        "dead-stores", dead_stores, "conflict", always(False),
        "st.global.u32 [%rd2], 5; ld.global.u32 %r9, [%rd2]; st.global.u32 [%rd2], 6;",
    ),
    "dead store that is covered in part": Mutant(
        "dead-stores", dead_stores, "_covers", always(True),
        "st.global.u32 [%rd2], 5; st.global.u16 [%rd2], 6;",
    ),
    "dead store that an array's reader needs": Mutant(
        "dead-stores", dead_stores, "_into_unread",
        lambda function, analysis: [o.at for o in analysis.memory if o.instruction.name == "st.shared.u32"],
        "mov.u32 %r6, %tid.x; mov.u32 %r7, tile; mad.lo.u32 %r7, %r6, 4, %r7; st.shared.u32 [%r7], 5;"
        "ld.shared.u32 %r9, [%r7];",
    ),
    "load hoisted over a store to its bytes": Mutant(
        "load-hoisting", tokens, "must_follow", always(False),
        "st.global.u32 [%rd2], 5; ld.global.u32 %r9, [%rd2];",
    ),
    "load hoisted over its address": Mutant(
        "load-hoisting", load_hoisting, "_target",
        lambda instructions, start, window, follows, numbers, operations: start - 2,
        "st.global.u32 [%rd2], 5; add.u64 %rd4, %rd2, 4; ld.global.u32 %r9, [%rd4];",
    ),
    "wait behind the read of a copy": Mutant(
        "wait-sinking", wait_sinking, "_passes", always(True),
        COPY + "cp.async.wait_group 0; @%p3 ld.shared.u32 %r9, [%r7];",
    ),
    "load hoisted over a use of the old value": Mutant(
        "load-hoisting", load_hoisting, "_target", lambda instructions, start, *rest: start - 1,
        "mov.u32 %r9, 7; st.global.u32 [%rd2], %r9; ld.global.u32 %r9, [%rd2+4]; add.u32 %r9, %r9, 1;",
    ),
    "wait behind a store to what is copied": Mutant(
        "wait-sinking", wait_sinking, "_passes",
        lambda o: o.is_plain and all(locate(a).space in wait_sinking._ELSEWHERE for a in o.accesses),
        COPY + "cp.async.wait_group 0; st.global.u32 [%rd2], 5; @%p3 ld.shared.u32 %r9, [%r7];",
    ),
    "wait under a predicate that changes": Mutant(
        "wait-sinking", wait_sinking, "_is_certain", always(True),
        COPY + "@%p1 cp.async.wait_group 0; ld.global.u32 %r8, [%rd3]; setp.lt.u32 %p1, %r1, 0;"
        "@%p3 ld.shared.u32 %r9, [%r7];",
    ),
    "array that was aligned better": Mutant(
        "array-alignment", array_alignment, "_movable", lambda variable, room: variable.bytes >= 16,
        ".shared .align 4 .b8 odd[20]; .shared .align 128 .b8 big[256]; mov.u32 %r7, big; and.b32 %r9, %r7, 127;",
    ),
    "arrays moved apart without room": Mutant(
        "array-alignment", array_alignment, "_ROOM", 1 << 30,
        ".shared .align 4 .b8 odd[20]; .shared .align 4 .b8 big[48876]; mov.u32 %r9, 5;", found="PAS010",
    ),
}  # fmt: skip
