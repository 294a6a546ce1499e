"""The shadow of a piece of memory: for each cell the last writer, and two readers and two atomics since.

A cell is as large as the smallest access so far, so accesses of one size cost one look, and no two accesses share a
cell without sharing all its bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.stamps import other_thread

Array = np.ndarray[Any, Any]

LARGEST = 16


class Pair:
    """Two stamps a cell, of different threads, and of different CTAs where there are such.

    One of two different threads always differs from whoever comes next; that is why two are enough.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.last: Array = np.zeros(shape, np.int64)
        self.other: Array = np.zeros(shape, np.int64)

    def refine(self, factor: int) -> None:
        self.last = np.repeat(self.last, factor, axis=0)
        self.other = np.repeat(self.other, factor, axis=0)

    def clear(self, index: Array, rows: bool) -> None:
        """Forget what is known of these cells."""
        for table in (self.last, self.other):
            (table if rows else table.reshape(-1))[index] = 0

    def note(self, index: Array, stamp: Array, ordering: Ordering, rows: bool, shared: bool) -> None:
        """Remember who comes now."""
        last = self.last if rows else self.last.reshape(-1)
        other = self.other if rows else self.other.reshape(-1)
        before = last[index]
        last[index] = stamp
        winner = last[index]
        lost = winner != stamp
        crowded = bool(lost.any())
        known = bool(before.any())
        if not crowded and not known:
            return
        if shared:
            second = ordering.recent(before) & other_thread(before, winner) if known else lost
            _put(
                other, index, before, second & ~_marked(last, index, lost, rows) if crowded else second, rows
            )
            if crowded:
                _put(other, index, stamp, lost, rows)
            return
        older = other[index]
        foreign = ordering.foreign(before, winner)
        keeps = ordering.foreign(older, winner)
        _put(other, index, before, (before != 0) & ~keeps & other_thread(before, winner), rows)
        if crowded:
            far = lost & ordering.foreign(stamp, winner)
            _put(other, index, stamp, lost & ~keeps & ~foreign, rows)
            _put(other, index, stamp, far, rows)
        _put(other, index, before, foreign, rows)


def _marked(table: Array, index: Array, lost: Array, rows: bool) -> Array:
    """Which elements are at cells that several threads of this access went to."""
    flags = np.zeros(table.shape, np.bool_)
    _put(flags, index, np.ones(lost.shape, np.bool_), lost, rows)
    return flags[index]


def _put(table: Array, index: Array, values: Array, chosen: Array, rows: bool) -> None:
    """`table[index] = values` for the chosen elements."""
    if not chosen.any():
        return
    if rows:
        row, column = np.nonzero(chosen)
        table[index[row], column] = values[row, column]
    else:
        table[index[chosen]] = values[chosen]


class Cells:
    """The shadow of `nbytes` of memory, of which there are `columns` copies."""

    def __init__(self, nbytes: int, columns: int = 1) -> None:
        self.nbytes = nbytes
        self.unit = LARGEST
        self.columns = columns
        self.write: Array = np.zeros(self._shape, np.int64)
        self.reads: Pair | None = None
        self.atomics: Pair | None = None

    @property
    def _shape(self) -> tuple[int, int]:
        return (-(-self.nbytes // self.unit), self.columns)

    def refine(self, size: int) -> None:
        """Make cells small enough for accesses of this size."""
        if size >= self.unit:
            return
        factor = self.unit // size
        self.unit = size
        self.write = np.repeat(self.write, factor, axis=0)
        for pair in (self.reads, self.atomics):
            if pair is not None:
                pair.refine(factor)

    def readers(self) -> Pair:
        """The readers, made when first needed."""
        if self.reads is None:
            self.reads = Pair(self.write.shape)  # type: ignore[arg-type]
        return self.reads

    def atoms(self) -> Pair:
        """The threads of atomic operations, made when first needed."""
        if self.atomics is None:
            self.atomics = Pair(self.write.shape)  # type: ignore[arg-type]
        return self.atomics
