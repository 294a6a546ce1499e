"""Which threads an array's elements belong to: the axis lattice of whole CTAs, or a compacted list.

Threads of a batch are numbered `thread * columns + column`: `thread` is the linear index in the CTA, `column` the CTA's
place in the batch. In that order a lattice array `[warps, lanes, CTAs]` and a flat array of all threads are the same
bytes.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

WARP, LANE, CTA = 4, 2, 1
"""Axes of the lattice as bits: a value varies with the warp, the lane, the CTA."""
ALL = WARP | LANE | CTA
WARP_SIZE = 32


class Lanes:
    """The threads of a context, in ascending number.

    `column` and `thread` broadcast to `shape`. A lattice holds all threads of its CTAs and has three axes; its CTAs are
    `columns_of` of the batch's. A flat context has one axis.
    """

    def __init__(self, shape: tuple[int, ...], column: Array, thread: Array, columns: int) -> None:
        self.shape = shape
        self.column = column
        self.thread = thread
        self.columns = columns

    @staticmethod
    def lattice(warps: int, width: int, chosen: Array, columns: int) -> Lanes:
        """All threads of the chosen columns: `warps` warps of `width` lanes each."""
        thread = np.arange(warps * width, dtype=np.int64).reshape(warps, width, 1)
        return Lanes((warps, width, len(chosen)), chosen.reshape(1, 1, -1), thread, columns)

    @staticmethod
    def flat(ids: Array, columns: int) -> Lanes:
        """The threads with these numbers, ascending."""
        thread, column = np.divmod(ids, columns)
        lanes = Lanes((len(ids),), column, thread, columns)
        lanes.__dict__["ids"] = ids
        return lanes

    @property
    def is_lattice(self) -> bool:
        return len(self.shape) == 3

    @cached_property
    def size(self) -> int:
        size = 1
        for extent in self.shape:
            size *= extent
        return size

    @cached_property
    def ids(self) -> Array:
        """The number of each thread, one axis."""
        return np.add(self.thread * self.columns, self.column).reshape(-1)

    @cached_property
    def whole(self) -> bool:
        """Whether this is a lattice of every CTA of the batch, so that storage rows can be used as they are."""
        return self.is_lattice and self.shape[2] == self.columns

    @cached_property
    def lane(self) -> Array:
        """The lane in the warp; broadcasts to `shape`."""
        return self.thread % WARP_SIZE

    @cached_property
    def warp_ids(self) -> Array:
        """A number of each thread's warp that is unique in the batch, one axis."""
        flat = (self.thread // WARP_SIZE) * self.columns + self.column
        return np.broadcast_to(flat, self.shape).reshape(-1)

    @cached_property
    def rows(self) -> tuple[Array, Array, Array]:
        """`(row, lane, seat)`: each thread's warp as a row number, its lane; `seat[row, lane]`: its position or -1."""
        _, row = np.unique(self.warp_ids, return_inverse=True)
        lane = np.broadcast_to(self.lane, self.shape).reshape(-1)
        seat = np.full((int(row.max(initial=-1)) + 1, WARP_SIZE), -1, np.int64)
        seat[row, lane] = np.arange(self.size)
        return row, lane, seat

    @cached_property
    def warps(self) -> int:
        """How many warps have threads here."""
        if self.is_lattice:
            return self.shape[0] * self.shape[2]
        return len(self.rows[2])

    def extents(self, axes: int) -> tuple[int, ...]:
        """The shape of a value that varies along these axes (any axis at all, in a flat context)."""
        if len(self.shape) == 1:
            return self.shape if axes else (1,)
        warps, lanes, columns = self.shape
        return (warps if axes & WARP else 1, lanes if axes & LANE else 1, columns if axes & CTA else 1)


def pick(value: Array, shape: tuple[int, ...], positions: Array) -> Array:
    """Elements of a value that broadcasts to `shape`, at flat positions of `shape`. Always a fresh array."""
    if value.size == 1:
        return np.full(positions.shape, value.reshape(-1)[0], value.dtype)
    if value.shape == shape:
        return value.reshape(-1)[positions]
    return np.ascontiguousarray(np.broadcast_to(value, shape)).reshape(-1)[positions]
