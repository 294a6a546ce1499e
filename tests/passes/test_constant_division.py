from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen.passes import Pipeline
from ptxgen.passes.reciprocals import reciprocal
from ptxgen.verification.translation import compare_modules
from ptxgen.verification.trials import Content, Scalar, Trial
from tests.passes.text import kernel

PASS = "constant-division"


def test_unsigned(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        div.u32 %r2, %r1, 12;
        rem.u32 %r3, %r1, 10;""",
        """mov.u32 %r1, %tid.x;
        mul.hi.u32 %x0, %r1, 2863311531;
        shr.u32 %r2, %x0, 3;
        mul.hi.u32 %x2, %r1, 3435973837;
        shr.u32 %x3, %x2, 3;
        mad.lo.u32 %r3, %x3, 4294967286, %r1;""",
    )


def test_a_divisor_whose_reciprocal_has_33_bits(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        div.u32 %r1, %r1, 7;
        div.u32 %r2, %r1, 14;""",
        """mov.u32 %r1, %tid.x;
        mul.hi.u32 %x0, %r1, 613566757;
        sub.u32 %x1, %r1, %x0;
        shr.u32 %x2, %x1, 1;
        add.u32 %x3, %x2, %x0;
        shr.u32 %r1, %x3, 2;
        shr.u32 %x5, %r1, 1;
        mul.hi.u32 %x6, %x5, 2454267027;
        shr.u32 %r2, %x6, 2;""",
    )


def test_signed(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        div.s32 %r2, %r1, 3;
        rem.s32 %r3, %r1, 8;
        @%p1 div.s32 %r4, %r1, -7;""".replace("@%p1", "setp.eq.u32 %p1, %r1, 0;\n@%p1"),
        """mov.u32 %r1, %tid.x;
        mul.hi.s32 %x0, %r1, 1431655766;
        shr.s32 %x1, %r1, 31;
        sub.s32 %r2, %x0, %x1;
        shr.s32 %x3, %r1, 31;
        shr.u32 %x4, %x3, 29;
        add.s32 %x5, %r1, %x4;
        shr.s32 %x6, %x5, 3;
        mad.lo.s32 %r3, %x6, -8, %r1;
        setp.eq.u32 %p1, %r1, 0;
        @%p1 mul.hi.s32 %x8, %r1, -1840700269;
        @%p1 add.s32 %x9, %x8, %r1;
        @%p1 shr.s32 %x10, %x9, 2;
        @%p1 shr.s32 %x11, %r1, 31;
        @%p1 sub.s32 %r4, %x11, %x10;""",
    )


@pytest.mark.parametrize(
    "body",
    [
        "div.u32 %r2, %r1, 0;",
        "div.s32 %r2, %r1, -1;",  # of the smallest number there is no quotient
        "div.s32 %r2, %r1, -2147483648;",
        "div.u32 %r2, %r1, 1;",  # strength reduction makes a copy of it
        "div.u32 %r2, 100, %r1;",
        "div.u16 %h1, %h1, 10;",
        "div.rn.f32 %f1, %f1, 0f40400000;",
    ],
)
def test_stays(stays, body):
    stays(PASS, f"mov.u32 %r1, %tid.x; mov.u16 %h1, 3; mov.f32 %f1, 0f3F800000; {body}")


EDGES = {32: st.integers(2, (1 << 32) - 1), 64: st.integers(2, (1 << 64) - 1)}


def numerators(divisor: int, bits: int) -> np.ndarray:
    """Multiples of the divisor and their neighbours, the ends of the range, and random numbers."""
    rng = np.random.default_rng(divisor % 1000)
    top = 1 << bits
    ends = [0, 1, 2, top - 1, top - 2, top // 2 - 1, top // 2, top // 2 + 1]
    largest = top - 1 - (top - 1) % divisor
    near = [divisor - 1, divisor, divisor + 1, largest, largest - 1, min(largest + divisor - 1, top - 1)]
    values = [v % top for v in (*ends, *near)]
    values += [int(v) for v in rng.integers(0, top, 64 - len(values), np.uint64, endpoint=False)]
    return np.array(values, f"u{bits // 8}")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["u32", "s32", "u64", "s64"]), st.sampled_from(["div", "rem"]), st.data())
def test_any_divisor(type: str, opcode: str, data: st.DataObject) -> None:
    bits = int(type[1:])
    divisor = data.draw(st.one_of(st.integers(2, 300), st.integers(2, (1 << (bits - 1)) - 1), EDGES[bits]))
    if type[0] == "s":
        divisor = -(divisor >> 1) - 2 if data.draw(st.booleans()) else (divisor >> 1) + 1
    width, name = bits // 8, "%rd" if bits == 64 else "%r"
    body = f"""ld.param.u64 %rd1, [p];
    mov.u32 %r1, %tid.x;
    mad.wide.u32 %rd2, %r1, {width}, %rd1;
    ld.global.{type} {name}3, [%rd2];
    {opcode}.{type} {name}4, {name}3, {divisor};
    st.global.{type} [%rd2], {name}4;"""
    before, after = kernel(body), kernel(body)
    Pipeline.parse(PASS).run(after)
    contents = Content(numerators(abs(divisor), bits).tobytes())
    trial = Trial("k", (1, 1, 1), (64, 1, 1), (contents, Scalar(bytes(4))))
    verdict = compare_modules(before, after, [trial])
    assert verdict.ok, verdict.difference
    assert verdict.agreed


@given(st.integers(1, 255))
def test_every_numerator_of_eight_bits(divisor: int) -> None:
    found = reciprocal(divisor, 8, 8)
    assert all(n * found.multiplier >> (8 + found.shift) == n // divisor for n in range(256))
    found = reciprocal(divisor, 8, 7)
    assert all(n * found.multiplier >> (8 + found.shift) == n // divisor for n in range(128))


def test_quotient_and_remainder_share_the_product(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        div.u32 %r2, %r1, 25;
        rem.u32 %r3, %r1, 25;
        rem.u32 %r4, %r3, 10;
        div.u32 %r5, %r3, 10;""",
        """mov.u32 %r1, %tid.x;
        mul.hi.u32 %x0, %r1, 1374389535;
        shr.u32 %r2, %x0, 3;
        mad.lo.u32 %r3, %r2, 4294967271, %r1;
        mul.hi.u32 %x3, %r3, 3435973837;
        shr.u32 %x4, %x3, 3;
        mad.lo.u32 %r4, %x4, 4294967286, %r3;
        mov.b32 %r5, %x4;""",
    )


@pytest.mark.parametrize(
    "between",
    ["mov.u32 %r1, 7;", "mov.u32 %r2, 7;", "@%p1 mov.u32 %r2, 7;", "bra next; next:"],
)
def test_no_quotient_of_what_changed(between):
    """A second product is made where numerator or quotient are others, or another block may come between."""
    text = (
        f"setp.eq.u32 %p1, 0, 1; mov.u32 %r1, %tid.x; div.u32 %r2, %r1, 25; {between} rem.u32 %r3, %r1, 25;"
    )
    module = kernel(text)
    Pipeline.parse(PASS).run(module)
    assert sum(i.opcode == "mul" for f in module.functions for i in f.instructions()) == 2


def test_no_quotient_of_a_guarded_division():
    module = kernel(
        "setp.eq.u32 %p1, 0, 1; mov.u32 %r1, %tid.x; mov.u32 %r2, 5;"
        "@%p1 div.u32 %r2, %r1, 25; rem.u32 %r3, %r1, 25;"
    )
    Pipeline.parse(PASS).run(module)
    assert sum(i.opcode == "mul" for f in module.functions for i in f.instructions()) == 2
