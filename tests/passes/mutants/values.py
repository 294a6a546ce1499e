"""Mutants of the passes over values: copies, constants, common expressions, dead code, cheaper arithmetic."""

from __future__ import annotations

from importlib import import_module

import numpy as np

from ptxgen.ir.analysis import Values
from ptxgen.ir.rewriting import made, with_guard
from ptxgen.passes import (
    constant_division,
    cse,
    dce,
    float_arithmetic,
    sccp,
    strength_reduction,
)
from ptxgen.passes.constant_division import _Code
from ptxgen.passes.reciprocals import reciprocal
from tests.passes.mutants import Mutant, Setting, always

START = """
ld.param.u64 %rd1, [p];
mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
mad.lo.u32 %r1, %r2, 64, %r1;
mad.wide.u32 %rd2, %r1, 16, %rd1;
ld.global.v2.u32 {%r3, %r4}, [%rd2];
ld.global.v2.f32 {%f1, %f2}, [%rd2+8];
setp.lt.u32 %p1, %r1, 40;
"""
"""Every thread has 16 bytes of its own; the last instructions store %r9."""
END = "\nst.global.u32 [%rd2], %r9;"
FLOAT_END = "\nmov.b32 %r9, %f9; st.global.u32 [%rd2], %r9;"
AROUND = Setting(START, END)

_RESULT = sccp._Search._result

MUTANTS = {
    "copy of a register that changed": Mutant(
        "copy-propagation", Values, "holds", always(True),
        "mov.u32 %r5, %r3; add.u32 %r3, %r3, 1; add.u32 %r9, %r5, %r3;",
    ),
    "copy under a guard": Mutant(
        "copy-propagation", Values, "_runs_with", always(True),
        "mov.u32 %r5, 7; @%p1 mov.u32 %r5, %r3; add.u32 %r9, %r5, 1;",
    ),
    "copy that a loop overwrites": Mutant(
        "copy-propagation", Values, "_assigned_once", always(True),
        """mov.u32 %r5, %r1;
        loop:
        add.u32 %r5, %r5, 1;
        setp.lt.u32 %p2, %r5, 12;
        @%p2 bra loop;
        bra after;
        after:
        mov.u32 %r9, %r5;""",
    ),
    "constant under a guard": Mutant(
        "constant-folding", Values, "_runs_with", always(True),
        "mov.u32 %r5, 7; @%p1 mov.u32 %r5, 9; add.u32 %r9, %r5, 1;",
    ),
    "constant of a sum that rounds up": Mutant(
        "constant-folding", float_arithmetic, "_to_nearest", always(True),
        "add.rp.f32 %f9, 0f3F800000, 0f33000000;", FLOAT_END,
    ),
    "constant of a flushed product": Mutant(
        "constant-folding", float_arithmetic, "_to_nearest", always(True),
        "mul.rn.ftz.f32 %f9, 0f00800000, 0f3F000000;", FLOAT_END,
    ),
    "constant that is not a number": Mutant(
        "constant-folding", float_arithmetic, "_bits", lambda value, _: int(value.view(np.uint32)),
        "sub.rn.f32 %f9, 0f7F800000, 0f7F800000;", FLOAT_END,
    ),
    "constant of the first way in": Mutant(
        "sccp", sccp, "_meet", lambda values: next((v for v in values if v is not None), None),
        "mov.u32 %r5, 3; @%p1 bra one; mov.u32 %r5, 4; one: add.u32 %r9, %r5, 1;",
    ),
    "constant whatever the guard": Mutant(
        "sccp", sccp._Search, "_guard", always(1),
        "mov.u32 %r5, 3; @%p1 mov.u32 %r5, 4; add.u32 %r9, %r5, 1;",
    ),
    "constant of a register that an unknown sum may change": Mutant(
        "sccp", sccp._Search, "_result", lambda search, instruction, at: (
            None if instruction.opcode == "add" else _RESULT(search, instruction, at)
        ),
        "mov.u32 %r5, 3; @%p1 bra one; add.u32 %r5, %r3, 5; one: mov.u32 %r9, %r5;",
    ),
    "constant before a write under a guard, where others meet": Mutant(
        "sccp", import_module("ptxgen.ir.analysis.versions"), "exposed",
        lambda block: {r for access in block for r in access.reads} - {
            w for access in block for w in access.writes
        },
        "mov.u32 %r5, 3; setp.lt.u32 %p2, %r1, 20; mov.u32 %r9, 0; @%p1 bra one; mov.u32 %r5, 4;"
        "one: @%p2 mov.u32 %r5, 3; add.u32 %r9, %r5, 1;",
    ),
    "expression of another path": Mutant(
        "cse", Values, "dominates", always(True),
        "mov.u32 %r9, 0; @%p1 bra join; add.u32 %r5, %r3, %r4; mov.u32 %r9, %r5;"
        "join: add.u32 %r6, %r3, %r4; add.u32 %r9, %r9, %r6;",
    ),
    "expression whose operand changed": Mutant(
        "cse", Values, "holds", always(True),
        "mul.lo.u32 %r5, %r3, 3; xor.b32 %r3, %r3, 5; mul.lo.u32 %r6, %r3, 3; sub.u32 %r9, %r5, %r6;",
    ),
    "load of memory as an expression": Mutant(
        "cse", cse, "is_pure", always(True),
        "ld.global.u32 %r5, [%rd2]; st.global.u32 [%rd2], 77; ld.global.u32 %r6, [%rd2]; sub.u32 %r9, %r5, %r6;",
    ),
    "store that nobody reads": Mutant(
        "dce", dce, "is_removable", always(True), "mov.u32 %r9, 5; st.global.u32 [%rd2+4], %r9;",
    ),
    "division rounded down instead of towards zero": Mutant(
        "constant-division", _Code, "signed", _Code.unsigned, "div.s32 %r9, %r3, 3;",
    ),
    "reciprocal that is exact for half of the numerators": Mutant(
        "constant-division", constant_division, "reciprocal",
        lambda divisor, bits, precision: reciprocal(divisor, bits, precision - 12), "div.u32 %r9, %r3, 1000003;",
    ),
    "division that a guard forbids": Mutant(
        "constant-division", constant_division, "made",
        lambda name, operands, like: made(name, operands, with_guard(like, None)),
        "mov.u32 %r9, 5; @%p1 rem.u32 %r9, %r3, 7;",
    ),
    "quotient of a numerator that changed": Mutant(
        "constant-division", constant_division, "_forget", always(None),
        "div.u32 %r5, %r3, 25; add.u32 %r3, %r3, 77; rem.u32 %r6, %r3, 25; add.u32 %r9, %r5, %r6;",
    ),
    "quotient of a register that changed": Mutant(
        "constant-division", constant_division, "_forget", always(None),
        "div.u32 %r5, %r3, 25; add.u32 %r5, %r5, 77; rem.u32 %r6, %r3, 25; add.u32 %r9, %r5, %r6;",
    ),
    "load from a base that moved": Mutant(
        "address-folding", Values, "holds", always(True),
        "add.u64 %rd3, %rd2, 4; add.u64 %rd2, %rd2, 0; ld.global.u32 %r9, [%rd3]; add.u64 %rd2, %rd2, 4;"
        "sub.u64 %rd4, %rd2, 4; add.u64 %rd2, %rd2, 4096; ld.global.u32 %r9, [%rd4]; sub.u64 %rd2, %rd2, 4100;",
    ),
    "signed division as a shift": Mutant(
        "strength-reduction", strength_reduction, "_RULES",
        strength_reduction._RULES | {"div": lambda case: case.by("shr.s32", case.power)},
        "div.s32 %r9, %r3, 4;",
    ),
    "signed remainder as a mask": Mutant(
        "strength-reduction", strength_reduction, "_RULES",
        strength_reduction._RULES | {"rem": lambda case: case.by("and.b32", case.constant - 1)},
        "rem.s32 %r9, %r3, 4;",
    ),
    "quotient by what is no power of two": Mutant(
        "strength-reduction", strength_reduction._Case, "power", property(lambda case: case.constant.bit_length() - 1),
        "div.u32 %r9, %r3, 6;",
    ),
    "upper half of a product as the lower": Mutant(
        "strength-reduction", strength_reduction, "_is_plain", always(True), "mul.hi.u32 %r9, %r3, 1;",
    ),
    "load from a sum under a guard": Mutant(
        "address-folding", Values, "_runs_with", always(True),
        "mov.u64 %rd3, %rd2; @%p1 add.u64 %rd3, %rd2, 4; ld.global.u32 %r9, [%rd3];",
    ),
    "load from a sum that a loop overwrites": Mutant(
        "address-folding", Values, "_assigned_once", always(True),
        """add.u64 %rd3, %rd2, 4;
        mov.u32 %r5, 0;
        loop:
        add.u64 %rd3, %rd3, 4;
        add.u32 %r5, %r5, 1;
        setp.lt.u32 %p2, %r5, 2;
        @%p2 bra loop;
        bra after;
        after:
        ld.global.u32 %r9, [%rd3];""",
    ),
    "vector of which one element is needed": Mutant(
        "dce", dce, "_is_whole", always(True),
        "ld.global.v2.u32 {%r5, %r9}, [%rd2]; add.u32 %r5, %r9, 1; st.global.u32 [%rd2+4], %r5;",
    ),
    "sum of which the carry is needed": Mutant(
        "dce", dce, "is_removable", lambda i: i.opcode == "add", "add.cc.u32 %r5, %r3, -5; addc.u32 %r9, %r3, 0;",
    ),
}  # fmt: skip
