"""Tiles, fragments and asynchronous copies by themselves: one CTA multiplies two ragged matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen import LaunchConfig
from ptxgen.driver import EmulatedDevice
from ptxgen.ir.builder import KernelBuilder
from ptxgen.isa.types import Type, bf16, f16, f32, s8, s32, u32
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy
from ptxgen.kernels.blocks.fragments import (
    Accumulators,
    FragmentReader,
    Operand,
    as_a_fragment,
    row_and_column,
)
from ptxgen.kernels.blocks.tiles import BANKS, CHUNK, Order, TileLayout
from ptxgen.quant.bfloat16 import to_bfloat16

Array = NDArray[Any]
ROWS = 32
"""Rows of the tiles: two fragments of A, four of B."""

DTYPES = {f16: np.float16, bf16: np.uint16, s8: np.int8}


def stored(numbers: Array, type: Type) -> Array:
    """Small integers as elements of `type`."""
    return to_bfloat16(numbers.astype(np.float32)) if type is bf16 else numbers.astype(DTYPES[type])


def product(
    type: Type, columns: int, operand: Operand, *, threads: int = 32, piece: int = CHUNK, ragged: int = 0
) -> KernelBuilder:
    """c [32, n] = a [32, columns] * b, of which the last `ragged` rows and columns are taken as outside.

    b is [32, columns] (n = 32), or [columns, columns] stored by rows of k (n = columns). Every warp computes all of it.
    """
    k = KernelBuilder("product", target="sm_80")
    a, b = k.pointer("a", type), k.pointer("b", type)
    by_rows = operand is Operand.B_ROWS
    left = TileLayout(type, ROWS, columns)
    right = TileLayout(type, columns if by_rows else ROWS, columns)
    n = columns if by_rows else ROWS
    c = k.pointer("c", s32 if type is s8 else f32)
    shared = k.dynamic_shared("tiles", u32, align=128).address
    places = (shared, shared + left.bytes)
    for layout, source, place in zip((left, right), (a, b), places, strict=True):
        copy = TileCopy(k, layout, k.tid.x, threads, piece)
        inside = (layout.rows - ragged, columns - ragged)
        MatrixTiles(copy, source, *inside, pitch=columns).start(place)
    k.op("cp.async.wait_all")
    k.bar_sync()

    lane = k.tid.x % 32
    lefts = FragmentReader(k, left, Operand.A, lane).at(places[0])
    rights = FragmentReader(k, right, operand, lane).at(places[1])
    sums = Accumulators.zeros(k, type, ROWS, n)
    for step in range(columns * type.bytes // 32):
        first = [lefts.load(rows, step) for rows in (0, 16)]
        if by_rows:
            second = [rights.load(16 * step, column // 16) for column in range(0, n, 16)]
        else:
            second = [rights.load(row, step) for row in range(0, n, 16)]
        sums.add(first, second)
    row, column = row_and_column(lane)
    with k.if_(k.tid.x < 32):
        for i, across in enumerate(sums.tiles):
            for j, tile in enumerate(across):
                for register, value in enumerate(tile):
                    place = c.row(row, n).at(column)
                    place[(16 * i + 8 * (register // 2)) * n + 8 * j + register % 2] = value
    return k


def run(
    device: EmulatedDevice, k: KernelBuilder, a: Array, b: Array, n: int, type: Type, threads: int
) -> Array:
    out = device.empty((ROWS, n), np.int32 if type is s8 else np.float32)
    arguments = [device.to_device(stored(a, type)), device.to_device(stored(b, type)), out]
    entry = device.load_module(k.build()).get_kernel("product")
    entry.launch(LaunchConfig(1, threads, shared_bytes=160 * 1024), arguments)
    device.synchronize()
    return out.to_host()


def cut(matrix: Array, ragged: int) -> Array:
    """The matrix with its last rows and columns zero."""
    inside = matrix.copy()
    if ragged:
        inside[-ragged:] = 0
        inside[:, -ragged:] = 0
    return inside


@pytest.fixture(scope="module")
def watched() -> Any:
    with EmulatedDevice(track_initialised=True, sanitize=True) as made:
        yield made


@pytest.mark.parametrize(
    ("type", "columns"), [(f16, 16), (f16, 32), (f16, 96), (f16, 128), (bf16, 64), (s8, 32), (s8, 64)]
)
def test_a_product_from_fragments(watched: EmulatedDevice, type: Type, columns: int) -> None:
    rng = np.random.default_rng(columns)
    a, b = (rng.integers(-8, 9, (ROWS, columns)) for _ in range(2))
    got = run(watched, product(type, columns, Operand.B), a, b, ROWS, type, 32)
    assert np.array_equal(got, a @ b.T)


@pytest.mark.parametrize("columns", [16, 32, 64, 80])
def test_a_product_with_b_stored_by_rows(watched: EmulatedDevice, columns: int) -> None:
    rng = np.random.default_rng(columns)
    a, b = rng.integers(-8, 9, (ROWS, columns)), rng.integers(-8, 9, (columns, columns))
    got = run(watched, product(f16, columns, Operand.B_ROWS), a, b, columns, f16, 32)
    assert np.array_equal(got, a @ b)


@pytest.mark.parametrize(
    ("threads", "piece", "ragged"), [(32, 16, 3), (96, 16, 3), (64, 8, 5), (96, 4, 1), (64, 2, 7), (96, 2, 0)]
)
def test_what_lies_outside_is_zero(watched: EmulatedDevice, threads: int, piece: int, ragged: int) -> None:
    rng = np.random.default_rng(piece)
    a, b = (rng.integers(-8, 9, (ROWS, 80)) for _ in range(2))
    k = product(f16, 80, Operand.B, threads=threads, piece=piece, ragged=ragged)
    assert np.array_equal(run(watched, k, a, b, ROWS, f16, threads), cut(a, ragged) @ cut(b, ragged).T)


@pytest.mark.parametrize("type", [f16, s8], ids=str)
@pytest.mark.parametrize("columns", [16, 32, 48, 64, 80, 96, 112, 128, 192, 256, 384])
@pytest.mark.parametrize("order", [Order.SWIZZLED, Order.PADDED])
def test_eight_rows_lie_in_eight_bank_groups(type: Type, columns: int, order: Order) -> None:
    layout = TileLayout(type, 32, columns, order)
    for byte in range(0, layout.row_bytes, CHUNK):
        for first in range(0, 32, 8):
            groups = {layout.offset(first + row, byte) % BANKS // CHUNK for row in range(8)}
            assert len(groups) == 8


@pytest.mark.parametrize("columns", [16, 32, 40, 64, 80, 128, 256])
@pytest.mark.parametrize("order", Order)
def test_a_layout_gives_each_byte_its_own_place(columns: int, order: Order) -> None:
    layout = TileLayout(f16, 24, columns, order)
    places = {layout.offset(row, byte) for row in range(24) for byte in range(layout.row_bytes)}
    assert len(places) == 24 * layout.row_bytes
    assert max(places) < layout.bytes


@pytest.mark.parametrize("type", [f16, bf16], ids=str)
def test_accumulators_become_a_fragment(watched: EmulatedDevice, type: Type) -> None:
    """(I * P) in registers, rounded, times B again is P * B: the way of the probabilities in attention."""
    k = KernelBuilder("twice", target="sm_80")
    p, out = k.pointer("p", f32), k.pointer("out", u32)
    lane = k.tid.x
    row, column = row_and_column(lane)
    place = p.row(row, 16).at(column)
    tiles = [[place[8 * (i // 2) * 16 + 8 * j + i % 2] for i in range(4)] for j in range(2)]
    for i, register in enumerate(as_a_fragment(k, type, *tiles)):
        out[lane * 4 + i] = k.bitcast(u32, register)
    numbers = np.random.default_rng(0).integers(-8, 9, (16, 16)).astype(np.float32)
    words = watched.empty(128, np.uint32)
    watched.load_module(k.build()).get_kernel("twice").launch(
        LaunchConfig(1, 32), [watched.to_device(numbers), words]
    )
    watched.synchronize()
    got = words.to_host().view(np.uint16).reshape(32, 4, 2)
    halves = stored(numbers, type).view(np.uint16)
    for lane_index in range(32):
        g, t = divmod(lane_index, 4)
        for i in range(4):
            expected = halves[g + 8 * (i % 2), 2 * t + 8 * (i // 2) :][:2]
            assert np.array_equal(got[lane_index, i], expected)
