"""Matrix products in float32 on any GPU: tiles in shared memory, a square of c in each thread's registers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from ptxgen.isa.types import Type, f32, u32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.tiles import shared_pointer
from ptxgen.kernels.gemm.epilogue import Pair
from ptxgen.kernels.gemm.family import Doubles, Gemm
from ptxgen.kernels.gemm.grid import TileGrid
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_THREADS = 256
"""Threads of a CTA, 16 x 16: each has four neighbouring rows and columns of every 64 x 64 of its tile."""
_SQUARE = 64
_DEPTH = 16
"""k of one step."""
_LANES = 8
"""Neighbouring lanes that load along k: a sector of 32 bytes."""
_LANE_BYTES = 16
"""A thread's four neighbours of one depth: they change places by depth % 8, so that 8 depths have their own banks."""


@register(family="gemm")
@frozen
class TiledGemm(Gemm):
    """Float32 product without tensor cores, for any m, n and k, on every target.

    256 threads compute `tile` x `tile` of c in steps of 16 of k; the next step is loaded while one is computed. Each
    element is one chain of fused multiply-adds in ascending k, so all devices give the same bits.
    """

    tile: int = choice(64, 128)
    out: Type = field(default=f32, init=False)

    @property
    def grid(self) -> TileGrid:
        """How c is shared out among CTAs."""
        return TileGrid(self.n, self.tile, self.tile)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=_THREADS)
        given = dict(zip(self.signature.params, parameters, strict=True))
        m: Value = given["m"]
        row, column = self.grid.place(k, m)
        a, b = self.of_batch(k, given["a"], m, self.k), self.of_batch(k, given["b"], self.n, self.k)
        tiles = k.shared("tiles", f32, 2, 2, _DEPTH, self.tile, align=128).address
        one, both = _DEPTH * self.tile * 4, 2 * _DEPTH * self.tile * 4

        left = _RowTile(k, a, m, self.k, self.tile, row)
        right: _RowTile | _ColumnTile = (
            _RowTile(k, b, self.n, self.k, self.tile, column)
            if self.layout == "nk"
            else _ColumnTile(k, b, self.k, self.n, self.tile, column)
        )
        squares = self.tile // _SQUARE
        down, across = k.tid.x // 16 * 4, k.tid.x % 16 * 4
        sums = [[k.var(f32, 0.0) for _ in range(4 * squares)] for _ in range(4 * squares)]

        left.store(tiles, left.load(k.const(u32, 0)))
        right.store(tiles + one, right.load(k.const(u32, 0)))
        current = k.var(u32, 0)
        steps = -(-self.k // _DEPTH)
        with k.for_(0, steps) as step:
            k.bar_sync()
            # Behind the last step everything is zero: loading it costs nothing.
            first, second = left.load(step + 1), right.load(step + 1)
            here = tiles + current
            rows, columns = here + down * 4, here + (one + across * 4)
            for depth in range(_DEPTH):
                _multiply(k, depth, self.tile, rows, columns, sums)
            current.set(both - current)
            left.store(tiles + current, first)
            right.store(tiles + current + one, second)
        self._finish(k, given, sums, row + down, column + across)

    def _finish(
        self,
        k: KernelBuilder,
        given: dict[str, Any],
        sums: Sequence[Sequence[Var]],
        row: Value,
        column: Value,
    ) -> None:
        epilogue = self.epilogue(k, given, whole=self.n % self.tile == 0)
        places = [i // 2 * _SQUARE + i % 2 * 2 for i in range(2 * self.tile // _SQUARE)]
        columns = epilogue.columns(column, places)
        for i, values in enumerate(sums):
            pairs: list[Pair] = [(values[j], values[j + 1]) for j in range(0, len(values), 2)]
            epilogue.store_row(row + (i // 4 * _SQUARE + i % 4), columns, pairs)

    def plan(self) -> Plan:
        return Plan.single(
            entry=self.name, grid=(*self.grid.ctas(self.m), max(self.batch, 1)), block=_THREADS
        )

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """6 * sqrt(k) * 2^-24 * norm2(a row) * norm2(b column).

        Each of k fused multiply-adds rounds a partial sum, which is at most norm2 * norm2 (Cauchy-Schwarz), by 2^-24 of
        it. The roundings are to either side: their sum stays within 6 times the root of their number except once in
        10^7 times (Hoeffding's inequality: 2 exp(-36/2)).
        """
        norms = np.linalg.norm(left, axis=-1)[..., :, None] * np.linalg.norm(right, axis=-2)[..., None, :]
        return 6 * np.sqrt(left.shape[-1]) * 2.0**-24 * norms


def _multiply(
    k: KernelBuilder, depth: int, tile: int, rows: Value, columns: Value, sums: Sequence[Sequence[Var]]
) -> None:
    """One rank-1 update: `sums` += column `depth` of the tile of a, times row `depth` of that of b."""
    swap = depth % _LANES * _LANE_BYTES
    factors: list[list[Value]] = []
    for base in (rows, columns):
        pointer = shared_pointer(k, base ^ swap if swap else base, f32).at(depth * tile)
        factors.append([value for square in range(0, tile, _SQUARE) for value in pointer.load(square, vec=4)])
    for left, line in zip(factors[0], sums, strict=True):
        for right, total in zip(factors[1], line, strict=True):
            k.fma(left, right, total, into=total)


class _RowTile:
    """One thread's share of `tile` rows x 16 of k of a matrix [rows, k], kept as [k, rows] in shared memory.

    A warp loads 8 of k of 4 rows: full sectors, and 32 different banks when it stores them.
    """

    def __init__(
        self, k: KernelBuilder, matrix: Pointer, rows: Value | int, depth: int, tile: int, first: Value
    ) -> None:
        self._k = k
        self._tile = tile
        self._depth = depth
        self._column, row = k.tid.x % _LANES, k.tid.x // _LANES
        self._start = matrix.row(row + first, depth).at(self._column)
        self._exists = [row + (first + i) < rows for i in range(0, tile, _THREADS // _LANES)]
        group = (row // 4) ^ self._column
        self._offset = (self._column * tile + group * 4 + row % 4) * 4

    def load(self, step: Value) -> list[Value]:
        """Start the loads of the tile at 16 * step of k; zeros outside."""
        k = self._k
        start = self._start.at(step * _DEPTH)
        loaded: list[Value] = []
        for right in range(0, _DEPTH, _LANES):
            inside = self._column + step * _DEPTH + right < self._depth
            for i, exists in enumerate(self._exists):
                value = k.var(f32, 0.0)
                with k.predicated(inside & exists):
                    start.at(i * (_THREADS // _LANES) * self._depth + right).load(into=value)
                loaded.append(value)
        return loaded

    def store(self, tile: Value, loaded: list[Value]) -> None:
        """Put them into the tile at a shared address."""
        target = shared_pointer(self._k, tile + self._offset, f32, 4)
        places = [
            right * self._tile + i * (_THREADS // _LANES)
            for right in range(0, _DEPTH, _LANES)
            for i in range(len(self._exists))
        ]
        for place, value in zip(places, loaded, strict=True):
            target[place] = value


class _ColumnTile:
    """One thread's share of 16 of k x `tile` columns of a matrix [k, columns]: rows of shared memory as they are."""

    def __init__(
        self, k: KernelBuilder, matrix: Pointer, depth: int, columns: int, tile: int, first: Value
    ) -> None:
        self._k = k
        self._tile = tile
        self._depth = depth
        self._columns = columns
        self._rows_a_pass = _THREADS // tile
        self._row, column = k.tid.x // tile, k.tid.x % tile
        self._start = matrix.row(self._row, columns).at(column + first)
        self._exists = column + first < columns
        self._column = column

    def load(self, step: Value) -> list[Value]:
        """Start the loads of the tile at 16 * step of k; zeros outside."""
        k = self._k
        start = self._start.row(step * _DEPTH, self._columns)
        loaded: list[Value] = []
        for down in range(0, _DEPTH, self._rows_a_pass):
            value = k.var(f32, 0.0)
            with k.predicated((self._row + step * _DEPTH + down < self._depth) & self._exists):
                start.at(down * self._columns).load(into=value)
            loaded.append(value)
        return loaded

    def store(self, tile: Value, loaded: list[Value]) -> None:
        """Put them into the tile at a shared address."""
        k = self._k
        for down, value in zip(range(0, _DEPTH, self._rows_a_pass), loaded, strict=True):
            row = self._row + down
            group = (self._column // 4) ^ row % _LANES
            offset = (row * self._tile + group * 4 + self._column % 4) * 4
            shared_pointer(k, tile + offset, f32, 4)[0] = value
