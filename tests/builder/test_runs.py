"""Built code means what its Python says: the printed text runs in the emulator and its numbers are compared."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from ptxgen.emulator import Memory, Program, run
from ptxgen.ir import KernelBuilder, Module, ModuleBuilder, Pointer
from ptxgen.ir.parser import parse
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, f16, f32, f64, pred, s32, s64, u8, u16, u32, u64
from tests.builder.strategies import BUFFERS, ELEMENTS, ENTRY, THREADS, modules

Array = NDArray[Any]
DTYPES: dict[Type, str] = {
    f16: "f2", f32: "f4", f64: "f8", u8: "u1", u16: "u2", u32: "u4", u64: "u8", s32: "i4", s64: "i8",
}  # fmt: skip


def execute(module: Module, entry: str, arrays: list[Array], *, block: int = 32, shared: int = 0) -> None:
    """Run one CTA of the parsed text on the arrays, which take the results."""
    memory = Memory(track_initialised=True)
    buffers = [memory.allocate(array.nbytes) for array in arrays]
    for buffer, array in zip(buffers, arrays, strict=True):
        memory.write(buffer.address, array)
    program = Program(parse(module.to_ptx()), memory)
    arguments = [buffer.address.to_bytes(8, "little") for buffer in buffers]
    run(program, entry, (1, 1, 1), (block, 1, 1), arguments, shared_bytes=shared)
    for buffer, array in zip(buffers, arrays, strict=True):
        array[:] = memory.read(buffer.address, array.nbytes).view(array.dtype).reshape(array.shape)


def computed(body: Callable[[KernelBuilder, Pointer], None], type: Type = u32, size: int = 32) -> list[Any]:
    """What a body writes into an array of zeros, one warp."""
    k = KernelBuilder("k", target="sm_80")
    body(k, k.pointer("y", type))
    y = np.zeros(size, DTYPES[type])
    execute(k.build(), "k", [y])
    return list(y.tolist())


@pytest.mark.parametrize(
    ("start", "stop", "step"),
    [(0, 5, 1), (2, 11, 3), (7, 7, 1), (9, 3, 1), (5, 0, -1), (10, -4, -3), (0, 1, 1), (-3, 3, 2)],
)
@pytest.mark.parametrize("known", [True, False])
def test_for_counts_as_range_does(start: int, stop: int, step: int, known: bool) -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        turn = k.var(s32, 1)
        low, high = (start, stop) if known else (k.const(s32, start), k.const(s32, stop))
        with k.for_(low, high, step) as i:
            y[turn] = k.bitcast(s32, i)
            turn += 1
        y[0] = turn - 1

    expected = list(range(start, stop, step))
    got = computed(body, s32)
    assert got[0] == len(expected)
    assert got[1 : 1 + len(expected)] == expected


def test_stride_covers_every_element_once() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        with k.stride(k.tid.x, 100, 32) as i:
            y[i] = i + 1

    assert computed(body, size=101) == [*range(1, 101), 0]


def test_nested_loops_with_break_and_continue() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        total = k.var(u32, 0)
        with k.for_(0, 6) as i:
            k.continue_(i == 2)
            with k.for_(0, 10) as j:
                k.break_(j > i)
                total += 1
            with k.if_(i == 4):
                k.break_()
        y[k.tid.x] = total

    expected = sum(i + 1 for i in (0, 1, 3, 4))
    assert computed(body) == [expected] * 32


def test_while_and_loop_run_until_told() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        n = k.var(u32, k.tid.x + 1)
        steps = k.var(u32, 0)
        with k.while_(lambda: n != 1):
            n.set(k.select((n & 1) == 0, n >> 1, n * 3 + 1))
            steps += 1
        with k.loop():
            steps += 100
            k.break_(steps > 200)
        y[k.tid.x] = steps

    def collatz(n: int) -> int:
        steps = 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        while True:
            steps += 100
            if steps > 200:
                return steps

    assert computed(body) == [collatz(i + 1) for i in range(32)]


def test_branches_and_predication() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        i = k.tid.x
        here = y.at(i)
        with k.if_(i < 8):
            here[0] = 1
        with k.else_():
            with k.if_((i & 1) == 0):
                here[0] = 2
            with k.else_():
                here[0] = 3
        with k.predicated(i > 20), k.predicated(i < 24):
            here[0] = 4
        k.when(~(i != 31)).store(here, 5)

    def expected(i: int) -> int:
        if i == 31:
            return 5
        if 20 < i < 24:
            return 4
        return 1 if i < 8 else 2 if i % 2 == 0 else 3

    assert computed(body) == [expected(i) for i in range(32)]


def test_operators_compute() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        a = k.const(s32, -7)
        values = (
            a // 2,
            a % 3,
            a >> 1,
            a << 2,
            -a,
            abs(a),
            ~a,
            a & 12,
            a ^ 5,
            3 - a,
            2 * a,
            1 << k.const(u32, 4),
        )
        for at, value in enumerate(values):
            y[at] = k.bitcast(s32, value)

    # division and remainder truncate, unlike Python's
    assert computed(body, s32)[:12] == [-3, -1, -4, -28, 7, 7, 6, 8, -4, 10, -14, 16]


def test_conversions_round_as_c_does() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        for at, number in enumerate((2.5, -2.5, 3.5, -0.75)):
            x = k.const(f32, number)
            y[2 * at] = k.cvt(f32, k.cvt(s32, x))
            y[2 * at + 1] = k.cvt(f32, k.cvt(s32, x, rounding="rni"))
        y[8] = k.cvt(f32, k.cvt(f16, k.const(f32, 0.1)))

    got = computed(body, f32)
    assert got[:8] == [2.0, 2.0, -2.0, -2.0, 3.0, 4.0, 0.0, -1.0]
    assert got[8] == np.float32(np.float16(0.1))


def test_constants_are_exact() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        for at, number in enumerate((0.1, -math.inf, 1, 1e-45)):
            y[at] = number

    assert computed(body, f32)[:4] == [np.float32(0.1), -math.inf, 1.0, np.float32(1e-45)]


@pytest.mark.parametrize("index", [u32, s32, u64, s64])
@pytest.mark.parametrize("element", [u8, u16, f32, f64])
def test_every_index_reaches_its_element(index: Type, element: Type) -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        i = k.tid.x if index is u32 else k.bitcast(s32, k.tid.x) if index is s32 else k.cvt(index, k.tid.x)
        lane = k.tid.x
        y[i] = k.cvt(element, lane) if element.is_float else lane

    assert computed(body, element) == list(range(32))


def test_rows_of_known_and_unknown_length() -> None:
    k = KernelBuilder("k", target="sm_80")
    y, n = k.pointer("y", u32), k.pointer("n", u32)[0]
    i = k.tid.x
    for r in k.unroll(3):
        y.row(r, n)[i] = i * 10 + r
        y.at(24).row(i & 3, 2).store(0, (i & 3, k.const(u32, 9)))
    y.at(32).row(i, n).at(1)[0] = 7
    out, columns = np.zeros(32 + 8 * 32 + 8, "u4"), np.array([8], "u4")
    execute(k.build(), "k", [out, columns], block=8)
    rows = out[:24].reshape(3, 8)
    assert rows.tolist() == [[c * 10 + r for c in range(8)] for r in range(3)]
    assert out[24:32].tolist() == [0, 9, 1, 9, 2, 9, 3, 9]
    assert np.flatnonzero(out[32:] == 7).tolist() == [8 * c + 1 for c in range(8)]


def test_cursors_and_vectors() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        cursor = y.cursor()
        lane = k.tid.x
        with k.for_(0, 4) as turn:
            with k.if_(lane == 0):
                cursor.store(0, (turn, turn + 1, turn + 2, turn + 3))
            cursor.advance(4)
        cursor.advance(-16)
        cursor.advance(lane)
        k.bar_warp_sync()
        y[31] = k.vote_ballot(cursor.load() > 3)

    written = [t + c for t in range(4) for c in range(4)]
    ballot = sum(1 << lane for lane, value in enumerate(written) if value > 3)
    assert computed(body) == [*written, *[0] * 15, ballot]


def test_shared_arrays_shuffles_and_calls() -> None:
    m = ModuleBuilder("sm_80")
    split = m.function("split", returns=(u32, f64))
    v = split.param("v", u32)
    where = split.pointer("where", u32)
    where[v] = v * 3
    split.ret(v + 1, split.cvt(f64, v) / 2)
    k = m.kernel("k")
    y, z = k.pointer("y", f32), k.pointer("z", u32)
    tile, buf = k.shared("tile", f32, 4, 9), k.dynamic_shared("buf", u32)
    i = k.tid.x
    tile[i >> 3, i & 7] = k.cvt(f32, i)
    buf[i] = i
    k.bar_sync()
    transposed = tile[i & 3, i >> 2]
    whole, half = k.call(split, i, z)
    y[i] = k.shfl_bfly(transposed, 1) + k.cvt(f32, whole) + k.cvt(f32, k.shfl_idx(half, 3))
    z.at(32)[i] = buf.to_generic().to_space(StateSpace.SHARED)[31 - i]
    got, ints = np.zeros(32, "f4"), np.zeros(64, "u4")
    execute(m.build(), "k", [got, ints], shared=128)
    lanes = np.arange(32)
    transposed_by = (lanes & 3) * 8 + (lanes >> 2)
    expected = transposed_by[lanes ^ 1] + lanes + 1 + 1.5
    assert got.tolist() == expected.tolist()
    assert ints.tolist() == [*(3 * lanes), *lanes[::-1]]


def test_globals_hold_their_values() -> None:
    m = ModuleBuilder("sm_80")
    table = m.constant("table", f32, 2, 2, values=[1.5, -2, math.inf, 0.1])
    halves = m.global_array("halves", f16, 2, values=[1, 0.5])
    k = m.kernel("k")
    y, t, i = k.pointer("y", f32), table.pointer(k), k.tid.x
    y[i] = t[i & 1, 1]
    y[2] = k.cvt(f32, halves.pointer(k)[1])
    got = np.zeros(32, "f4")
    execute(m.build(), "k", [got])
    assert got[:4].tolist() == [-2.0, np.float32(0.1), 0.5, np.float32(0.1)]


def test_raw_text_runs() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        i = k.bitcast(s32, k.tid.x)
        clamped = k.raw("sub.s32 {d}, {a}, 16; max.s32 {d}, {d}, {low};", d=s32, a=i, low=-3)
        y[i] = clamped

    assert computed(body, s32) == [max(i - 16, -3) for i in range(32)]


def test_variables_and_predicates_change_in_place() -> None:
    def body(k: KernelBuilder, y: Pointer) -> None:
        i = k.tid.x
        even = k.var(pred, False)
        even.set((i & 1) == 0)
        total = k.var(u32, 5)
        before = total.get()
        total <<= 2
        total ^= 1
        k.add(total, before, into=total)
        y[i] = k.select(even, total, before)

    assert computed(body) == [26 if i % 2 == 0 else 5 for i in range(32)]


@settings(max_examples=30)
@given(modules())
def test_generated_modules_run(module: Module) -> None:
    """They end, stay in bounds, read only what was written, leave their inputs alone and give every result."""
    rng = np.random.default_rng(0)
    arrays = {name: rng.integers(0, 1000, ELEMENTS).astype(DTYPES[type]) for name, type in BUFFERS.items()}
    inputs = {name: arrays[name].copy() for name in ("xf", "xi")}
    arrays["yf"][THREADS:] = poison = np.float32(-12345.678)
    execute(module, ENTRY, list(arrays.values()), block=THREADS)
    for name, array in inputs.items():
        assert arrays[name].tobytes() == array.tobytes()
    assert not (arrays["yf"][THREADS:] == poison).any()
