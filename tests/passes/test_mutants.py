"""Each condition of a pass is needed: without it the pass changes what a kernel computes, and validation says so."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from attrs import frozen

from ptxgen.ir.analysis import Values
from ptxgen.ir.rewriting import made, with_guard
from ptxgen.passes import (
    PassError,
    Pipeline,
    block_merging,
    byte_moves,
    constant_division,
    cse,
    dce,
    float_arithmetic,
    fma_fusion,
    live_range_reordering,
    predicate_simplification,
    predication,
    sccp,
    strength_reduction,
)
from ptxgen.passes.constant_division import _Code
from ptxgen.passes.reciprocals import reciprocal
from ptxgen.verification.translation import Validation
from tests.passes.text import kernel

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


@frozen
class Mutant:
    """A condition that always (or never) holds, and a kernel that tells."""

    passes: str
    owner: Any
    condition: str
    instead: Any
    body: str
    end: str = END


def always(answer: object) -> Callable[..., object]:
    return lambda *arguments, **options: answer


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
    "load from a base that moved": Mutant(
        "address-folding", Values, "holds", always(True),
        "add.u64 %rd3, %rd2, 4; add.u64 %rd2, %rd2, 0; ld.global.u32 %r9, [%rd3]; add.u64 %rd2, %rd2, 4;"
        "sub.u64 %rd4, %rd2, 4; add.u64 %rd2, %rd2, 4096; ld.global.u32 %r9, [%rd4]; sub.u64 %rd2, %rd2, 4100;",
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
    "lop3 of a source that changed": Mutant(
        "lop3-formation", Values, "holds", always(True),
        "and.b32 %r5, %r3, %r4; add.u32 %r3, %r3, 1; xor.b32 %r9, %r5, %r3;",
    ),
    "lop3 of a result under a guard": Mutant(
        "lop3-formation", Values, "_runs_with", always(True),
        "mov.u32 %r5, 7; @%p1 and.b32 %r5, %r3, %r4; xor.b32 %r9, %r5, %r1;",
    ),
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
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_the_condition_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = MUTANTS[name]
    text = START + mutant.body + mutant.end
    sound = Validation()
    Pipeline.parse(mutant.passes).watched_by(sound).run(kernel(text))
    assert all(verdict.agreed == 4 for _, verdict in sound.verdicts)
    monkeypatch.setattr(mutant.owner, mutant.condition, mutant.instead)
    with pytest.raises(PassError) as caught:
        Pipeline(Pipeline.parse(mutant.passes).passes, check=False).watched_by(Validation()).run(kernel(text))
    assert caught.value.id == "PAS020"


def test_signed_division_is_no_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    text = START + "div.s32 %r9, %r3, 4;" + END
    monkeypatch.setitem(strength_reduction._RULES, "div", lambda case: case.by("shr.s32", case.power))
    with pytest.raises(PassError, match="strength-reduction changed"):
        Pipeline.parse("strength-reduction").watched_by(Validation()).run(kernel(text))
