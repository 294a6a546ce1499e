"""Atomics: results, what each thread finds, order, spaces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.emulator.launching import execute, kernel

RANDOM = np.random.default_rng(3)
MASK = 0xFFFFFFFF

OPS: dict[str, Callable[[int, int], int]] = {
    "add.u32": lambda a, b: (a + b) & MASK,
    "exch.b32": lambda a, b: b,
    "and.b32": lambda a, b: a & b,
    "or.b32": lambda a, b: a | b,
    "xor.b32": lambda a, b: a ^ b,
    "min.u32": min,
    "max.u32": max,
    "inc.u32": lambda a, b: 0 if a >= b else a + 1,
    "dec.u32": lambda a, b: b if a == 0 or a > b else a - 1,
    "min.s32": lambda a, b: min(a, b, key=lambda v: v - (1 << 32) * (v >> 31)),
    "max.s32": lambda a, b: max(a, b, key=lambda v: v - (1 << 32) * (v >> 31)),
}


def atomic_kernel(op: str, cells: int, guard: str = "") -> str:
    """Thread t updates cell t % cells with its value, and stores what it found."""
    return kernel(
        f"""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<8>;
        ld.param.u64 %rd0, [cells]; ld.param.u64 %rd1, [values]; ld.param.u64 %rd2, [found];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x;
        mad.lo.u32 %r3, %r1, %r2, %r0;
        rem.u32 %r4, %r3, {cells};
        rem.u32 %r7, %r3, 5;
        setp.ne.u32 %p, %r7, 0;
        mad.wide.u32 %rd3, %r4, 4, %rd0;
        mad.wide.u32 %rd4, %r3, 4, %rd1;
        mad.wide.u32 %rd5, %r3, 4, %rd2;
        ld.global.u32 %r5, [%rd4];
        mov.u32 %r6, 0;
        {guard}atom.global.{op} %r6, [%rd3], %r5;
        st.global.u32 [%rd5], %r6;
        ret;""",
        params=".param .u64 cells, .param .u64 values, .param .u64 found",
    )


@pytest.mark.parametrize("guard", ["", "@%p "])
@pytest.mark.parametrize("cells", [1, 3, 200])
@pytest.mark.parametrize("op", OPS)
def test_threads_update_in_some_order(op: str, cells: int, guard: str) -> None:
    """What the threads found must be explained by one order for each cell; ours is that of the batch."""
    block, grid = 40, 3
    n = block * grid
    start = RANDOM.integers(0, 1 << 32, cells, dtype=np.uint32)
    values = RANDOM.integers(0, 1 << 32, n, dtype=np.uint32)
    result = execute(
        atomic_kernel(op, cells, guard), [start, values, np.zeros(n, np.uint32)], grid=grid, block=block
    )
    final, found = result.array(0, np.uint32), result.array(2, np.uint32)
    order = sorted(range(n), key=lambda i: (i % block, i // block))
    cell = start.tolist()
    for i in order:
        if guard and i % 5 == 0:
            assert found[i] == 0
            continue
        assert found[i] == cell[i % cells]
        cell[i % cells] = OPS[op](cell[i % cells], int(values[i]))
    np.testing.assert_array_equal(final, cell)


def test_compare_and_swap_makes_a_lock_free_sum() -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<2>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        ld.global.u32 %r1, [%rd0];
        AGAIN:
        add.u32 %r2, %r1, %r0;
        atom.global.cas.b32 %r3, [%rd0], %r1, %r2;
        setp.ne.u32 %p, %r3, %r1;
        mov.u32 %r1, %r3;
        @%p bra AGAIN;
        ret;""")
    assert execute(text, [np.zeros(1, np.uint32)], block=100, grid=3).array(0, np.uint32)[0] == 3 * 4950


def test_spin_lock() -> None:
    """A critical section: threads that wait must not keep the owner from running."""
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<2>;
        ld.param.u64 %rd0, [p];
        SPIN:
        atom.global.cas.b32 %r1, [%rd0], 0, 1;
        setp.ne.u32 %p, %r1, 0;
        @%p bra SPIN;
        ld.volatile.global.u32 %r2, [%rd0+4];
        add.u32 %r2, %r2, 1;
        st.volatile.global.u32 [%rd0+4], %r2;
        membar.gl;
        atom.global.exch.b32 %r3, [%rd0], 0;
        ret;""")
    assert execute(text, [np.zeros(2, np.uint32)], block=20, grid=2).array(0, np.uint32)[1] == 40


@pytest.mark.parametrize("block", [64, 40])
def test_shared_atomics_are_each_ctas_own(block: int) -> None:
    text = kernel("""
        .reg .pred %p; .reg .b32 %r<8>; .reg .b64 %rd<2>;
        .shared .align 4 .u32 total;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x;
        setp.eq.u32 %p, %r0, 0;
        @%p st.shared.u32 [total], 0;
        bar.sync 0;
        add.u32 %r2, %r0, %r1;
        red.shared.add.u32 [total], %r2;
        bar.sync 0;
        ld.shared.u32 %r3, [total];
        mad.wide.u32 %rd1, %r1, 4, %rd0;
        @%p st.global.u32 [%rd1], %r3;
        ret;""")
    found = execute(text, [np.zeros(4, np.uint32)], block=block, grid=4).array(0, np.uint32)
    np.testing.assert_array_equal(found, [block * (block - 1) // 2 + block * c for c in range(4)])


def test_generic_and_64_bit() -> None:
    text = kernel("""
        .reg .b32 %r<4>; .reg .b64 %rd<8>;
        .shared .align 8 .u64 total;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        cvt.u64.u32 %rd1, %r0;
        shl.b64 %rd1, %rd1, 33;
        st.shared.u64 [total], 5;
        bar.sync 0;
        mov.u64 %rd2, total;
        cvta.shared.u64 %rd3, %rd2;
        atom.add.u64 %rd4, [%rd3], %rd1;
        red.add.u64 [%rd0], %rd1;
        bar.sync 0;
        ld.shared.u64 %rd5, [total];
        st.global.u64 [%rd0+8], %rd5;
        ret;""")
    found = execute(text, [np.zeros(2, np.uint64)]).array(0, np.uint64)
    assert tuple(found) == (496 << 33, 5 + (496 << 33))


@pytest.mark.parametrize(
    ("type", "register", "dtype"), [("f32", "f32", np.float32), ("f64", "f64", np.float64)]
)
def test_float_sums_are_sequential(type: str, register: str, dtype: type) -> None:
    size = np.dtype(dtype).itemsize
    text = kernel(
        f"""
        .reg .b32 %r<4>; .reg .b64 %rd<8>; .reg .{register} %f<4>;
        ld.param.u64 %rd0, [p]; ld.param.u64 %rd1, [q];
        mov.u32 %r0, %tid.x;
        mad.wide.u32 %rd2, %r0, {size}, %rd1;
        ld.global.{type} %f0, [%rd2];
        red.global.add.{type} [%rd0], %f0;
        ret;""",
        params=".param .u64 p, .param .u64 q",
    )
    values = RANDOM.standard_normal(96).astype(dtype)
    found = execute(text, [np.zeros(1, dtype), values], block=96).array(0, dtype)[0]
    total = dtype(0)
    for value in values:
        total = dtype(total + value)
    assert found == total


def test_global_f32_sums_flush_subnormals_and_shared_ones_do_not() -> None:
    text = kernel("""
        .reg .b32 %r<4>; .reg .b64 %rd<8>;
        .shared .align 4 .f32 s;
        ld.param.u64 %rd0, [p];
        st.shared.b32 [s], 1;
        red.shared.add.f32 [s], 0f00000001;
        red.global.add.f32 [%rd0], 0f00000001;
        ld.shared.b32 %r0, [s];
        st.global.b32 [%rd0+4], %r0;
        ret;""")
    found = execute(text, [np.array([1, 0], np.uint32)], block=1).array(0, np.uint32)
    assert tuple(found) == (0, 2)


@pytest.mark.parametrize("kind", ["f16x2", "bf16x2"])
def test_packed_sums(kind: str) -> None:
    one = {"f16x2": 0x3C00, "bf16x2": 0x3F80}[kind]
    twenty = {"f16x2": 0x4D00, "bf16x2": 0x41A0}[kind]
    text = kernel(f"""
        .reg .b32 %r<4>; .reg .b64 %rd<2>;
        ld.param.u64 %rd0, [p];
        mov.b32 %r0, {one << 16 | one};
        red.global.add.noftz.{kind} [%rd0], %r0;
        ret;""")
    found = execute(text, [np.zeros(1, np.uint32)], block=20).array(0, np.uint32)[0]
    assert found == (twenty << 16 | twenty)


def test_b128_exchange_and_compare() -> None:
    text = kernel("""
        .reg .b128 %q<4>; .reg .b32 %r<4>; .reg .b64 %rd<8>;
        ld.param.u64 %rd0, [p];
        mov.u32 %r0, %tid.x;
        cvt.u64.u32 %rd1, %r0;
        add.u64 %rd2, %rd1, 1;
        mov.b128 %q0, {%rd1, %rd1};
        mov.b128 %q1, {%rd2, %rd2};
        atom.global.cas.b128 %q2, [%rd0], %q0, %q1;
        ret;""")
    found = execute(text, [np.zeros(2, np.uint64)]).array(0, np.uint64)
    assert tuple(found) == (32, 32)


def test_vectors() -> None:
    text = kernel("""
        .reg .f32 %f<4>; .reg .b64 %rd<2>;
        ld.param.u64 %rd0, [p];
        atom.global.add.v2.f32 {%f0, %f1}, [%rd0], {0f3F800000, 0f40000000};
        ret;""")
    found = execute(text, [np.zeros(2, np.float32)], block=40).array(0, np.float32)
    assert tuple(found) == (40, 80)
