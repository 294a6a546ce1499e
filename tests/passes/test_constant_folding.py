"""Constant folding: text before and after, what must stay, and every folded opcode against the emulator."""

from __future__ import annotations

import numpy as np
import pytest

from ptxgen.emulator import Memory, Program, run
from ptxgen.isa.row import Form
from ptxgen.isa.table import OperandForm
from ptxgen.passes.arithmetic import FOLDED, fold, width
from ptxgen.passes.float_arithmetic import FOLDED_FLOATS, fold_float
from tests.passes.text import kernel

PASS = "constant-folding"


def test_a_chain_folds_in_one_run(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, 6;
        mul.lo.u32 %r2, %r1, 7;
        sub.u32 %r3, %r2, 43;
        setp.lt.s32 %p1, %r3, 0;
        selp.b32 %r4, %r2, 5, %p1;""",
        """mov.u32 %r1, 6;
        mov.b32 %r2, 42;
        mov.b32 %r3, 4294967295;
        mov.pred %p1, 1;
        mov.b32 %r4, 42;""",
    )


def test_constants_go_where_constants_may_stand(becomes):
    becomes(
        PASS,
        """ld.param.u64 %rd1, [p];
        mov.u32 %r1, %tid.x;
        mov.u32 %r2, 4;
        mov.f32 %f1, 0f3F800000;
        mad.lo.u32 %r3, %r1, %r2, %r1;
        cvt.rn.f32.u32 %f3, %r1;
        add.rn.f32 %f2, %f3, %f1;
        st.global.u32 [%rd1], %r2;""",
        """ld.param.u64 %rd1, [p];
        mov.u32 %r1, %tid.x;
        mov.u32 %r2, 4;
        mov.f32 %f1, 0f3F800000;
        mad.lo.u32 %r3, %r1, 4, %r1;
        cvt.rn.f32.u32 %f3, %r1;
        add.rn.f32 %f2, %f3, 0f3F800000;
        st.global.u32 [%rd1], 4;""",
    )


def test_known_guards_vanish(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, 3;
        setp.eq.u32 %p1, %r1, 3;
        @%p1 mov.u32 %r2, 1;
        @!%p1 mov.u32 %r2, 2;
        st.shared.u32 [tile], %r2;""",
        """mov.u32 %r1, 3;
        mov.pred %p1, 1;
        mov.u32 %r2, 1;
        st.shared.u32 [tile], %r2;""",
    )


def test_not_division_by_zero(stays):
    stays(PASS, "div.u32 %r1, 5, 0; rem.s32 %r2, 5, 0;")


def test_not_the_quotient_that_has_no_place(stays):
    stays(PASS, "div.s32 %r1, -2147483648, -1;")


def test_floating_point(becomes):
    becomes(
        PASS,
        """add.rn.f32 %f1, 0f3F800000, 0f3F800000;
        mul.f32 %f2, %f1, 0f3F800001;
        setp.gtu.f32 %p1, %f2, 0f7FC00000;
        cvt.rn.f32.s32 %f3, -3;""",
        """mov.f32 %f1, 0f40000000;
        mov.f32 %f2, 0f40000001;
        mov.pred %p1, 1;
        mov.f32 %f3, 0fC0400000;""",
    )


def test_not_other_roundings(stays):
    stays(PASS, "add.rz.f32 %f1, 0f3F800000, 0f33800001; mul.rn.ftz.f32 %f2, 0f00800000, 0f3F000000;")


def test_not_a_nan(stays):
    """PTX does not say which one."""
    stays(
        PASS,
        "sub.rn.f32 %f1, 0f7F800000, 0f7F800000; div.rn.f64 %d1, 0d0000000000000000, 0d0000000000000000;",
    )


def test_not_what_is_approximate(stays):
    stays(PASS, "div.approx.f32 %f1, 0f3F800000, 0f40400000; cvt.rn.f32.u64 %f2, 9007199254740993;")


def test_not_saturation(stays):
    stays(PASS, "add.sat.s32 %r1, 2147483647, 1;")


def test_not_in_stores_that_come_later(stays):
    """An asynchronous store takes its value from a register."""
    stays(
        PASS,
        """mov.u32 %r1, 4;
        mov.u32 %r2, tile;
        st.async.shared::cluster.mbarrier::complete_tx::bytes.u32 [%r2], %r1, [%r2+8];""",
    )


def test_not_carries(stays):
    stays(PASS, "add.cc.u32 %r1, 4294967295, 1; addc.u32 %r2, 0, 0;")


def test_not_a_register_that_a_loop_changes(stays):
    stays(
        PASS,
        """mov.u32 %r1, 0;
        loop:
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, 9;
        @%p1 bra loop;""",
    )


def test_not_where_two_writes_meet(stays):
    stays(
        PASS,
        """mov.u32 %r2, %tid.x;
        mov.u32 %r1, 1;
        setp.eq.u32 %p1, %r2, 0;
        @%p1 mov.u32 %r1, 2;
        add.u32 %r3, %r1, %r2;""",
    )


NAMES = """
add.u16 add.s32 add.u64 sub.u16 sub.s32 sub.u64 mul.lo.u16 mul.hi.s16 mul.lo.s32 mul.hi.u32 mul.hi.s32
mul.lo.u64 mul.hi.u64 mul.hi.s64 mul.wide.u16 mul.wide.s16 mul.wide.u32 mul.wide.s32 mad.lo.u32
mad.hi.s32 mad.hi.u32 mad.lo.s64 mad.wide.u32 mad.wide.s32 div.u32 div.s32 div.u64 div.s64 rem.u32
rem.s32 rem.s16 rem.u64 min.s32 min.u32 max.s64 max.u16 neg.s32 neg.s64 abs.s16 abs.s32 and.b32 and.pred
or.b64 or.pred xor.b16 xor.pred not.b32 not.pred shl.b16 shl.b32 shl.b64 shr.b32 shr.u16 shr.s16 shr.u32
shr.s32 shr.s64 popc.b32 popc.b64 clz.b32 clz.b64 setp.lt.s32 setp.lt.u32 setp.ge.s64 setp.eq.b32
setp.ne.u16 setp.lo.u32 setp.hs.u64 setp.le.s16 setp.gt.u32 setp.ls.u32 setp.hi.u32 selp.b32 selp.s64
cvt.u32.u64 cvt.s64.s32 cvt.u64.u32 cvt.s32.s64 cvt.u32.u16 cvt.s32.s16 cvt.u16.u32
bfe.u32 bfe.s32 bfe.u64 bfe.s64 bfi.b32 bfi.b64 brev.b32 brev.b64 cnot.b16 cnot.b64 prmt.b32 sad.u32 sad.s32
lop3.b32 shf.l.wrap.b32 shf.r.wrap.b32 shf.l.clamp.b32 shf.r.clamp.b32
"""
FORMS = NAMES.split()
FLOAT_NAMES = """
add.f32 add.rn.f32 add.rn.f64 sub.rn.f32 mul.rn.f32 mul.rn.f64 div.rn.f32 div.rn.f64 neg.f32 neg.f64 abs.f32 abs.f64
setp.eq.f32 setp.ne.f32 setp.lt.f64 setp.le.f32 setp.gt.f32 setp.ge.f32 setp.equ.f32 setp.neu.f32 setp.ltu.f32
setp.leu.f64 setp.gtu.f32 setp.geu.f32 setp.num.f32 setp.nan.f32
cvt.rn.f32.u32 cvt.rn.f32.s32 cvt.rn.f64.s32 cvt.rn.f32.u64 cvt.rn.f64.s64 cvt.f64.f32
"""
FLOATS = FLOAT_NAMES.split()
CASES = 24
TABLE = 0xB2
"""Of lop3: no symmetry hides an exchange of sources."""


def form(name: str) -> Form:
    from ptxgen.isa.table import forms

    return forms(name)[0]


def interesting(bits: int, rng: np.random.Generator) -> int:
    """A number of so many bits, often at an edge of its range."""
    top = 1 << (bits - 1)
    return int(
        rng.choice(np.array([0, 1, 2, 31, 32, 33, bits, top - 1, top, top + 1, 2 * top - 1], np.uint64))
    ) % (1 << bits)


def source(slot: OperandForm, rng: np.random.Generator) -> int:
    """A value of a source; of a table always the same, since it stands in the text."""
    return TABLE if slot.type is None else interesting(width(slot.type), rng)


def emulated(made: Form, cases: list[list[int]]) -> list[int]:
    """What the emulator computes for each case, one thread a case, sources from memory."""
    types = [slot.type for slot in made.operands if slot.type is not None]
    lines: list[str] = ["ld.param.u64 %rd0, [p]; mov.u32 %r0, %tid.x; mad.wide.u32 %rd0, %r0, 64, %rd0;"]
    names: list[str] = []
    for number, type in enumerate(types):
        bits = width(type)
        lines.append(f".reg .{'pred' if bits == 1 else f'b{bits}'} %x{number};")
        names.append(f"%x{number}")
        if number == 0:
            continue
        if bits == 1:
            lines.append(f".reg .b32 %y{number}; ld.global.u32 %y{number}, [%rd0+{8 * number}];")
            lines.append(f"setp.ne.u32 %x{number}, %y{number}, 0;")
        else:
            lines.append(f"ld.global.b{bits} %x{number}, [%rd0+{8 * number}];")
    names += [str(TABLE)] * (len(made.operands) - len(types))
    lines.append(f"{made.name} {', '.join(names)};")
    bits = width(types[0])
    if bits == 1:
        lines.append(".reg .b32 %y0; selp.b32 %y0, 1, 0, %x0; st.global.u32 [%rd0], %y0;")
    else:
        lines.append(f"st.global.b{bits} [%rd0], %x0;")
    memory = Memory()
    buffer = memory.allocate(64 * len(cases), "cases")
    content = np.zeros((len(cases), 8), np.uint64)
    for row, case in enumerate(cases):
        content[row, 1 : 1 + len(case)] = case
    memory.write(buffer.address, content)
    arguments = [buffer.address.to_bytes(8, "little"), bytes(4)]
    run(Program(kernel("\n".join(lines)), memory), "k", (1, 1, 1), (len(cases), 1, 1), arguments)
    return [int(x) for x in memory.read(buffer.address, buffer.nbytes).view(np.uint64)[::8]]


@pytest.mark.parametrize("name", FORMS)
def test_folding_is_what_the_emulator_computes(name):
    made = form(name)
    rng = np.random.default_rng(3)
    cases = [[source(s, rng) for s in made.operands[1:]] for _ in range(CASES)]
    folded = [fold(made, case) for case in cases]
    results = emulated(made, cases)
    known = [(f, r) for f, r in zip(folded, results, strict=True) if f is not None]
    assert len(known) > CASES // 2
    assert all(f == r for f, r in known), [
        c for c in zip(cases, folded, results, strict=True) if c[1] != c[2]
    ][:3]


def test_every_folded_opcode_is_compared():
    assert {name.partition(".")[0] for name in FORMS} == FOLDED
    assert {name.partition(".")[0] for name in FLOATS} == FOLDED_FLOATS


def any_float(bits: int, rng: np.random.Generator) -> int:
    """The bits of a float: near one, of any size, zero, subnormal, infinite or a NaN."""
    whole = f"u{bits // 8}"
    ordinary = rng.standard_normal(4).astype(f"f{bits // 8}").view(whole)
    top = 1 << (bits - 1)
    infinity = int(np.array(np.inf, f"f{bits // 8}").view(whole))
    anything = int.from_bytes(rng.bytes(bits // 8), "little")
    special = [0, top, 1, top + 5, infinity, top + infinity, infinity + 1, anything]
    return int(rng.choice(np.array([*ordinary, *special], np.uint64)))


@pytest.mark.parametrize("name", FLOATS)
def test_folding_of_floats_is_what_the_emulator_computes(name):
    made = form(name)
    rng = np.random.default_rng(4)
    cases = [
        [(any_float if s.type.is_float else interesting)(s.type.bits, rng) for s in made.operands[1:]]
        for _ in range(4 * CASES)
    ]
    folded = [fold_float(made, case) for case in cases]
    known = [(c, f, r) for c, f, r in zip(cases, folded, emulated(made, cases), strict=True) if f is not None]
    assert len(known) > CASES
    assert [k for k in known if k[1] != k[2]] == []
