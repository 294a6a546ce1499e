"""How the rows and columns of a quantised GEMV are shared out among warps and lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.floats import load_floats
from ptxgen.kernels.blocks.unpack import Unpacker, code_floats, unpacker
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.blocks.words import Moving
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var


_MOST_SUMS = 16


@frozen
class WarpPerRow:
    """A warp computes `rows` neighbouring rows, and each lane takes `load_bytes` of each run of codes at once.

    Several rows a warp share each load of activations and keep that many loads of weights in flight. For many rows of
    activations there are fewer, so that the sums stay in registers: see `rows_a_warp`.
    """

    load_bytes: int = choice(4, 8, 16)
    rows: int = choice(1, 2, 4, 8)

    def columns_a_step(self, format: BlockFormat) -> int:
        """Columns that the lanes of a warp take together."""
        return WARP // unpacker(format).lanes_a_block(format, self.load_bytes) * format.weights

    def rows_a_warp(self, batch: int) -> int:
        """Rows of weights that a warp computes for so many rows of activations."""
        return max(1, min(self.rows, _MOST_SUMS // batch))

    def emit(
        self,
        k: KernelBuilder,
        format: BlockFormat,
        columns: int,
        batch: int,
        threads: int,
        arrays: tuple[Pointer, ...],
        n: Value,
    ) -> None:
        """The body of y = W x for W of `n` rows and `columns` columns and `batch` rows x, with arrays (w, x, y)."""
        w, x, y = arrays
        warps, rows_a_warp = threads // WARP, self.rows_a_warp(batch)
        first = (k.ctaid.x * warps + k.tid.x // WARP) * rows_a_warp
        with k.if_(first >= n):
            k.ret()

        lane = k.tid.x % WARP
        made = unpacker(format)
        lanes_a_block = made.lanes_a_block(format, self.load_bytes)
        blocks_a_step = WARP // lanes_a_block
        block = lane // lanes_a_block
        share = made(k, format, lane % lanes_a_block, self.load_bytes)
        row_bytes = format.row_bytes(columns)
        rows = [
            share.open(w.row(k.min(first + r, n - 1) if r else first, row_bytes).row(block, format.bytes))
            for r in range(rows_a_warp)
        ]
        activations = x.row(block, format.weights).at(share.column).cursor()
        starts = [activations.at(m * columns) for m in range(batch)]
        totals = [[k.var(f32, 0.0) for _ in starts] for _ in rows]

        steps, rest = divmod(columns // format.weights, blocks_a_step)
        if steps:
            with k.for_(0, steps):
                _accumulate(share, rows, starts, totals)
                for row in rows:
                    for place in row:
                        place.advance(blocks_a_step * format.bytes)
                activations.advance(blocks_a_step * format.weights)
        if rest:
            with k.if_(block < rest):
                _accumulate(share, rows, starts, totals)

        for r, partial in enumerate(totals):
            sums = [warp_sum(k, total) for total in partial]
            with k.if_((lane == 0) & (first + r < n) if r else lane == 0):
                for m, total in enumerate(sums):
                    y.row(m, n)[first + r] = total


def _accumulate(
    share: Unpacker,
    rows: Sequence[Sequence[Moving]],
    activations: Sequence[Pointer],
    totals: Sequence[Sequence[Var]],
) -> None:
    """Add one block's share of each row. All loads of weights are started before the first is used.

    Codes are summed with the activations before the group's scale is applied: one multiplication a group, not a weight.
    """
    k = share.k
    loaded = [share.load(row) for row in rows]
    decoded = [share.decode(row) for row in loaded]
    for group in range(share.groups):
        quads = [index for index, quad in enumerate(share.quads) if quad.group == group]
        codes = [[code_floats(share, row.words[quad]) for quad in quads] for row in decoded]
        for m, x in enumerate(activations):
            factors = [load_floats(k, x, share.quads[quad].column, 4) for quad in quads]
            total_factor = _sum(factors) if decoded[0].offsets else None
            for row, quads_of_row, by_m in zip(decoded, codes, totals, strict=True):
                dot = _dot(k, quads_of_row, factors)
                k.fma(dot, row.scales[group], by_m[m], into=by_m[m])
                if total_factor is not None:
                    k.fma(row.offsets[group], total_factor, by_m[m], into=by_m[m])


def _dot(k: KernelBuilder, codes: Sequence[Sequence[Value]], factors: Sequence[Sequence[Value]]) -> Value:
    """The sum of (code - zero) times activation over quads."""
    pairs = [pair for quad, four in zip(codes, factors, strict=True) for pair in zip(quad, four, strict=True)]
    (code, factor), *others = pairs
    total = code * factor
    for code, factor in others:
        total = k.fma(code, factor, total)
    return total


def _sum(factors: Sequence[Sequence[Value]]) -> Value:
    first, *others = [value for quad in factors for value in quad]
    for value in others:
        first = first + value
    return first
