"""Long rows cut into slices, a CTA each: so that few rows keep a whole GPU busy."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.kernels.blocks.floats import load_floats

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_LINE = 64
"""Slices begin at multiples of so many elements: 128 bytes of halves."""

_USUAL = 1024
"""Elements that are worth a CTA."""

_IN_FLIGHT = 4
"""Loads that a thread starts before it uses the first."""


@frozen
class Slices:
    """Rows of `columns` elements in `count` slices each, of which the last ones may be short or empty."""

    columns: int
    count: int

    @staticmethod
    def choose(columns: int, count: int, most: int) -> Slices:
        """`count` slices, or where that is 0, one for each 1024 columns, at most `most`."""
        return Slices(columns, count or max(1, min(most, columns // _USUAL)))

    @property
    def length(self) -> int:
        """Elements of a slice."""
        lines = -(-self.columns // _LINE)
        return -(-lines // self.count) * _LINE

    def place(self, k: KernelBuilder) -> tuple[Value, Value, Value]:
        """The row of this CTA, and where its slice begins and ends: a grid of rows * count CTAs, slices first."""
        row, slice = k.ctaid.x // self.count, k.ctaid.x % self.count
        begin = slice * self.length
        return row, begin, k.min(begin + self.length, self.columns)


@contextmanager
def pieces(
    k: KernelBuilder,
    x: Pointer,
    begin: Value,
    end: Value,
    threads: int,
    width: int,
    *,
    missing: float = 0.0,
) -> Generator[list[tuple[Value, list[Value]]]]:
    """A loop in which a CTA of `threads` threads reads columns begin to end of the row at `x`, `width` at once.

    Each turn gives every thread some pieces: the column of the first element, and neighbouring elements as f32. Those
    from `end` on are `missing`. `begin` is a multiple of 64, or `end`.
    """
    step = threads * width
    with k.stride(begin + k.tid.x * width, end, step * _IN_FLIGHT) as first:
        found: list[tuple[Value, list[Value]]] = []
        for i in range(_IN_FLIGHT):
            column = first + i * step if i else first
            where = column < end if i else None
            found.append((column, load_floats(k, x, column, width, where=where, missing=missing)))
        yield found
