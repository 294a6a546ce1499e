"""How the rows and columns of a quantised GEMV are shared out among warps and lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.unpack import Unpacker, unpacker
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var


@frozen
class WarpPerRow:
    """A warp computes `rows` neighbouring rows, and each lane loads `load_bytes` of codes at once.

    With 4 bytes, a warp reads 32 * 4 bytes of codes a step; with 16, four times as many. Several rows a warp share each
    load of activations and keep that many pairs of weight loads in flight.
    """

    load_bytes: int = choice(4, 16)
    rows: int = choice(1, 2, 4, 8)

    def emit(
        self,
        k: KernelBuilder,
        format: BlockFormat,
        columns: int,
        threads: int,
        arrays: tuple[Pointer, ...],
        n: Value,
    ) -> None:
        """The body of y = W x for W of `n` rows and `columns` columns, with arrays (w, x, y)."""
        w, x, y = arrays
        warps = threads // WARP
        first = (k.ctaid.x * warps + k.tid.x // WARP) * self.rows
        with k.if_(first >= n):
            k.ret()

        lane = k.tid.x % WARP
        lanes_a_block = format.block.qs.bytes // self.load_bytes
        blocks_a_step = WARP // lanes_a_block
        block = lane // lanes_a_block
        share = unpacker(format)(k, lane % lanes_a_block, self.load_bytes)
        row_bytes = format.row_bytes(columns)
        rows = [
            w.row(k.min(first + r, n - 1) if r else first, row_bytes).row(block, format.bytes).cursor()
            for r in range(self.rows)
        ]
        activations = x.row(block, format.weights).at(share.column).cursor()
        totals = [[k.var(f32, 0.0) for _ in range(2)] for _ in rows]

        steps, rest = divmod(columns // format.weights, blocks_a_step)
        if steps:
            with k.for_(0, steps):
                _accumulate(k, share, rows, activations, totals)
                for row in rows:
                    row.advance(blocks_a_step * format.bytes)
                activations.advance(blocks_a_step * format.weights)
        if rest:
            with k.if_(block < rest):
                _accumulate(k, share, rows, activations, totals)

        y = y.at(first)
        for r, (even, odd) in enumerate(totals):
            total = warp_sum(k, even + odd)
            with k.if_((lane == 0) & (first + r < n) if r else lane == 0):
                y[r] = total


def _accumulate(
    k: KernelBuilder, share: Unpacker, rows: Sequence[Pointer], x: Pointer, totals: list[list[Var]]
) -> None:
    """Add one block's share of each row. All loads of weights are started before the first is used."""
    loaded = [share.load(row) for row in rows]
    decoded = [share.decode(row) for row in loaded]
    for quad, offset in enumerate(share.quads):
        activations = x.load(offset, vec=4)
        for row, total in zip(decoded, totals, strict=True):
            accumulator = total[quad % 2]
            for weight, activation in zip(share.weights(row, quad), activations, strict=True):
                k.fma(weight, activation, accumulator, into=accumulator)
