"""Matrix products with `wmma`, the tensor-core instructions of every GPU since 2018."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ptxgen.isa.types import Type, b32, f16, f32, u32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy
from ptxgen.kernels.blocks.fragments import Registers
from ptxgen.kernels.blocks.tiles import BANKS, CHUNK, Order, TileLayout, shared_pointer
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.gemm.family import Doubles, Gemm
from ptxgen.kernels.gemm.grid import TileGrid
from ptxgen.kernels.gemm.mma import mma_sum_error
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

_TILE = 64
_DEPTH = 64
_WARPS = 4
_PART = 32
"""Rows and columns of c that a warp computes."""
_FRAGMENT = 16
_PITCH = _PART + 4
"""Floats from a row of results to the next: the rows of a fragment begin in different banks."""


@register(family="gemm")
@frozen
class WmmaGemm(Gemm):
    """Tensor-core product of f16 matrices with float32 sums, for any m, n and k, from sm_75 on.

    Four warps compute 64 x 64 of c in steps of 64 of k. Which lane has which element of a `wmma` fragment is not
    documented, so results go through shared memory.
    """

    out: Type = choice(f32, f16)

    @property
    def factor(self) -> Type:
        return f16

    @property
    def grid(self) -> TileGrid:
        """How c is shared out among CTAs."""
        return TileGrid(self.n, _TILE, _TILE)

    @property
    def _tiles(self) -> tuple[TileLayout, TileLayout]:
        rows, columns = (_TILE, _DEPTH) if self.layout == "nk" else (_DEPTH, _TILE)
        return (
            TileLayout(f16, _TILE, _DEPTH, order=Order.PADDED),
            TileLayout(f16, rows, columns, order=Order.PADDED),
        )

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=_WARPS * WARP)
        given = dict(zip(self.signature.params, parameters, strict=True))
        m: Value = given["m"]
        row, column = self.grid.place(k, m)
        left, right = self._tiles
        both = left.bytes + right.bytes
        tiles = k.shared("tiles", u32, 2 * both // 4, align=BANKS).address
        a, b = self.of_batch(k, given["a"], m, self.k), self.of_batch(k, given["b"], self.n, self.k)
        by_rows = self.layout == "kn"
        lefts = MatrixTiles(self._copy(k, left, self.k), a, m, self.k, row=row)
        if by_rows:
            rights = MatrixTiles(self._copy(k, right, self.n), b, self.k, self.n, column=column)
        else:
            rights = MatrixTiles(self._copy(k, right, self.k), b, self.n, self.k, row=column)

        def start(tile: Value, step: Value) -> None:
            along = step * _DEPTH
            lefts.start(tile, right=along)
            rights.start(tile + left.bytes, **{"down" if by_rows else "right": along})

        warp = k.tid.x // WARP
        down, across = warp // 2 * _PART, warp % 2 * _PART
        sums = [[[k.var(f32, 0.0) for _ in range(8)] for _ in range(2)] for _ in range(2)]
        current = k.var(u32, 0)
        steps = -(-self.k // _DEPTH)
        start(tiles, k.const(u32, 0))
        with k.for_(0, steps) as step:
            k.bar_sync()
            with k.if_(step + 1 < steps):
                start(tiles + (both - current), step + 1)
            self._multiply(k, tiles + current, down, across, sums)
            current.set(both - current)
        k.bar_sync()
        self._finish(k, given, tiles + warp * (_PART * _PITCH * 4), sums, row + down, column + across)

    def _multiply(
        self,
        k: KernelBuilder,
        tile: Value,
        down: Value,
        across: Value,
        sums: Sequence[Sequence[Sequence[Var]]],
    ) -> None:
        """The products of one step: two fragments of a by two of b for each 16 of k."""
        left, right = self._tiles
        by_rows = self.layout == "kn"
        for depth in range(0, _DEPTH, _FRAGMENT):
            first = [
                _load(k, "a.sync.aligned.row", tile, left, down, _FRAGMENT * i, 0, depth) for i in range(2)
            ]
            base = tile + left.bytes
            second = [
                _load(k, "b.sync.aligned.row", base, right, 0, depth, across, _FRAGMENT * j)
                if by_rows
                else _load(k, "b.sync.aligned.col", base, right, across, _FRAGMENT * j, 0, depth)
                for j in range(2)
            ]
            name = f"wmma.mma.sync.aligned.row.{'row' if by_rows else 'col'}.m16n16k16.f32.f32"
            for one, line in zip(first, sums, strict=True):
                for other, total in zip(second, line, strict=True):
                    k.op(name, one, other, tuple(total), into=tuple(total))

    def _finish(
        self,
        k: KernelBuilder,
        given: dict[str, Any],
        part: Value,
        sums: Sequence[Sequence[Sequence[Var]]],
        row: Value,
        column: Value,
    ) -> None:
        """A warp's results through its part of shared memory, half a row of lanes at a time."""
        for i, line in enumerate(sums):
            for j, total in enumerate(line):
                place = shared_pointer(k, part, f32).at(_FRAGMENT * (i * _PITCH + j))
                k.op("wmma.store.d.sync.aligned.row.m16n16k16.shared.f32", place, tuple(total), _PITCH)
        k.bar_warp_sync()
        lane = k.tid.x % WARP
        first, pair = lane // 16, lane % 16 * 2
        epilogue = self.epilogue(k, given, whole=self.n % _TILE == 0)
        columns = epilogue.columns(column + pair, [0])
        own = shared_pointer(k, k.mad(first, _PITCH * 4, part + pair * 4), f32, 8)
        for i in range(0, _PART, 2):
            left, right = own.load(i * _PITCH, vec=2)
            epilogue.store_row(row + first + i, columns, [(left, right)])

    def _copy(self, k: KernelBuilder, tile: TileLayout, columns: int) -> TileCopy:
        bytes = columns * f16.bytes
        return TileCopy(k, tile, k.tid.x, _WARPS * WARP, min(CHUNK, bytes & -bytes), asynchronous=False)

    def plan(self) -> Plan:
        return Plan.single(
            entry=self.name, grid=(*self.grid.ctas(self.m), max(self.batch, 1)), block=_WARPS * WARP
        )

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """See `mma_sum_error`: a `wmma` adds 16 products to the sum, in one step or in two."""
        return mma_sum_error(left, right)


def _load(
    k: KernelBuilder,
    operand: str,
    tile: Value,
    layout: TileLayout,
    row: Value | int,
    further_rows: int,
    column: Value | int,
    further_columns: int,
) -> Registers:
    """A fragment of 16 x 16 of a tile at a shared address; rows of the tile are `pitch` bytes apart."""
    address = tile
    if not isinstance(row, int):
        address = k.mad(row, layout.pitch, address)
    if not isinstance(column, int):
        address = k.mad(column, f16.bytes, address)
    offset = further_rows * layout.pitch + further_columns * f16.bytes
    pointer = shared_pointer(k, address, b32).at(offset // 4)
    return tuple(k.op(f"wmma.load.{operand}.m16n16k16.shared.f16", pointer, layout.pitch // f16.bytes))
