"""How the rows and columns of a quantised GEMV are shared out among warps and lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.floats import load_floats
from ptxgen.kernels.blocks.unpack import Codes, Unpacker, code_floats, unpacker
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.blocks.words import Moving
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var


@frozen
class WarpPerRow:
    """A warp computes `rows` neighbouring rows, and each lane takes `load_bytes` of each run of codes at once.

    Several rows a warp share each load of activations and keep that many loads of weights in flight.
    """

    load_bytes: int = choice(4, 8, 16)
    rows: int = choice(1, 2, 4, 8)

    def columns_a_step(self, format: BlockFormat) -> int:
        """Columns that the lanes of a warp take together."""
        return WARP // unpacker(format).lanes_a_block(format, self.load_bytes) * format.weights

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
        made = unpacker(format)
        lanes_a_block = made.lanes_a_block(format, self.load_bytes)
        blocks_a_step = WARP // lanes_a_block
        block = lane // lanes_a_block
        share = made(k, format, lane % lanes_a_block, self.load_bytes)
        row_bytes = format.row_bytes(columns)
        rows = [
            share.open(w.row(k.min(first + r, n - 1) if r else first, row_bytes).row(block, format.bytes))
            for r in range(self.rows)
        ]
        activations = x.row(block, format.weights).at(share.column).cursor()
        totals = [k.var(f32, 0.0) for _ in rows]

        steps, rest = divmod(columns // format.weights, blocks_a_step)
        if steps:
            with k.for_(0, steps):
                _accumulate(share, rows, activations, totals)
                for row in rows:
                    for place in row:
                        place.advance(blocks_a_step * format.bytes)
                activations.advance(blocks_a_step * format.weights)
        if rest:
            with k.if_(block < rest):
                _accumulate(share, rows, activations, totals)

        y = y.at(first)
        for r, partial in enumerate(totals):
            total = warp_sum(k, partial)
            with k.if_((lane == 0) & (first + r < n) if r else lane == 0):
                y[r] = total


def _accumulate(share: Unpacker, rows: Sequence[Sequence[Moving]], x: Pointer, totals: Sequence[Var]) -> None:
    """Add one block's share of each row. All loads of weights are started before the first is used.

    Codes are summed with the activations before the group's scale is applied: one multiplication a group, not a weight.
    """
    loaded = [share.load(row) for row in rows]
    activations = [load_floats(share.k, x, quad.column, 4) for quad in share.quads]
    decoded = [share.decode(row) for row in loaded]
    sums = [_sum(activations, share, group) for group in range(share.groups)] if decoded[0].offsets else []
    for codes, total in zip(decoded, totals, strict=True):
        for group in range(share.groups):
            dot = _dot(share, codes, group, activations)
            share.k.fma(dot, codes.scales[group], total, into=total)
            if sums:
                share.k.fma(codes.offsets[group], sums[group], total, into=total)


def _dot(share: Unpacker, codes: Codes, group: int, activations: Sequence[Sequence[Value]]) -> Value:
    """The sum of (code - zero) times activation over the quads of one group."""
    k = share.k
    total: Value | None = None
    for quad, word, factors in zip(share.quads, codes.words, activations, strict=True):
        if quad.group == group:
            for code, factor in zip(code_floats(share, word), factors, strict=True):
                total = code * factor if total is None else k.fma(code, factor, total)
    assert total is not None
    return total


def _sum(activations: Sequence[Sequence[Value]], share: Unpacker, group: int) -> Value:
    chosen = [quad for quad, of in zip(activations, share.quads, strict=True) if of.group == group]
    first, *others = [value for quad in chosen for value in quad]
    for value in others:
        first = first + value
    return first
