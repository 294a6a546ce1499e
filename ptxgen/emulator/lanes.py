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
    `columns_of` of the batch's. A flat context has one axis, and may be padded: a place where `own` is false holds a
    copy of its neighbour's state, the neighbour's number included.
    """

    def __init__(self, shape: tuple[int, ...], columns: int, own: Array | None = None) -> None:
        self.shape = shape
        self.columns = columns
        self.own = own

    @staticmethod
    def lattice(warps: int, width: int, chosen: Array, columns: int) -> Lanes:
        """All threads of the chosen columns: `warps` warps of `width` lanes each."""
        lanes = Lanes((warps, width, len(chosen)), columns)
        lanes.thread = np.arange(warps * width, dtype=np.int64).reshape(warps, width, 1)
        lanes.column = chosen.reshape(1, 1, -1)
        return lanes

    @staticmethod
    def flat(ids: Array, columns: int, own: Array | None = None) -> Lanes:
        """The threads with these numbers, ascending; `own` holds where they are no padding (None: everywhere)."""
        lanes = Lanes((len(ids),), columns, own)
        lanes.ids = ids
        return lanes

    @cached_property
    def thread(self) -> Array:
        """The number of each thread in its CTA."""
        return self.ids // self.columns

    @cached_property
    def column(self) -> Array:
        """The column of each thread's CTA."""
        return self.ids - self.thread * self.columns

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
    def count(self) -> int:
        """How many threads are here, padding not counted."""
        return self.size if self.own is None else int(np.count_nonzero(self.own))

    def places(self, mask: Array | None = None) -> Array:
        """Where threads are on which a mask with an element a place holds (without one: all), padding left out."""
        if mask is None:
            return np.arange(self.size) if self.own is None else self.own.nonzero()[0]
        return (mask if self.own is None else mask & self.own).nonzero()[0]

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
        return np.broadcast_to(flat, self.shape).reshape(-1) if self.is_lattice else flat

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
        return int(np.count_nonzero(self.population))

    @cached_property
    def population(self) -> Array:
        """How many threads of each warp are here, by the numbers of warps."""
        return np.bincount(self.warp_ids[self.places()])

    def without(self, gone: Array, left: Array, twins: Array, *, held: bool) -> Lanes:
        """A flat context's threads but those at the places `gone`. All places `left` become copies of `twins`.

        These lanes are done with: what they know goes over to the new ones. `held`: somebody may hold their `ids`.
        """
        population = self.population - np.bincount(self.warp_ids[gone], minlength=len(self.population))
        own = np.ones(self.size, np.bool_) if self.own is None else self.own
        own[left] = False
        ids = self.ids.copy() if held else self.ids
        ids[left] = ids[twins]
        self.warp_ids[left] = self.warp_ids[twins]
        lanes = Lanes.flat(ids, self.columns, own)
        lanes.population, lanes.warp_ids, lanes.count = population, self.warp_ids, self.count - len(gone)
        return lanes

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
