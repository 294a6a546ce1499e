"""Outputs from the accumulators of tensor cores to global memory, 16 bytes a lane."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import Type, b32, s32, u32
from ptxgen.kernels.attention.fragment_softmax import Tiles
from ptxgen.kernels.blocks.fragments import pack_halves, row_and_column
from ptxgen.kernels.blocks.tiles import CHUNK, shared_pointer
from ptxgen.kernels.blocks.warp import WARP

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen(eq=False)
class OutputRows:
    """The rows of a warp in shared memory, on their way from registers to `out`.

    lane: of the warp; place: the shared address of a chunk of 16 bytes, by its row among the warp's and its number
    (u32); nobody else may use these rows. first: the query of the warp's row 0, of which there are `stop` (s32);
    out: the head of query 0, `stride` elements from a query to the next.
    """

    k: KernelBuilder
    type: Type
    lane: Value
    place: Callable[[Value, Value], Value]
    first: Value
    stop: Value
    out: Pointer
    stride: int

    def write(self, sums: Tiles, inverses: list[list[Value]]) -> None:
        """sums * inverses, rounded to `type`, for the queries that exist."""
        k = self.k
        row, column = row_and_column(self.lane)
        for i, (tiles, pair) in enumerate(zip(sums, inverses, strict=True)):
            for half, inverse in enumerate(pair):
                line = row + (16 * i + 8 * half)
                for j, tile in enumerate(tiles):
                    both = pack_halves(k, self.type, tile[2 * half] * inverse, tile[2 * half + 1] * inverse)
                    shared_pointer(k, self.place(line, k.const(u32, j)) + column * 2, b32, 4)[0] = both
        k.bar_warp_sync()
        self._copy(16 * len(sums), len(sums[0]))

    def _copy(self, rows: int, chunks: int) -> None:
        """Neighbouring lanes take neighbouring chunks: whole sectors."""
        k = self.k
        for index in range(0, rows * chunks, WARP):
            number = self.lane + index
            row, chunk = number // chunks, number % chunks
            query = self.first + k.bitcast(s32, row)
            with k.if_(query < self.stop):
                words = shared_pointer(k, self.place(row, chunk), b32).load(vec=4)
                here = self.out.row(query, self.stride).at(chunk * (CHUNK // self.type.bytes))
                here.cast(b32).store(0, words)
