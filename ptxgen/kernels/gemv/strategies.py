"""How the rows and columns of a quantised GEMV on float activations are shared out among warps and lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.floats import load_floats
from ptxgen.kernels.blocks.unpack import Codes, Unpacker, code_floats
from ptxgen.kernels.blocks.unpackers import product_span, share_of
from ptxgen.kernels.blocks.warp import WARP, warp_sum
from ptxgen.kernels.gemv.copies import AsyncCopies, Slots, by_lanes
from ptxgen.kernels.gemv.products import shared_memory
from ptxgen.kernels.gemv.ring import Ring, chunk_steps
from ptxgen.kernels.gemv.units import Units
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_CHAIN = 8
"""Products that are summed one after the other: each addition rounds a sum of so many at most."""
_MOST_SUMS = 16
_MOST_SHARED = 48 * 1024


@frozen
class WarpPerRow:
    """A warp computes `rows` neighbouring rows, whose weights copies bring to its ring of two stages.

    Several rows a warp share each load of activations and keep that many more bytes of weights in flight. There are
    fewer for many rows of activations, so that the sums stay in registers, and where shared memory is short: see
    `rows_a_warp`.
    """

    rows: int = choice(1, 2, 4, 8)

    stages: ClassVar[int] = 2

    def slots(self, format: BlockFormat, columns: int, rows: int) -> Slots:
        """The ring of a warp."""
        units = Units.of(format, columns)
        chunk = chunk_steps(units) * units.step_bytes
        return Slots(rows, self.stages, chunk, units.row_bytes, AsyncCopies.slack_of(units.row_bytes))

    def rows_a_warp(self, format: BlockFormat, columns: int, batch: int, threads: int) -> int:
        """Rows of weights that a warp computes."""
        rows = max(1, min(self.rows, _MOST_SUMS // batch))
        while rows > 1 and self.slots(format, columns, rows).bytes * (threads // WARP) > _MOST_SHARED:
            rows //= 2
        return rows

    def shared_bytes(self, format: BlockFormat, columns: int, batch: int, threads: int) -> int:
        """Shared memory of a CTA."""
        rows = self.rows_a_warp(format, columns, batch, threads)
        return self.slots(format, columns, rows).bytes * (threads // WARP)

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
        warps, rows_a_warp = threads // WARP, self.rows_a_warp(format, columns, batch, threads)
        slots = self.slots(format, columns, rows_a_warp)
        memory = shared_memory(k, slots.bytes * warps)
        warp = k.tid.x // WARP
        first = (k.ctaid.x * warps + warp) * rows_a_warp
        with k.if_(first >= n):
            k.ret()

        lane, units = k.tid.x % WARP, Units.of(format, columns)
        rows = [w.row(k.min(first + r, n - 1) if r else first, units.row_bytes) for r in range(rows_a_warp)]
        share = share_of(k, format, lane, product_span(format))
        unit = lane // units.form.lanes
        ring = memory.row(warp, slots.bytes)
        copies = by_lanes(k, slots, ring, rows, lane)
        products = _FloatProducts(
            k, share, x.row(unit, units.weights).at(share.column), units, batch, rows_a_warp
        )
        Ring(k, units, share, lane, copies, chunk_steps(units), 1, units.steps).run(products)

        for r, partial in enumerate(products.sums):
            sums = [warp_sum(k, total) for total in partial]
            with k.if_((lane == 0) & (first + r < n) if r else lane == 0):
                for m, total in enumerate(sums):
                    y.row(m, n)[first + r] = total


class _FloatProducts:
    """The sums of a warp; activations come from global memory, `x` pointing to the lane's first column."""

    def __init__(
        self, k: KernelBuilder, share: Unpacker, x: Pointer, units: Units, batch: int, rows: int
    ) -> None:
        self._k, self._share, self._units = k, share, units
        self._x = x.cursor()
        self._batch = batch
        self.sums: list[list[Var]] = [[k.var(f32, 0.0) for _ in range(batch)] for _ in range(rows)]

    def stage(self, first: Value | int, count: int) -> None:
        """Nothing to do: activations are read where they are."""

    def add(self, rows: Sequence[Sequence[Codes]], part: int) -> None:
        """Codes are summed with activations before the group's scale is applied: one product a group, not a weight.

        Codes of affine formats are positive, and most of their sum is taken away again with the offset. Less `middle`,
        they are not: what `middle` makes of the sum of the activations comes at the end, in one rounding. Of a single
        activation, scale times code is exact all the same, and the offset rounds as it does in the decoder.
        """
        for block in range(len(rows[0])):
            for group in range(self._share.form.groups):
                self._add([row[block] for row in rows], part, block, group)

    def advance(self, parts: int) -> None:
        """Move on in the activations."""
        self._x.advance(parts * self._units.step_columns)

    def _add(self, rows: Sequence[Codes], step: int, block: int, group: int) -> None:
        k, units, form = self._k, self._units, self._share.form
        middle = form.middle << form.raised_by(group)
        quads = [(i, quad.column) for i, quad in enumerate(form.quads) if quad.group == group]
        codes = [
            [code for i, _ in quads for code in code_floats(self._share, row, i, middle)] for row in rows
        ]
        behind = step * units.step_columns + block * units.format.weights
        middles = [row.scales[group] * float(middle) if form.affine else None for row in rows]
        for m in range(self._batch):
            x = self._x.at(m * units.columns + behind)
            factors = [value for _, column in quads for value in load_floats(k, x, column, 4)]
            total = _sum(factors) if form.affine else None
            for row, of_row, scaled, sums in zip(rows, codes, middles, self.sums, strict=True):
                k.fma(_dot(k, of_row, factors), row.scales[group], sums[m], into=sums[m])
                if total is not None and scaled is not None:
                    k.fma(scaled, total, sums[m], into=sums[m])
                    k.fma(row.offsets[group], total, sums[m], into=sums[m])


def _dot(k: KernelBuilder, codes: Sequence[Value], factors: Sequence[Value]) -> Value:
    """The sum of codes times activations."""
    chains: list[Value] = []
    for start in range(0, len(codes), _CHAIN):
        total = codes[start] * factors[start]
        for index in range(start + 1, min(start + _CHAIN, len(codes))):
            total = k.fma(codes[index], factors[index], total)
        chains.append(total)
    return _sum(chains)


def _sum(values: Sequence[Value]) -> Value:
    """Of halves: fewer roundings of large sums than one after the other."""
    if len(values) == 1:
        return values[0]
    half = len(values) // 2
    return _sum(values[:half]) + _sum(values[half:])
