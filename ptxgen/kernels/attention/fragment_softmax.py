"""Online softmax on the accumulators of tensor cores, in registers.

A warp's scores are tiles of 16 x 8. A lane has rows g and g + 8 of each, g = lane // 4, and two neighbouring columns:
the four lanes of a group share a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ptxgen.isa.types import Type, f32
from ptxgen.kernels.attention.masks import RowMask
from ptxgen.kernels.attention.scores import Scores
from ptxgen.kernels.blocks.fragments import Registers, as_a_fragment
from ptxgen.kernels.blocks.online_softmax import LOG2E
from ptxgen.kernels.blocks.warp import warp_max, warp_sum

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

GROUP = 4
"""Lanes that share a row."""

_NO_PEAK = -1e30
"""The peak of nothing: times any scale it is still a number, and below every sum of products of 16-bit floats."""

Tiles = Sequence[Sequence[Sequence["Var"]]]
"""[16-row tile][8-column tile][register]."""


class FragmentSoftmax:
    """Peaks and totals of the lane's rows: two for each 16 rows of the warp.

    Without a soft cap peaks are kept of q . k itself, and the scale enters with the subtraction: one `fma` a weight.
    """

    def __init__(self, k: KernelBuilder, scores: Scores, row_tiles: int) -> None:
        self.k, self.scores = k, scores
        self.direct = not scores.soft_cap and scores.scale > 0
        self.factor = scores.scale * LOG2E if self.direct else 1.0
        self.peaks = [[k.var(f32, _NO_PEAK) for _ in range(2)] for _ in range(row_tiles)]
        self.totals = [[k.var(f32, 0.0) for _ in range(2)] for _ in range(row_tiles)]

    def weigh(self, dots: Tiles, sums: Tiles) -> None:
        """Products become weights, in place; what was summed before fades. Masked products are -inf."""
        for row_tile, (products, old) in enumerate(zip(dots, sums, strict=True)):
            for half in range(2):
                self._weigh_row(row_tile, half, _row(products, half), _row(old, half))

    def score(self, dots: Tiles) -> None:
        """Products to scores where they are no mere multiples; to be called before masking."""
        if self.direct:
            return
        for products in dots:
            for tile in products:
                for dot in tile:
                    dot.set(self.scores.of(self.k, dot))

    def inverses(self) -> list[list[Value]]:
        """1 / total of the lane's rows, 0 where no key was seen."""
        k = self.k
        whole = [[warp_sum(k, total, lanes=GROUP) for total in pair] for pair in self.totals]
        return [[k.select(total == 0.0, 0.0, 1.0 / total) for total in pair] for pair in whole]

    def fading(self, peak: Value, new: Value) -> Value:
        """What sums relative to an old peak are multiplied by."""
        return self.k.ex2((peak - new) * self.factor)

    def _weigh_row(self, row_tile: int, half: int, row: list[Var], old: list[Var]) -> None:
        k = self.k
        peak, total = self.peaks[row_tile][half], self.totals[row_tile][half]
        highest = row[0].get()
        for dot in row[1:]:
            highest = k.max(highest, dot)
        new = k.max(peak, warp_max(k, highest, lanes=GROUP))
        fading = self.fading(peak, new)
        peak.set(new)
        shift = -(new * self.factor)
        for sum in old:
            sum.set(sum * fading)
        for dot in row:
            dot.set(k.ex2(k.fma(dot, self.factor, shift)))
        here = row[0].get()
        for weight in row[1:]:
            here = here + weight
        total.set(k.fma(total, fading, here))


def mask_tiles(dots: Tiles, rows: Sequence[Sequence[RowMask]], first: Value) -> None:
    """Hide scores of keys that are not seen. `rows` has the masks of the lane's rows, `first` is its first key."""
    for products, masks in zip(dots, rows, strict=True):
        for half, mask in enumerate(masks):
            here = mask.counted_from(first)
            for j, tile in enumerate(products):
                for i in range(2):
                    here.hide(tile[2 * half + i], 8 * j + i)


def weight_fragments(k: KernelBuilder, type: Type, weights: Tiles, step: int) -> list[Registers]:
    """The A fragments of 16 keys, number `step`, of each 16 rows."""
    return [as_a_fragment(k, type, row[2 * step], row[2 * step + 1]) for row in weights]


def _row(tiles: Sequence[Sequence[Var]], half: int) -> list[Var]:
    """The lane's registers of one of its two rows."""
    return [tile[2 * half + i] for tile in tiles for i in range(2)]
