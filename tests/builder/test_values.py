"""Operators and scalar methods give exactly this text."""

from __future__ import annotations

import math

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder
from ptxgen.isa.types import Type, b32, bf16, f16, f16x2, f32, f64, pred, s32, s64, tf32, u8, u16, u32, u64
from tests.builder.support import body


def test_integer_operators(k: KernelBuilder) -> None:
    a, b = k.param("a", u32), k.param("b", u32)
    _ = (a + b, a - 1, 2 * a, a // b, a % 7, a << 3, a >> b, a & 0xFF, a | b, a ^ b, ~a, 1 << a)
    assert body(k, 2) == [
        "add.u32 %r2, %r0, %r1;",
        "sub.u32 %r3, %r0, 1;",
        "mul.lo.u32 %r4, 2, %r0;",
        "div.u32 %r5, %r0, %r1;",
        "rem.u32 %r6, %r0, 7;",
        "shl.b32 %r7, %r0, 3;",
        "shr.u32 %r8, %r0, %r1;",
        "and.b32 %r9, %r0, 255;",
        "or.b32 %r10, %r0, %r1;",
        "xor.b32 %r11, %r0, %r1;",
        "not.b32 %r12, %r0;",
        "mov.u32 %r13, 1;",
        "shl.b32 %r14, %r13, %r0;",
    ]


def test_float_operators_print_their_rounding(k: KernelBuilder) -> None:
    a = k.param("a", f32)
    _ = (a + 1, 1.5 - a, a * a, a / 3, -a, abs(a))
    assert body(k, 1) == [
        "add.rn.f32 %f1, %f0, 0f3F800000;",
        "sub.rn.f32 %f2, 0f3FC00000, %f0;",
        "mul.rn.f32 %f3, %f0, %f0;",
        "div.rn.f32 %f4, %f0, 0f40400000;",
        "neg.f32 %f5, %f0;",
        "abs.f32 %f6, %f0;",
    ]


def test_numbers_may_stand_on_the_left(k: KernelBuilder) -> None:
    a, x = k.param("a", u32), k.param("x", f32)
    _ = (3 + a, 7 // a, 7 % a, 6 & a, 6 | a, 6 ^ a, 8 >> a, 1 / x, -x * 2.0)
    assert body(k, 2) == [
        "add.u32 %r1, 3, %r0;",
        "div.u32 %r2, 7, %r0;",
        "rem.u32 %r3, 7, %r0;",
        "and.b32 %r4, 6, %r0;",
        "or.b32 %r5, 6, %r0;",
        "xor.b32 %r6, 6, %r0;",
        "mov.u32 %r7, 8;",
        "shr.u32 %r8, %r7, %r0;",
        "div.rn.f32 %f1, 0f3F800000, %f0;",
        "neg.f32 %f2, %f0;",
        "mul.rn.f32 %f3, %f2, 0f40000000;",
    ]


def test_comparisons_and_predicates(k: KernelBuilder) -> None:
    a, x = k.param("a", s32), k.param("x", f32)
    p, q = a < 3, x != 0
    _ = (p & q, ~p | q, a == 1, a <= 2)
    assert body(k, 2) == [
        "setp.lt.s32 %p0, %s0, 3;",
        "setp.neu.f32 %p1, %f0, 0f00000000;",
        "and.pred %p2, %p0, %p1;",
        "not.pred %p3, %p0;",
        "or.pred %p4, %p3, %p1;",
        "setp.eq.s32 %p5, %s0, 1;",
        "setp.le.s32 %p6, %s0, 2;",
    ]


def test_untyped_bits_keep_the_meaning_of_the_operands(k: KernelBuilder) -> None:
    x = k.param("x", f32)
    assert k.shfl_bfly(x, 1).type is f32
    a = k.param("a", s32)
    assert (a & 3).type is s32
    assert k.prmt(a, a, 0x3210).type is s32
    assert k.and_(b32, a, 3).type is b32
    assert k.popc(a).type is u32


def test_methods_take_types_modifiers_and_targets(k: KernelBuilder) -> None:
    a, x, y = k.param("a", u32), k.param("x", f32), k.var(f32)
    k.bfe(u32, a, 4, 8)
    k.mul_wide(a, a)
    k.mul_hi(a, 3)
    k.mad(a, a, 1)
    k.add(x, x, rnd="rz", ftz=True)
    k.fma(x, x, 1, into=y)
    k.max(x, y, NaN=True)
    k.sqrt(x)
    k.sqrt(x, approx=True)
    k.rcp(x)
    k.exp2(x)
    k.log2(x, ftz=True)
    k.setp_lt(x, 0, both=True)
    k.op("add.rm.f32", x, 1)
    assert body(k, 2) == [
        "bfe.u32 %r1, %r0, 4, 8;",
        "mul.wide.u32 %rd0, %r0, %r0;",
        "mul.hi.u32 %r2, %r0, 3;",
        "mad.lo.u32 %r3, %r0, %r0, 1;",
        "add.rz.ftz.f32 %f2, %f0, %f0;",
        "fma.rn.f32 %f1, %f0, %f0, 0f3F800000;",
        "max.NaN.f32 %f3, %f0, %f1;",
        "sqrt.rn.f32 %f4, %f0;",
        "sqrt.approx.f32 %f5, %f0;",
        "rcp.rn.f32 %f6, %f0;",
        "ex2.approx.f32 %f7, %f0;",
        "lg2.approx.ftz.f32 %f8, %f0;",
        "setp.lt.f32 %p0|%p1, %f0, 0f00000000;",
        "add.rm.f32 %f9, %f0, 0f3F800000;",
    ]


def test_variables_are_written_in_place(k: KernelBuilder) -> None:
    x = k.param("x", f32)
    total = k.var(f32, 0.0, name="total")
    total += x
    total *= 2.0
    total.set(x)
    before = total.get()
    total -= before
    flag = k.var(pred, False)
    flag.set(~(x > 0))
    assert body(k, 1) == [
        "mov.f32 %v_total, 0f00000000;",
        "add.rn.f32 %v_total, %v_total, %f0;",
        "mul.rn.f32 %v_total, %v_total, 0f40000000;",
        "mov.f32 %v_total, %f0;",
        "mov.f32 %f1, %v_total;",
        "sub.rn.f32 %v_total, %v_total, %f1;",
        "mov.pred %p0, 0;",
        "setp.gt.f32 %p1, %f0, 0f00000000;",
        "not.pred %p2, %p1;",
        "mov.pred %p0, %p2;",
    ]


def test_integer_variables_take_all_updates(k: KernelBuilder) -> None:
    v = k.var(u32, 8)
    v <<= 1
    v >>= 2
    v &= 7
    v |= 1
    v ^= 3
    assert body(k, 1) == [
        "shl.b32 %r0, %r0, 1;",
        "shr.u32 %r0, %r0, 2;",
        "and.b32 %r0, %r0, 7;",
        "or.b32 %r0, %r0, 1;",
        "xor.b32 %r0, %r0, 3;",
    ]


@pytest.mark.parametrize(
    ("to", "given", "text"),
    [
        (f32, u32, "cvt.rn.f32.u32 %f0, %r0;"),
        (f32, f64, "cvt.rn.f32.f64 %f0, %fd0;"),
        (f64, f32, "cvt.f64.f32 %fd0, %f0;"),
        (s32, f32, "cvt.rzi.s32.f32 %s0, %f0;"),
        (f16, f32, "cvt.rn.f16.f32 %fh0, %f0;"),
        (f32, f16, "cvt.f32.f16 %f0, %fh0;"),
        (bf16, f32, "cvt.rn.bf16.f32 %bh0, %f0;"),
        (tf32, f32, "cvt.rna.tf32.f32 %b0, %f0;"),
        (u64, u32, "cvt.u64.u32 %rd0, %r0;"),
        (s64, s32, "cvt.s64.s32 %sd0, %s0;"),
        (u32, u8, "cvt.u32.u8 %r0, %rh0;"),
        (f32, u8, "cvt.rn.f32.u8 %f0, %rh0;"),
    ],
)
def test_conversions_round_as_c_does(k: KernelBuilder, to: Type, given: Type, text: str) -> None:
    k.cvt(to, k.param("x", given))
    assert body(k, 1) == [text]


def test_conversion_options(k: KernelBuilder) -> None:
    x = k.param("x", f32)
    assert k.cvt(f32, x) is x
    k.cvt(s32, x, rounding="rni")
    k.cvt(f32, x, rounding="rmi")
    k.cvt(u8, x, rounding="rzi", sat=True)
    k.cvt(f16x2, x, x)
    assert body(k, 1) == [
        "cvt.rni.s32.f32 %s0, %f0;",
        "cvt.rmi.f32.f32 %f1, %f0;",
        "cvt.rzi.sat.u8.f32 %rh0, %f0;",
        "cvt.rn.f16x2.f32 %b0, %f0, %f0;",
    ]


def test_bfloat16_widens_on_every_target() -> None:
    k = KernelBuilder("test", target="sm_75")
    k.cvt(f32, k.param("x", bf16))
    assert body(k, 1) == ["mov.b16 %bh1, 0;", "mov.b32 %f0, {%bh1, %bh0};"]


def test_bitcast_is_free_between_integers(k: KernelBuilder) -> None:
    a, x = k.param("a", u32), k.param("x", f32)
    assert k.bitcast(s32, a).register == a.register
    assert k.bitcast(u32, x).type is u32
    assert body(k, 2) == ["mov.b32 %r1, %f0;"]


def test_half_constants_become_bits(k: KernelBuilder) -> None:
    h = k.param("h", f16)
    k.mul(h, 1.5)
    assert body(k, 1) == ["mov.b16 %fh1, 15872;", "mul.rn.f16 %fh2, %fh0, %fh1;"]


def test_pack_and_unpack(k: KernelBuilder) -> None:
    d = k.param("d", f64)
    lo, hi = k.unpack(u32, d)
    k.pack(u64, lo, hi)
    assert body(k, 1) == ["mov.b64 {%r0, %r1}, %fd0;", "mov.b64 %rd0, {%r0, %r1};"]


def test_select_swaps_a_negated_condition(k: KernelBuilder) -> None:
    a = k.param("a", u32)
    k.select(~(a == 0), a, 7)
    k.select(a == 1, 1.0, 2.0, type=f32)
    assert body(k, 1) == [
        "setp.eq.u32 %p0, %r0, 0;",
        "selp.u32 %r1, 7, %r0, %p0;",
        "setp.eq.u32 %p1, %r0, 1;",
        "selp.f32 %f0, 0f3F800000, 0f40000000, %p1;",
    ]


def test_registers_are_named_after_their_declared_type(k: KernelBuilder) -> None:
    types = (u16, u32, u64, s32, s64, b32, f16, f32, f64, bf16, u8, pred)
    assert [k.var(t).register.name for t in types] == [
        "%rh0", "%r0", "%rd0", "%s0", "%sd0", "%b0", "%fh0", "%f0", "%fd0", "%bh0", "%rh1", "%p0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("type", "number", "text"),
    [
        (u32, 0xFFFFFFFF, "mov.u32 %r0, 4294967295;"),
        (s32, -(1 << 31), "mov.s32 %s0, -2147483648;"),
        (b32, -1, "mov.b32 %b0, -1;"),
        (f32, 1, "mov.f32 %f0, 0f3F800000;"),
        (f32, -math.inf, "mov.f32 %f0, 0fFF800000;"),
        (f64, 0.1, "mov.f64 %fd0, 0d3FB999999999999A;"),
        (f16, 65504, "mov.b16 %fh0, 31743;"),
        (bf16, 1.00390625, "mov.b16 %bh0, 16256;"),
        (bf16, 1.01171875, "mov.b16 %bh0, 16258;"),
        (f16x2, 1.0, "mov.b32 %b0, 1006648320;"),
    ],
)
def test_constants_take_the_type(k: KernelBuilder, type: Type, number: float, text: str) -> None:
    k.const(type, number)
    assert body(k) == [text]


@pytest.mark.parametrize(
    ("type", "number"),
    [
        (u32, -1), (u32, 1 << 32), (s32, 1 << 31), (u8, 256), (f32, 1e39), (f32, (1 << 24) + 1), (f16, 1e5),
        (f16, 2049), (u32, 1.5), (b32, 1.0), (bf16, 1e39),
    ],
)  # fmt: skip
def test_constants_that_do_not_fit_invalid(k: KernelBuilder, type: Type, number: float) -> None:
    with pytest.raises(BuildError, match="does not fit") as caught:
        k.const(type, number)
    assert caught.value.id == "PTX020"
