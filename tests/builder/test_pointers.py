"""Addresses: what is folded, what is widened, what is remembered, what is refused."""

from __future__ import annotations

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, b64, bf16, f16, f32, f64, s8, s32, s64, u8, u16, u32, u64
from tests.builder.support import body


def test_a_pointer_parameter_is_converted_once(k: KernelBuilder) -> None:
    x = k.pointer("x", f32)
    x[0] = x[3]
    assert body(k) == [
        "ld.param.u64 %rd0, [x];",
        "cvta.to.global.u64 %rd1, %rd0;",
        "ld.global.f32 %f0, [%rd1+12];",
        "st.global.f32 [%rd1], %f0;",
    ]
    (parameter,) = k.code.function.params
    assert parameter.type is u64
    assert parameter.pointee is not None
    assert (parameter.pointee.space, parameter.pointee.align) == (StateSpace.GLOBAL, 16)


def test_an_index_is_scaled_once_for_each_pointer(k: KernelBuilder) -> None:
    x, y, i = k.pointer("x", f32), k.pointer("y", f32), k.param("i", u32)
    y[i] = x[i] + y[i]
    x.at(i)[2] = 1.0
    assert body(k, 5) == [
        "mad.wide.u32 %rd4, %r0, 4, %rd1;",
        "ld.global.f32 %f0, [%rd4];",
        "mad.wide.u32 %rd5, %r0, 4, %rd3;",
        "ld.global.f32 %f1, [%rd5];",
        "add.rn.f32 %f2, %f0, %f1;",
        "st.global.f32 [%rd5], %f2;",
        "st.global.f32 [%rd4+8], 0f3F800000;",
    ]


def test_what_a_branch_computed_is_not_used_after_it(k: KernelBuilder) -> None:
    x, i = k.pointer("x", f32), k.param("i", u32)
    with k.if_(i < 4):
        x[i] = 0.0
    x[i] = 1.0
    assert body(k, 5) == [
        "mad.wide.u32 %rd2, %r0, 4, %rd1;",
        "st.global.f32 [%rd2], 0f00000000;",
        "$endif_0:",
        "mad.wide.u32 %rd3, %r0, 4, %rd1;",
        "st.global.f32 [%rd3], 0f3F800000;",
    ]


def test_a_label_makes_everything_unknown(k: KernelBuilder) -> None:
    x, i = k.pointer("x", f32), k.param("i", u32)
    x[i] = 0.0
    top = k.label("top")
    k.place(top)
    x[i] = 1.0
    assert sum("mad.wide" in line for line in body(k)) == 2


def test_a_variable_index_is_never_remembered(k: KernelBuilder) -> None:
    x, i = k.pointer("x", f32), k.var(u32, 0)
    x[i] = 0.0
    i += 1
    x[i] = 0.0
    assert sum("mad.wide" in line for line in body(k)) == 2


@pytest.mark.parametrize(
    ("index", "text"),
    [
        (u32, "mad.wide.u32 %rd2, %r0, 4, %rd1;"),
        (s32, "mad.wide.s32 %rd2, %s0, 4, %rd1;"),
        (u64, "mad.lo.u64 %rd3, %rd2, 4, %rd1;"),
        (s64, "mad.lo.s64 %rd2, %sd0, 4, %rd1;"),
    ],
)
def test_every_index_type_gives_a_64_bit_offset(k: KernelBuilder, index: Type, text: str) -> None:
    x, i = k.pointer("x", f32), k.param("i", index)
    x[i] = 0.0
    assert text in body(k)


def test_rows(k: KernelBuilder) -> None:
    x, r, n = k.pointer("x", f16), k.param("r", u32), k.param("n", u32)
    x.row(r, 96)[1] = 0.0
    x.row(r, n)[0] = 0.0
    x.row(r, 1 << 31)[0] = 0.0
    x.row(3, n)[0] = 0.0
    x.row(2, 5)[0] = 0.0
    assert body(k, 4) == [
        "mad.wide.u32 %rd2, %r0, 192, %rd1;",
        "st.global.b16 [%rd2+2], 0;",
        "mul.wide.u32 %rd3, %r0, %r1;",
        "mad.lo.u64 %rd4, %rd3, 2, %rd1;",
        "st.global.b16 [%rd4], 0;",
        "cvt.u64.u32 %rd6, %r0;",
        "mad.lo.u64 %rd5, %rd6, 4294967296, %rd1;",
        "st.global.b16 [%rd5], 0;",
        "mad.wide.u32 %rd7, %r1, 6, %rd1;",
        "st.global.b16 [%rd7], 0;",
        "st.global.b16 [%rd1+20], 0;",
    ]


def test_rows_of_mixed_width(k: KernelBuilder) -> None:
    x, r, n = k.pointer("x", f32), k.param("r", u32), k.param("n", u64)
    x.row(r, n)[0] = 0.0
    assert body(k, 4) == [
        "cvt.u64.u32 %rd3, %r0;",
        "mul.lo.u64 %rd4, %rd3, %rd2;",
        "mad.lo.u64 %rd5, %rd4, 4, %rd1;",
        "st.global.f32 [%rd5], 0f00000000;",
    ]


def test_types_in_memory(k: KernelBuilder) -> None:
    x = k.pointer("x", u8)
    assert x.cast(bf16)[0].type is bf16
    assert x.cast(f64)[1].type is f64
    assert x.load(5).type is u8
    assert x.load(6, as_type=u32).type is u32
    assert x.cast(s8).load(7, as_type=s32).type is s32
    x[0] = k.const(u32, 3)
    assert body(k, 2) == [
        "ld.global.b16 %bh0, [%rd1];",
        "ld.global.f64 %fd0, [%rd1+8];",
        "ld.global.u8 %rh0, [%rd1+5];",
        "ld.global.u8 %r0, [%rd1+6];",
        "ld.global.s8 %s0, [%rd1+7];",
        "mov.u32 %r1, 3;",
        "st.global.u8 [%rd1], %r1;",
    ]


def test_vectors_and_qualifiers(k: KernelBuilder) -> None:
    x, policy = k.pointer("x", f32), k.param("policy", b64)
    a, b = x.load(2, vec=2)
    c = x.load(4, vec=4, nc=True, l1="no_allocate", prefetch="256B")
    x.store(4, c, cache="cs")
    x.store(2, (a, b), policy=policy)
    x.load(0, policy=policy)
    x.load(0, volatile=True)
    x.load(0, order="acquire")
    x.store(0, a, order="release", scope="sys")
    x.load(0, cache="cg", into=k.var(f32))
    assert body(k, 3) == [
        "ld.global.v2.f32 {%f0, %f1}, [%rd1+8];",
        "ld.global.nc.L1::no_allocate.L2::256B.v4.f32 {%f2, %f3, %f4, %f5}, [%rd1+16];",
        "st.global.cs.v4.f32 [%rd1+16], {%f2, %f3, %f4, %f5};",
        "st.global.L2::cache_hint.v2.f32 [%rd1+8], {%f0, %f1}, %bd0;",
        "ld.global.L2::cache_hint.f32 %f6, [%rd1], %bd0;",
        "ld.volatile.global.f32 %f7, [%rd1];",
        "ld.acquire.gpu.global.f32 %f8, [%rd1];",
        "st.release.sys.global.f32 [%rd1], %f0;",
        "ld.global.cg.f32 %f9, [%rd1];",
    ]


def test_memory_instructions_by_name(k: KernelBuilder) -> None:
    x, h = k.pointer("x", f32), k.pointer("h", f16)
    k.st(x.at(1), k.ld(x))
    k.st(x, 2)
    k.st(h, 0.5)
    assert k.ld(h).type is f16
    assert k.ld(u32, x.address).type is u32
    k.ld(x, vec="v2", ss="global")
    k.prefetch_global(x, level="L2")
    assert body(k, 4) == [
        "ld.global.f32 %f0, [%rd1];",
        "st.global.f32 [%rd1+4], %f0;",
        "st.global.f32 [%rd1], 0f40000000;",
        "mov.b16 %fh0, 14336;",
        "st.global.b16 [%rd3], %fh0;",
        "ld.global.b16 %fh1, [%rd3];",
        "ld.u32 %r0, [%rd1];",
        "ld.global.v2.f32 {%f1, %f2}, [%rd1];",
        "prefetch.global.L2 [%rd1];",
    ]


def test_shared_arrays(k: KernelBuilder) -> None:
    tile, i, j = k.shared("tile", f32, 32, 33, align=16), k.param("i", u32), k.param("j", u32)
    tile[i, j] = tile[2, 3]
    tile[i, 0] = tile[0, j]
    assert body(k, 2) == [
        "ld.shared.f32 %f0, [tile+276];",
        "mov.u32 %r2, tile;",
        "mad.lo.u32 %r3, %r0, 132, %r2;",
        "mad.lo.u32 %r4, %r1, 4, %r3;",
        "st.shared.f32 [%r4], %f0;",
        "mad.lo.u32 %r5, %r1, 4, %r2;",
        "ld.shared.f32 %f1, [%r5];",
        "st.shared.f32 [%r3], %f1;",
    ]
    (variable,) = k.code.function.variables
    assert (variable.shape, variable.align, variable.bytes) == ((32, 33), 16, 4224)


def test_dynamic_shared_memory_is_one_extern_array(k: KernelBuilder) -> None:
    buf = k.dynamic_shared("buf", f16)
    buf[5] = 1.0
    module = k.build()
    (variable,) = module.globals
    assert str(variable.linkage.value) == "extern"
    assert variable.shape == (0,)
    assert body(k)[0] == "st.shared.b16 [buf+10], 15360;"


def test_local_arrays(k: KernelBuilder) -> None:
    i, loc = k.param("i", u32), k.local("loc", f64, 4)
    loc[i] = loc[1]
    assert body(k, 1) == [
        "ld.local.f64 %fd0, [loc+8];",
        "mov.u32 %r1, loc;",
        "mad.lo.u32 %r2, %r0, 8, %r1;",
        "st.local.f64 [%r2], %fd0;",
    ]


def test_struct_parameters(k: KernelBuilder) -> None:
    p = k.param_bytes("p", 32, align=16)
    p.at(8).cast(u16).load(1)
    p.cast(f32).load(4, vec=2)
    assert body(k) == ["ld.param.u16 %rh0, [p+10];", "ld.param.v2.f32 {%f0, %f1}, [p+16];"]


def test_generic_addresses(k: KernelBuilder) -> None:
    x, tile = k.pointer("x", f32), k.shared("tile", f32, 8)
    x.to_generic()[1] = 0.0
    tile.to_generic().to_space(StateSpace.SHARED)[0] = 1.0
    assert body(k, 2) == [
        "cvta.global.u64 %rd2, %rd1;",
        "st.f32 [%rd2+4], 0f00000000;",
        "mov.u64 %rd4, tile;",
        "cvta.shared.u64 %rd3, %rd4;",
        "cvta.to.shared.u64 %rd5, %rd3;",
        "cvt.u32.u64 %r0, %rd5;",
        "st.shared.f32 [%r0], 0f3F800000;",
    ]


def test_addresses_as_numbers(k: KernelBuilder) -> None:
    x = k.pointer("x", f32)
    here = x.at(4).address
    assert here.type is u64
    k.pointer_to(here, u32)[1] = 7
    assert body(k, 2) == ["add.u64 %rd2, %rd1, 16;", "st.global.u32 [%rd2+4], 7;"]


def test_a_cursor_moves(k: KernelBuilder) -> None:
    x, n = k.pointer("x", f32), k.param("n", u32)
    cursor = x.cursor()
    cursor.advance(4)
    cursor.advance(n)
    cursor.advance(-2)
    cursor[n] = cursor[1]
    assert body(k, 3) == [
        "mov.u64 %rd2, %rd1;",
        "add.u64 %rd2, %rd2, 16;",
        "mad.wide.u32 %rd2, %r0, 4, %rd2;",
        "add.s64 %rd2, %rd2, -8;",
        "ld.global.f32 %f0, [%rd2+4];",
        "mad.wide.u32 %rd3, %r0, 4, %rd2;",
        "st.global.f32 [%rd3], %f0;",
    ]


def test_atomics_take_space_and_type_from_the_pointer(k: KernelBuilder) -> None:
    x, tile, i = k.pointer("x", f32), k.shared("tile", u32, 8), k.param("i", u32)
    k.atom_add(x, 1.0)
    k.red_add(tile.at(2), i)
    k.atom_exch(tile, i, scope="cta", sem="acquire")
    k.atom_cas(tile, 0, i)
    assert body(k, 3) == [
        "atom.global.add.f32 %f0, [%rd1], 0f3F800000;",
        "red.shared.add.u32 [tile+8], %r0;",
        "atom.acquire.cta.shared.exch.b32 %r1, [tile], %r0;",
        "atom.shared.cas.b32 %r2, [tile], 0, %r0;",
    ]


@pytest.mark.parametrize(
    ("block", "offset", "size"),
    [(22, 2, u32), (210, 0, u32), (18, 2, u64)],
    ids=["Q5_0", "Q6_K", "Q4_0"],
)
def test_misaligned_block_loads_invalid(k: KernelBuilder, block: int, offset: int, size: Type) -> None:
    """A wide load inside blocks of an odd size: alignment is gcd(base, stride, offset)."""
    weights, i = k.pointer("w", u8), k.param("i", u32)
    with pytest.raises(BuildError, match="only known to be a multiple of 2") as caught:
        weights.row(i, block).at(offset).cast(size).load()
    assert caught.value.id == "PTX023"
    weights.row(i, block).at(offset).cast(u16).load()


def test_aligned_block_loads(k: KernelBuilder) -> None:
    weights, i = k.pointer("w", u8), k.param("i", u32)
    weights.row(i, 144).at(16).cast(u32).load(0, vec=4)
    assert body(k, 3)[-1] == "ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%rd2+16];"


def test_the_author_may_know_better(k: KernelBuilder) -> None:
    x, n = k.pointer("x", f32), k.param("n", u32)
    with pytest.raises(BuildError, match="a 16-byte load needs an address that is a multiple of 16"):
        x.row(n, n).load(0, vec=4)
    x.row(n, n).assume_aligned(16).load(0, vec=4)


def test_misaligned_vector_store_invalid(k: KernelBuilder) -> None:
    x = k.pointer("x", f32, align=4)
    with pytest.raises(BuildError, match="a 8-byte store"):
        x.store(0, (k.const(f32, 0.0), k.const(f32, 1.0)))


def test_wrong_number_of_indices_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="has 2 dimensions, got 3 indices"):
        _ = k.shared("tile", f32, 4, 4)[1, 2, 3]


def test_empty_array_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="must be at least 1") as caught:
        k.shared("tile", f32, 0)
    assert caught.value.id == "PTX032"


def test_taken_names_invalid(k: KernelBuilder) -> None:
    k.param("x", f32)
    with pytest.raises(BuildError, match="'x' is taken") as caught:
        k.shared("x", f32, 4)
    assert caught.value.id == "PTX027"
    with pytest.raises(BuildError, match="no PTX identifier"):
        k.shared("2x", f32, 4)


def test_wrong_order_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="order is 'relaxed' or 'acquire'"):
        k.pointer("x", f32).load(0, order="release")


def test_pointers_into_one_space_do_not_change_it_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="a global pointer cannot become a shared pointer"):
        k.pointer("x", f32).to_space(StateSpace.SHARED)
