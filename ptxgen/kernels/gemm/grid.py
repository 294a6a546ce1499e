"""Which tile of c a CTA computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

_GROUP = 8
"""Rows of tiles that are computed together."""


@frozen
class TileGrid:
    """c [m, n] in tiles of `rows` x `columns`, m known at launch.

    CTAs with neighbouring numbers, which run at the same time, get tiles from `_GROUP` rows of tiles, column by column:
    a square of tiles needs fewer rows of a and columns of b than a line of them, and those stay in the L2 cache.
    """

    n: int
    rows: int
    columns: int

    @property
    def across(self) -> int:
        """Tiles side by side."""
        return -(-self.n // self.columns)

    def ctas(self, m: int) -> tuple[int, int]:
        """The grid's x and y."""
        return self.across * -(-m // self.rows), 1

    def place(self, k: KernelBuilder, m: Value) -> tuple[Value, Value]:
        """Row and column of the first element of the CTA's tile."""
        number = k.ctaid.x
        if self.across == 1:
            return number * self.rows, k.const(number.type, 0)
        down = (m + (self.rows - 1)) // self.rows
        first = number // (_GROUP * self.across) * _GROUP
        height = k.min(down - first, _GROUP)
        within = number % (_GROUP * self.across)
        return (first + within % height) * self.rows, within // height * self.columns
