"""A tiled matrix product as kernels are written: shared memory, `ldmatrix`, `mma`."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, LaunchConfig, open_device
from ptxgen.emulator.tensor import layouts

Array = np.ndarray[Any, Any]

TILE = 64
"""Rows and columns of C that a CTA of four warps computes; each warp a quarter, 32 x 32."""


def gemm(n: int, k: int) -> str:
    """C [m, n] f32 = A [m, k] f16 * B [n, k]^T f16, all row-major; grid (n / 64, m / 64), 128 threads."""
    lines = [
        f"""
.version 9.0
.target sm_80
.address_size 64
.visible .entry gemm(.param .u64 a, .param .u64 b, .param .u64 c) {{
    .reg .b32 %r<40>; .reg .b64 %d<16>; .reg .pred %p; .reg .f32 %c<32>;
    .reg .b32 %a<8>; .reg .b32 %b<8>;
    .shared .align 128 .b8 left[2048]; .shared .align 128 .b8 right[2048];
    ld.param.u64 %d0, [a]; ld.param.u64 %d1, [b]; ld.param.u64 %d2, [c];
    mov.u32 %r0, %tid.x; mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ctaid.y;
    and.b32 %r3, %r0, 31; shr.u32 %r4, %r0, 5;
    and.b32 %r5, %r4, 1; shr.u32 %r6, %r4, 1;            // the warp's column and row
    // each thread copies 16 bytes: row tid / 2, half tid % 2
    shr.u32 %r7, %r0, 1; and.b32 %r8, %r0, 1;
    mad.lo.u32 %r9, %r2, {TILE}, %r7; mul.lo.u32 %r9, %r9, {2 * k}; mad.lo.u32 %r9, %r8, 16, %r9;
    cvt.u64.u32 %d3, %r9; add.u64 %d3, %d3, %d0;
    mad.lo.u32 %r9, %r1, {TILE}, %r7; mul.lo.u32 %r9, %r9, {2 * k}; mad.lo.u32 %r9, %r8, 16, %r9;
    cvt.u64.u32 %d4, %r9; add.u64 %d4, %d4, %d1;
    mov.u32 %r10, left; mov.u32 %r11, right; shl.b32 %r12, %r0, 4;
    add.u32 %r13, %r10, %r12; add.u32 %r14, %r11, %r12;
    // ldmatrix of A: row lane % 16, half lane / 16; of B: row lane % 8 + 8 * (lane / 16), half lane / 8 % 2
    and.b32 %r15, %r3, 15; shr.u32 %r16, %r3, 4;
    mad.lo.u32 %r17, %r6, 32, %r15; shl.b32 %r17, %r17, 5; mad.lo.u32 %r17, %r16, 16, %r17; add.u32 %r17, %r17, %r10;
    and.b32 %r18, %r3, 7; mad.lo.u32 %r18, %r16, 8, %r18; mad.lo.u32 %r18, %r5, 32, %r18; shl.b32 %r18, %r18, 5;
    shr.u32 %r19, %r3, 3; and.b32 %r19, %r19, 1; mad.lo.u32 %r18, %r19, 16, %r18; add.u32 %r18, %r18, %r11;
    mov.u32 %r20, 0;""",
        *(f"    mov.f32 %c{i}, 0f00000000;" for i in range(32)),
        f"""
LOOP:
    ld.global.v4.b32 {{%r30, %r31, %r32, %r33}}, [%d3]; ld.global.v4.b32 {{%r34, %r35, %r36, %r37}}, [%d4];
    st.shared.v4.b32 [%r13], {{%r30, %r31, %r32, %r33}}; st.shared.v4.b32 [%r14], {{%r34, %r35, %r36, %r37}};
    add.u64 %d3, %d3, 32; add.u64 %d4, %d4, 32; add.u32 %r20, %r20, 16;
    bar.sync 0;
    ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{%a0, %a1, %a2, %a3}}, [%r17];
    ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{%a4, %a5, %a6, %a7}}, [%r17+512];
    ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{%b0, %b1, %b2, %b3}}, [%r18];
    ldmatrix.sync.aligned.m8n8.x4.shared.b16 {{%b4, %b5, %b6, %b7}}, [%r18+512];
    bar.sync 0;
    setp.lt.u32 %p, %r20, {k};""",
        *(_product(row, column) for row in range(2) for column in range(4)),
        f"""
    @%p bra LOOP;
    shr.u32 %r21, %r3, 2; and.b32 %r22, %r3, 3;
    mad.lo.u32 %r23, %r2, {TILE}, %r21; mad.lo.u32 %r23, %r6, 32, %r23;
    shl.b32 %r24, %r22, 1; mad.lo.u32 %r24, %r1, {TILE}, %r24; mad.lo.u32 %r24, %r5, 32, %r24;
    mad.lo.u32 %r25, %r23, {n}, %r24; mad.wide.u32 %d5, %r25, 4, %d2;""",
        *(_result(row, column, n) for row in range(2) for column in range(4)),
        "    ret;\n}\n",
    ]
    return "\n".join(lines)


def _product(row: int, column: int) -> str:
    c = ", ".join(f"%c{(row * 4 + column) * 4 + i}" for i in range(4))
    a = ", ".join(f"%a{row * 4 + i}" for i in range(4))
    b = f"%b{column * 2}, %b{column * 2 + 1}"
    return f"    mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {{{c}}}, {{{a}}}, {{{b}}}, {{{c}}};"


def _result(row: int, column: int, n: int) -> str:
    c = (row * 4 + column) * 4
    here = 4 * (row * 16 * n + column * 8)
    return (
        f"    st.global.v2.f32 [%d5+{here}], {{%c{c}, %c{c + 1}}};"
        f" st.global.v2.f32 [%d5+{here + 32 * n}], {{%c{c + 2}, %c{c + 3}}};"
    )


def run(device: Device, a: Array, b: Array) -> Array:
    m, n, k = len(a), len(b), a.shape[1]
    entry = device.load_module(gemm(n, k)).get_kernel("gemm")
    out = device.to_device(np.zeros((m, n), np.float32))
    entry.launch(LaunchConfig((n // TILE, m // TILE), 128), [device.to_device(a), device.to_device(b), out])
    return out.to_host()


def sources(m: int, n: int, k: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(7)
    return tuple(rng.integers(-8, 9, (size, k)).astype(np.float16) for size in (m, n))  # type: ignore[return-value]


def test_tiled_gemm(device: Device) -> None:
    a, b = sources(128, 192, 80)
    assert np.array_equal(run(device, a, b), a.astype(np.float32) @ b.T.astype(np.float32))


def test_a_gemm_of_512_takes_less_than_ten_seconds() -> None:
    a, b = sources(512, 512, 512)
    with open_device("emulator") as device:
        start = time.perf_counter()
        got = run(device, a, b)
        assert time.perf_counter() - start < 10
    assert np.array_equal(got, a.astype(np.float32) @ b.T.astype(np.float32))


@pytest.mark.parametrize("wrong", ["left", "right", "sums", "EIGHT"])
def test_a_swapped_fragment_index_is_noticed(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted fault: two element digits of one layout change places, and the product is wrong."""
    from ptxgen.emulator.tensor import mma, movement

    def swapped(layout: layouts.Layout) -> layouts.Layout:
        first, second, *rest = layout.lane
        return layouts.Layout(layout.rows, layout.columns, _exchanged(first, second, rest), layout.element)

    if wrong == "EIGHT":
        monkeypatch.setattr(movement, "EIGHT", swapped(layouts.EIGHT))
    else:
        right = getattr(layouts, wrong)
        monkeypatch.setattr(layouts, wrong, lambda *sizes: swapped(right(*sizes)))
    mma.dense.cache_clear()
    a, b = sources(64, 64, 16)
    try:
        with open_device("emulator") as device:
            got = run(device, a, b)
    finally:
        mma.dense.cache_clear()
    assert not np.array_equal(got, a.astype(np.float32) @ b.T.astype(np.float32))


def _exchanged(
    first: tuple[int, int, int], second: tuple[int, int, int], rest: list[tuple[int, int, int]]
) -> layouts.Digits:
    """Lane bits in another order: the same places, held by other lanes."""
    return (second, first, *rest)
