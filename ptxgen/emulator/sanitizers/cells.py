"""The shadow of a piece of memory: for each cell the last writer, and two readers and two atomics since.

Where more than whole CTAs meet, all others are kept beside the two, and all of several writers that agree.
A cell is as large as the smallest access so far, so accesses of one size cost one look, and no two accesses share a
cell without sharing all its bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.sanitizers.crowds import Crowd
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.stamps import FLIGHT, STRONG, other_thread

if TYPE_CHECKING:
    from ptxgen.emulator.sanitizers.shadows import Look

Array = np.ndarray[Any, Any]

LARGEST = 16


class Pair:
    """Two stamps a cell, of different threads, and of different CTAs where there are such.

    One of two different threads always differs from whoever comes next; that is why two are enough where only whole
    CTAs meet. With `complete` the rest goes to a crowd.
    """

    def __init__(self, shape: tuple[int, int], *, complete: bool) -> None:
        self.last: Array = np.zeros(shape, np.int64)
        self.other: Array = np.zeros(shape, np.int64)
        self.crowd: Crowd | None = Crowd(shape) if complete else None

    def refine(self, factor: int) -> None:
        self.last = np.repeat(self.last, factor, axis=0)
        self.other = np.repeat(self.other, factor, axis=0)
        if self.crowd is not None:
            self.crowd.refine(factor)

    def spread(self, columns: int) -> None:
        self.last, self.other = _spread(self.last, columns), _spread(self.other, columns)
        if self.crowd is not None:
            self.crowd.spread(columns)

    def note_rows(self, rows: Rows, first: Array, last: Array, ordering: Ordering) -> None:
        """Remember who comes now, at whole rows: the first and the last thread at each, or who came last before."""
        crowd, alone = rows.crowded.nonzero()[0], (~rows.crowded).nonzero()[0]
        if alone.size:
            before, latest = self.last[rows.cells[alone]], last[alone]
            second = ordering.recent(before) & other_thread(before, latest)
            if second.any():
                kept = self.other[rows.cells[alone]]
                np.copyto(kept, before, where=second)
                self.other[rows.cells[alone]] = kept
        self.last[rows.cells] = last
        if crowd.size:
            self.other[rows.cells[crowd]] = first[crowd]

    def note(self, index: Array, stamp: Array, ordering: Ordering, shared: bool) -> None:
        """Remember who comes now, at single cells."""
        if self.crowd is None:
            self._note_two(index, stamp, ordering, shared)
            return
        last, other = self.last.reshape(-1), self.other.reshape(-1)
        known = other[index], last[index], stamp
        self._note_two(index, stamp, ordering, shared)
        two = last[index], other[index]
        for old in known:
            left = (old != two[0]) & (old != 0)
            if not left.any():
                continue
            left &= old != two[1]
            if old is not stamp and shared:
                left &= ordering.recent(old)
            for kept in two:
                left &= ~_stands_for(kept, old, ordering.start)
            if left.any():
                self.crowd.add(index[left], old[left], ordering.start)

    def _note_two(self, index: Array, stamp: Array, ordering: Ordering, shared: bool) -> None:
        last, other = self.last.reshape(-1), self.other.reshape(-1)
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
            _put(other, index, before, second & ~_marked(last, index, lost) if crowded else second)
            if crowded:
                _put(other, index, stamp, lost)
            return
        older = other[index]
        foreign = ordering.foreign(before, winner)
        keeps = ordering.foreign(older, winner)
        _put(other, index, before, (before != 0) & ~keeps & other_thread(before, winner))
        if crowded:
            far = lost & ordering.foreign(stamp, winner)
            _put(other, index, stamp, lost & ~keeps & ~foreign)
            _put(other, index, stamp, far)
        _put(other, index, before, foreign)


@frozen(eq=False)
class Rows:
    """Rows of cells, each once, with the first and the last of the accesses that go there."""

    cells: Array
    first: Array
    last: Array

    @staticmethod
    def of(index: Array, count: int) -> Rows:
        """Of the row of each access, out of `count`."""
        number = np.arange(len(index))
        place = np.zeros(count, np.int64)
        place[index] = number
        last = (place[index] == number).nonzero()[0]
        cells = index[last]
        place[index[::-1]] = number[::-1]
        return Rows(cells, place[cells], last)

    @property
    def crowded(self) -> Array:
        """To which rows several accesses go."""
        return self.first != self.last


def _marked(table: Array, index: Array, lost: Array) -> Array:
    """Which elements are at cells that several threads of this access went to."""
    flags = np.zeros(table.shape, np.bool_)
    flags[index[lost]] = True
    return flags[index]


def _stands_for(kept: Array, old: Array, start: int) -> Array:
    """Whether the kept access is a later one of the same thread, which orders whatever the old one would."""
    later = (old >= start) & (old < kept) & (kept < FLIGHT) & ~other_thread(old, kept)
    return later & ((kept & STRONG == 0) | (old & STRONG != 0))


def _put(table: Array, index: Array, values: Array, chosen: Array) -> None:
    """`table[index] = values` for the chosen elements."""
    if chosen.any():
        table[index[chosen]] = values[chosen]


def _spread(table: Array, columns: int) -> Array:
    """The stamps of one column as those of all."""
    return np.where(table != 0, table + np.arange(columns), 0)


class Cells:
    """The shadow of `nbytes` of memory, of which there are `columns` copies.

    complete: more than two readers and atomics of a cell matter, and more than one of several writers that agree.
    """

    def __init__(self, nbytes: int, columns: int = 1, *, complete: bool = False) -> None:
        self.nbytes = nbytes
        self.unit = LARGEST
        self.columns = columns
        self.complete = complete
        self.write: Array = np.zeros(self._shape, np.int64)
        self.reads: Pair | None = None
        self.atomics: Pair | None = None
        self.agreed: Crowd | None = None
        """Those who wrote by the same instruction as the last writer, and the same."""
        self.newest = 0
        """All writes that are over have smaller stamps."""
        self.flights = 0
        """How many cells copies under way write."""
        self.waiting: list[Look] = []
        """Reads that are not in the shadow yet: see `Judge`."""

    @property
    def _shape(self) -> tuple[int, int]:
        return (-(-self.nbytes // self.unit), self.columns)

    def refine(self, size: int) -> None:
        """Make cells small enough for accesses of this size."""
        if size >= self.unit:
            return
        factor = self.unit // size
        self.unit = size
        self.flights *= factor
        self.write = np.repeat(self.write, factor, axis=0)
        for part in (self.reads, self.atomics, self.agreed):
            if part is not None:
                part.refine(factor)

    def spread(self, columns: int) -> None:
        """What was of one column, which stood for all of so many, is of each of them."""
        self.columns = columns
        self.flights *= columns
        self.write = _spread(self.write, columns)
        for part in (self.reads, self.atomics, self.agreed):
            if part is not None:
                part.spread(columns)

    def since(self) -> tuple[Array, ...]:
        """What the next write ends of the two readers and atomics."""
        return tuple(
            t for pair in (self.reads, self.atomics) if pair is not None for t in (pair.last, pair.other)
        )

    def crowds(self) -> tuple[Crowd, ...]:
        """What the next write ends of the others."""
        pairs = (pair.crowd for pair in (self.reads, self.atomics) if pair is not None)
        return tuple(crowd for crowd in (*pairs, self.agreed) if crowd is not None)

    def agreeing(self) -> Crowd | None:
        """Where to note writers that agree with the last one, made when first needed; None where one is enough."""
        if self.agreed is None and self.complete:
            self.agreed = Crowd(self.write.shape)
        return self.agreed

    def readers(self) -> Pair:
        """The readers, made when first needed."""
        if self.reads is None:
            self.reads = Pair(self.write.shape, complete=self.complete)
        return self.reads

    def atoms(self) -> Pair:
        """The threads of atomic operations, made when first needed."""
        if self.atomics is None:
            self.atomics = Pair(self.write.shape, complete=self.complete)
        return self.atomics
