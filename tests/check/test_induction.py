"""Induction variables, exit tests and trip counts: loops by hand, and random ones that the emulator counts."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen.emulator import EmulatorError, Limits, Memory, Program, run
from ptxgen.ir.analysis import FunctionAnalysis, Loop, analyze
from ptxgen.ir.parser import parse

HEADER = (
    ".version 9.0 .target sm_90 .address_size 64 .visible .entry k(.param .u64 p, .param .u32 n) {"
    ".reg .pred %p<10>; .reg .b16 %h<20>; .reg .b32 %r<20>; .reg .b64 %rd<20>; .reg .f32 %f<10>;\n"
    "ld.param.u32 %r9, [n];\n"
)


def of(body: str) -> FunctionAnalysis:
    return analyze(parse(HEADER + body + "\n}").function("k"))


def only(analysis: FunctionAnalysis) -> Loop:
    (loop,) = analysis.loops.loops
    return loop


def counting(body: str, start: str = "mov.u32 %r1, 0;") -> FunctionAnalysis:
    return of(f"{start}\nhead:\n{body}\n@%p1 bra head;\nret;")


@pytest.mark.parametrize(
    ("body", "trips", "constant"),
    [
        ("add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 10;", "while %r1 + 1 lt 10, %r1 from 0 by 1", 9),
        ("add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9;", "while %r1 + 1 lt %r9, %r1 from 0 by 1", None),
        ("setp.le.u32 %p1, %r1, 9; add.u32 %r1, %r1, 3;", "while %r1 le 9, %r1 from 0 by 3", 4),
        ("sub.s32 %r1, %r1, 2; setp.gt.s32 %p1, %r1, -7;", "while %r1 - 2 gt -7, %r1 from 0 by -2", 3),
        ("add.u32 %r1, 4, %r1; setp.ne.u32 %p1, 16, %r1;", "while %r1 + 4 ne 16, %r1 from 0 by 4", 3),
        ("add.u32 %r1, %r1, 4; setp.gt.u32 %p1, 16, %r1;", "while %r1 + 4 lt 16, %r1 from 0 by 4", 3),
        ("add.u32 %r2, %r1, 1; setp.hi.u32 %p1, 7, %r2; mov.u32 %r1, %r2;", "while %r1 + 1 lt 7, %r1 from 0 by 1", 6),
        ("add.u32 %r1, %r1, %r9; setp.lt.u32 %p1, %r1, 99;", "while %r1 + %r9 lt 99, %r1 from 0 by %r9", None),
        ("mad.lo.u32 %r3, %r1, 8, 5; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r3, 64;",
         "while 8 * %r1 + 5 lt 64, %r1 from 0 by 1", 8),
        ("shl.b32 %r3, %r1, 1; add.u32 %r3, %r3, %r9; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r3, 64;",
         "while 2 * %r1 + %r9 lt 64, %r1 from 0 by 1", None),
        ("add.u32 %r3, %r9, %r1; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r3, 64;",
         "while %r1 + %r9 lt 64, %r1 from 0 by 1", None),
        ("add.u32 %r1, %r1, 1; setp.eq.u32 %p2, %r1, 10; not.pred %p1, %p2;",
         "while %r1 + 1 ne 10, %r1 from 0 by 1", 9),
        ("add.u32 %r1, %r1, 2; setp.ne.u32 %p1, %r1, 9;", "while %r1 + 2 ne 9, %r1 from 0 by 2", None),
        ("add.u32 %r1, %r1, 1; setp.lt.f32 %p1, %f1, %f2;", None, None),
        ("@%p2 add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 9;", None, None),
        ("add.u32 %r1, %r1, 1; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 9;", None, None),
        ("mul.lo.u32 %r1, %r1, 3; setp.lt.u32 %p1, %r1, 9;", None, None),
        ("add.u32 %r1, %r1, 1; add.u32 %r9, %r9, 2; setp.lt.u32 %p1, %r1, %r9;", None, None),
        ("@%p2 bra skip; add.u32 %r1, %r1, 1; skip: setp.lt.u32 %p1, %r1, 9;", None, None),
        ("add.u32 %r1, %r1, 1; setp.lt.and.u32 %p1, %r1, 9, %p2;", None, None),
    ],
)  # fmt: skip
def test_forms(body: str, trips: str | None, constant: int | None) -> None:
    analysis = counting(body)
    found = analysis.trips.of(only(analysis))
    assert (None if found is None else str(found)) == trips
    assert (None if found is None else found.constant) == constant


def test_a_second_way_out_leaves_the_tests() -> None:
    analysis = of(
        "head: @%p2 bra end; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 9; @%p1 bra head; end: ret;"
    )
    loop = only(analysis)
    assert analysis.trips.of(loop) is None
    assert [str(test.stays) for test in analysis.trips.tests(loop)] == ["%r1 + 1 lt 9"]


def test_where_a_read_stands() -> None:
    """Before the update a read sees the iteration's value, after it the next one's."""
    analysis = counting(
        "mul.lo.u32 %r2, %r1, 4; @%p2 bra over; add.u32 %r3, %r1, 7; over: add.u32 %r1, %r1, 2; shl.b32 %r4, %r1, 2;"
        "setp.lt.u32 %p1, %r1, 10;"
    )
    loop = only(analysis)
    found = {
        name: analysis.inductions.recurrence(analysis.function.registers()[name], place, loop)
        for name, place in {"%r1": (1, 0), "%r2": (1, 1), "%r3": (3, 0), "%r4": (3, 2)}.items()
    }
    shown = {name: None if a is None else (a.scale, a.offset) for name, a in found.items()}
    assert shown == {"%r1": (1, 0), "%r2": (4, 0), "%r3": None, "%r4": (4, 8)}


def test_nested_loops() -> None:
    analysis = of("""
    mov.u32 %r1, 0;
outer:
    mov.u32 %r2, 8;
inner:
    add.u32 %r3, %r1, %r2;
    sub.u32 %r2, %r2, 1;
    setp.ne.u32 %p1, %r2, 0;
    @%p1 bra inner;
    add.u32 %r1, %r1, 4;
    setp.lt.u32 %p2, %r1, %r9;
    @%p2 bra outer;
    ret;
""")
    outer, inner = analysis.loops.loops
    assert set(analysis.inductions.of(outer)) == {"%r1"}
    assert set(analysis.inductions.of(inner)) == {"%r2"}
    assert [str(analysis.trips.of(loop)) for loop in (outer, inner)] == [
        "while %r1 + 4 lt %r9, %r1 from 0 by 4",
        "while %r2 - 1 ne 0, %r2 from 8 by -1",
    ]
    seen = analysis.inductions.recurrence(analysis.function.registers()["%r3"], (2, 1), outer)
    assert seen is None
    seen = analysis.inductions.recurrence(analysis.function.registers()["%r3"], (2, 1), inner)
    assert seen is not None
    assert (seen.scale, seen.symbol) == (1, analysis.function.registers()["%r1"])


def test_a_start_of_several_paths_is_not_constant() -> None:
    analysis = counting(
        "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 9;", "mov.u32 %r1, 0; @%p3 mov.u32 %r1, 1;"
    )
    assert analysis.inductions.of(only(analysis))["%r1"].start is None


def test_a_start_is_followed_through_copies() -> None:
    analysis = counting("add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 9;", "mov.u32 %r5, 3; mov.u32 %r1, %r5;")
    assert analysis.inductions.of(only(analysis))["%r1"].start == 3


def test_a_cycle_with_two_entries_has_no_induction() -> None:
    analysis = of("""
    mov.u32 %r1, 0;
outer:
    @%p1 bra right;
left:
    add.u32 %r2, %r2, 1;
    @%p2 bra right;
    bra next;
right:
    @%p3 bra left;
next:
    add.u32 %r1, %r1, 1;
    setp.lt.u32 %p4, %r1, 9;
    @%p4 bra outer;
    ret;
""")
    assert analysis.loops.irreducible
    assert not analysis.inductions.of(analysis.loops.loops[0])


@pytest.mark.parametrize(
    ("setup", "preheader"),
    [
        ("mov.u32 %r1, 0;", 0),
        ("mov.u32 %r1, 0; @%p3 bra end;", None),
        ("mov.u32 %r1, 0; @%p3 bra head; mov.u32 %r2, 1;", None),
        ("mov.u32 %r1, 0; bra head;", 0),
    ],
)
def test_preheaders(setup: str, preheader: int | None) -> None:
    analysis = of(
        f"{setup}\nhead:\nadd.u32 %r1, %r1, 1;\nsetp.lt.u32 %p1, %r1, 9;\n@%p1 bra head;\nend:\nret;"
    )
    assert only(analysis).preheader(analysis.cfg) == preheader


@pytest.mark.parametrize(
    ("start", "body", "signed", "never"),
    [
        ("mov.u32 %r1, 0;", "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9;", False, True),
        ("mov.u32 %r1, 0;", "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9;", True, False),
        ("mov.u32 %r1, 0;", "add.u32 %r1, %r1, 1; setp.le.u32 %p1, %r1, %r9;", False, False),
        ("mov.u32 %r1, 0;", "add.u32 %r1, %r1, 2; setp.lt.u32 %p1, %r1, %r9;", False, False),
        ("mov.u32 %r1, 0;", "add.u32 %r1, %r1, 2; setp.lt.u32 %p1, %r1, -2;", False, True),
        ("mov.u32 %r1, 0;", "add.u32 %r1, %r1, 2; setp.lt.u32 %p1, %r1, -1;", False, False),
        ("mov.u32 %r1, -1;", "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9;", False, False),
        ("mov.u32 %r1, %tid.x;", "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9;", False, False),
        (
            "mov.u32 %r1, %tid.x;",
            "setp.lt.u32 %p1, %r1, %r9; @!%p1 bra end; add.u32 %r1, %r1, 1;",
            False,
            True,
        ),
        ("mov.u32 %r1, 9;", "add.s32 %r1, %r1, -1; setp.gt.s32 %p1, %r1, %r9;", True, True),
        ("mov.u32 %r1, 9;", "add.s32 %r1, %r1, -1; setp.ne.s32 %p1, %r1, %r9;", True, False),
        ("mov.u32 %r1, 9;", "add.s32 %r1, %r1, -1; setp.ne.s32 %p1, %r1, 0;", True, True),
    ],
)
def test_variables_that_never_wrap(start: str, body: str, signed: bool, never: bool) -> None:
    analysis = of(f"{start}\nhead:\n{body}\n{'@%p1 bra' if 'end' not in body else 'bra'} head;\nend: ret;")
    variable = analysis.inductions.of(only(analysis))["%r1"]
    assert analysis.trips.never_wraps(variable, signed=signed) is never


# Random loops

RELATIONS = ("lt", "le", "gt", "ge", "ne", "eq")
SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
STEPS = Limits(thread_steps=1500)
RANDOM_HEADER = """
.version 9.0 .target sm_90 .address_size 64
.visible .entry k(.param .u64 p, .param .u64 start, .param .u64 bound, .param .u64 step) {
.reg .pred %p<10>; .reg .b16 %h<20>; .reg .b32 %r<20>; .reg .b64 %rd<20>;
"""
IF = "setp.gt.u64 %p5, %rd15, 3; @%p5 bra side; add.u64 %rd16, %rd16, 1; side:"
INNER = "mov.u32 %r15, 0; in: add.u32 %r15, %r15, 1; setp.lt.u32 %p6, %r15, 2; @%p6 bra in;"


@frozen
class Counted:
    """A loop as text, and the numbers that it counts with: start, bound, step."""

    text: str
    bits: int
    signed: bool
    numbers: tuple[int, int, int]


@st.composite
def loops(draw: st.DrawFn) -> Counted:
    """A loop that counts near an end of the range or near zero, tested at its top or its end.

    `%rd15` counts the back edges; `%rd18` follows the variable in 64 bits, and `%rd17` says whether they ever part.
    """
    bits, signed = draw(st.sampled_from((16, 32, 64))), draw(st.booleans())
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
    centre, radius = st.sampled_from((low, 0, high)), st.sampled_from((2, 30))
    near = st.tuples(centre, radius).flatmap(
        lambda c: st.integers(max(low, c[0] - c[1]), min(high, c[0] + c[1]))
    )
    step = draw(st.one_of(st.just(1), st.integers(1, 9))) * draw(st.sampled_from((1, -1)))
    numbers = draw(near), draw(near), step
    t, r = f"{'s' if signed else 'u'}{bits}", {16: "%h", 32: "%r", 64: "%rd"}[bits]
    i = f"{r}1"

    def known(name: str, register: str, value: int) -> str:
        if draw(st.booleans()):
            return f"mov.b{bits} {register}, {value};"
        return f"ld.param.b{bits} {register}, [{name}];"

    setup = [
        known(name, register, value)
        for name, register, value in zip(
            ("start", "bound", "step"), (i, f"{r}2", f"{r}3"), numbers, strict=True
        )
    ]
    update = draw(
        st.sampled_from(
            (
                f"add.{t} {i}, {i}, {step};",
                f"sub.{t} {i}, {i}, {-step};",
                f"add.{t} {r}4, {i}, {step}; mov.b{bits} {i}, {r}4;",
                f"add.{t} {i}, {r}3, {i};",
            )
        )
    )
    widened = f"cvt.{t[0]}64.{t} %rd19, {i};" if bits < 64 else f"mov.b64 %rd19, {i};"
    followed = (
        f"add.s64 %rd18, %rd18, {step}; {widened} xor.b64 %rd19, %rd19, %rd18; or.b64 %rd17, %rd17, %rd19;"
        "st.global.u64 [%rd14+8], %rd17;"
    )
    relation = draw(st.sampled_from(RELATIONS))
    bound = draw(st.sampled_from((str(numbers[1]), f"{r}2")))
    test = f"setp.{relation}.{t} %p1, {i}, {bound};"
    if draw(st.booleans()):
        test = f"setp.{SWAPPED[relation]}.{t} %p1, {bound}, {i};"
    stays, leaves = "%p1", "!%p1"
    if draw(st.booleans()):
        test += "not.pred %p2, %p1;"
        stays, leaves = "!%p2", "%p2"
    work = [draw(st.sampled_from(("", IF))), draw(st.sampled_from(("", INNER))), update, followed]
    turn = "add.u64 %rd15, %rd15, 1;"
    body = draw(
        st.sampled_from(
            (
                [test, f"@{leaves} bra done;", *work, turn, "bra head;"],
                [*work, test, f"@{leaves} bra done;", turn, "bra head;"],
                [*work, turn, test, f"@{stays} bra head;", "sub.u64 %rd15, %rd15, 1;"],
            )
        )
    )
    zeros = f"mov.u64 %rd15, 0; mov.u64 %rd16, 0; mov.u64 %rd17, 0; mov.s64 %rd18, {numbers[0]};"
    end = "done: st.global.u64 [%rd14], %rd15; ret;"
    text = "\n".join((RANDOM_HEADER, "ld.param.u64 %rd14, [p];", *setup, zeros, "head:", *body, end, "}"))
    return Counted(text, bits, signed, numbers)


def executed(loop: Counted) -> tuple[int | None, bool]:
    """How often the loop went on (None: on and on), and whether its variable wrapped."""
    memory = Memory()
    buffer = memory.allocate(16)
    arguments = [(x % (1 << 64)).to_bytes(8, "little") for x in (buffer.address, *loop.numbers)]
    try:
        run(Program(parse(loop.text), memory), "k", (1, 1, 1), (1, 1, 1), arguments, limits=STEPS)
    except EmulatorError as error:
        if "instructions" not in error.message:
            raise
        return None, bool(memory.read(buffer.address + 8, 8).any())
    turns, parted = memory.read(buffer.address, 16).view(np.uint64)
    return int(turns), bool(parted)


def agrees(made: Counted) -> None:
    analysis = analyze(parse(made.text).function("k"))
    loop = analysis.loops.loops[0]
    trips = analysis.trips.of(loop)
    assert trips is not None
    turns, wrapped = executed(made)
    wrapped &= made.bits < 64
    variable = trips.test.stays.subject.variable
    assert not (wrapped and analysis.trips.never_wraps(variable, signed=made.signed))
    count = trips.evaluate(*made.numbers)
    if turns is None:
        assert count is None or count > 50
        return
    assert count == turns or (count is None and (wrapped or made.bits == 64))
    assert trips.constant in (None, turns)


@settings(max_examples=80)
@given(loops())
def test_the_emulator_counts_the_same(made: Counted) -> None:
    agrees(made)


@pytest.mark.slow
@settings(max_examples=2000)
@given(loops())
def test_the_emulator_counts_the_same_for_many(made: Counted) -> None:
    agrees(made)
