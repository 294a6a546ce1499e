"""Which element of a matrix each lane holds in which place: the figures of sections 9.7.14.4 and 9.7.14.5 as data.

A layout is written in digits. The lane number and the number of an element within its lane are each split into
digits, the fastest first; a digit of `extent` values moves `row` rows and `column` columns a step.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.lanes import WARP_SIZE

Array = np.ndarray[Any, Any]
Digits = tuple[tuple[int, int, int], ...]
"""`(extent, row, column)` each."""


@frozen
class Layout:
    """Where the elements of a `rows` x `columns` matrix lie in the registers of a warp, each exactly once.

    A lane may hold more elements than the digits say (`wmma` on 16-bit matrices of some shapes does): those repeat
    the first ones.
    """

    rows: int
    columns: int
    lane: Digits
    element: Digits

    @property
    def elements(self) -> int:
        """How many elements of the matrix a lane holds."""
        return self.rows * self.columns // WARP_SIZE

    def positions(self) -> tuple[Array, Array]:
        """`(row, column)` of each element, `[32, elements]`."""
        row, column = _walk(self.lane, self.element, 1), _walk(self.lane, self.element, 2)
        return row, column

    def matrix(self, fragment: Array) -> Array:
        """`[warps, rows, columns]` from `[warps, 32, elements or more]`."""
        held = fragment.shape[2]
        index = _gather(self, held)
        return fragment.reshape(len(fragment), WARP_SIZE * held).take(index, axis=1)

    def fragment(self, matrix: Array, held: int = 0) -> Array:
        """`[warps, 32, held]` from `[warps, rows, columns]`; `held` is `elements` unless more are asked for."""
        index = _scatter(self, held or self.elements)
        return matrix.reshape(len(matrix), self.rows * self.columns).take(index, axis=1)


def _steps(digits: Digits, which: int) -> Array:
    found = np.zeros(1, np.int64)
    for digit in digits:
        found = (np.arange(digit[0])[:, None] * digit[which] + found).reshape(-1)
    return found


def _walk(lane: Digits, element: Digits, which: int) -> Array:
    return _steps(lane, which)[:, None] + _steps(element, which)


@cache
def _gather(layout: Layout, held: int) -> Array:
    """For each element of the matrix its place among `32 * held` of the warp."""
    row, column = layout.positions()
    places = np.arange(WARP_SIZE)[:, None] * held + np.arange(layout.elements)
    index = np.full((layout.rows, layout.columns), -1, np.int64)
    index[row, column] = places
    if (index < 0).any():
        raise ValueError(f"{layout} does not cover its matrix")
    return index


@cache
def _scatter(layout: Layout, held: int) -> Array:
    """For each place of the warp the number of its element in the matrix, row by row."""
    row, column = layout.positions()
    index = row * layout.columns + column
    return np.concatenate([index] * -(-held // layout.elements), axis=1)[:, :held]


def left(rows: int, depth: int, packed: int) -> Layout:
    """Matrix A, `rows` x `depth`, with `packed` elements in a register: a row for each group of four lanes.

    Registers run over the halves of 16 rows first, then over the depth, then over further rows.
    """
    step = 4 * packed
    lane = ((4, 0, packed), (8, 1, 0))
    halves = min(rows // 8, 2)
    element = ((packed, 0, 1), (halves, 8, 0), (depth // step, 0, step), (rows // (8 * halves), 16, 0))
    return Layout(rows, depth, lane, element)


def right(depth: int, columns: int, packed: int) -> Layout:
    """Matrix B, `depth` x `columns`, with `packed` elements in a register: a column for each group of four lanes."""
    step = 4 * packed
    lane = ((4, packed, 0), (8, 0, 1))
    return Layout(depth, columns, lane, ((packed, 1, 0), (depth // step, step, 0), (columns // 8, 0, 8)))


def sums(rows: int, columns: int) -> Layout:
    """Matrices C and D: two neighbours of a row, the row eight below, then the next columns, then further rows."""
    halves = min(rows // 8, 2)
    element = ((2, 0, 1), (halves, 8, 0), (columns // 8, 0, 8), (rows // (8 * halves), 16, 0))
    return Layout(rows, columns, ((4, 0, 2), (8, 1, 0)), element)


EIGHT = left(8, 8, 2)
"""An 8 x 8 matrix of 16-bit elements, as `ldmatrix`, `stmatrix` and `movmatrix` spread it (section 9.7.14.5.15)."""

QUADS = ((4, 8, 0), (2, 4, 0))
"""`mma.m8n8k4` on f16 multiplies four pairs of matrices, each by the lanes 4q to 4q+3 and 16 more: q moves on by a
matrix of 8 rows (of A, C and D), the upper half of the warp by 4 rows."""

QUAD_LEFT = {
    "row": Layout(32, 4, ((4, 1, 0), *QUADS), ((4, 0, 1),)),
    "col": Layout(32, 4, ((4, 0, 1), *QUADS), ((4, 1, 0),)),
}
QUAD_RIGHT = {
    "row": Layout(16, 8, ((4, 1, 0), (4, 4, 0), (2, 0, 4)), ((4, 0, 1),)),
    "col": Layout(16, 8, ((4, 0, 1), (4, 4, 0), (2, 0, 4)), ((4, 1, 0),)),
}
QUAD_SUMS = {
    "f16": Layout(32, 8, ((4, 1, 0), *QUADS), ((8, 0, 1),)),
    "f32": Layout(32, 8, ((2, 1, 0), (2, 0, 2), *QUADS), ((2, 0, 1), (2, 2, 0), (2, 0, 4))),
}
"""The four matrices of a kind one below the other, by the layout of the operand or the type of the sums."""
