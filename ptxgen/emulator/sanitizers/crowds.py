"""The accesses to cells of memory for which a shadow has no room: all of them, as a sorted list.

Two accesses a cell are enough while only whole CTAs meet, since one of two threads always differs from whoever comes
next. Where single threads and warps tell each other what they did, each access may be the one that nobody knows of
(FastTrack, Flanagan and Freund 2009, keeps a clock a thread then). Most cells never have a third one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ptxgen.emulator.sanitizers.stamps import FLIGHT, SHIFT, STRONG, THREAD

Array = np.ndarray[Any, Any]

_PENDING = 1 << 20
"""Entries that are noted before they are sorted."""
_PAIRS = 1 << 21
"""Pairs of an old and a new access that are looked at together."""
_CELL = 26
_STRONG = 1 << 25
_PAST = 1 << 24


class Crowd:
    """Stamps of accesses since the last write, by cell (numbered as the flat table is); the last one of each thread.

    Of earlier batches the last access is enough: a thread knows them all up to a number.
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.columns = shape[1]
        self.flags: Array = np.zeros(shape, np.bool_)
        """Which cells have entries."""
        self._since: Array = np.zeros(shape, np.int64)
        """The access that ended what was noted of a cell before it."""
        self._cells: Array = np.zeros(0, np.int64)
        self._stamps: Array = np.zeros(0, np.int64)
        self._pending: list[tuple[Array, Array]] = []
        self._waiting = 0
        self._flying = False
        self._start = 0

    def refine(self, factor: int) -> None:
        """Cells become smaller."""
        self._sort()
        self.flags = np.repeat(self.flags, factor, axis=0)
        self._since = np.repeat(self._since, factor, axis=0)
        row, column = np.divmod(self._cells, self.columns)
        rows = row[:, None] * factor + np.arange(factor)
        self._add((rows * self.columns + column[:, None]).reshape(-1), np.repeat(self._stamps, factor))
        self._cells = self._stamps = np.zeros(0, np.int64)

    def spread(self, columns: int) -> None:
        """What was of one column, which stood for all of so many, is of each of them."""
        self._sort()
        every = np.arange(columns)
        cells = (self._cells[:, None] * columns + every).reshape(-1)
        self.columns = columns
        self.flags, self._since = (
            np.repeat(self.flags, columns, axis=1),
            np.repeat(self._since, columns, axis=1),
        )
        stamps = (self._stamps[:, None] + every).reshape(-1)
        self._cells = self._stamps = np.zeros(0, np.int64)
        self._add(cells, stamps)

    def add(self, cells: Array, stamps: Array, start: int) -> None:
        """Accesses that must not be forgotten. Stamps below `start` are of earlier batches."""
        if not cells.size:
            return
        self._start = start
        self.flags.reshape(-1)[cells] = True
        self._flying = self._flying or int(stamps.max()) >= FLIGHT
        self._add(cells, stamps)
        if self._waiting > max(_PENDING, self._cells.size):
            self._sort()

    def clear(self, cells: Array, number: int) -> None:
        """The access of this number ends what was noted of these cells."""
        self.flags.reshape(-1)[cells] = False
        self._since.reshape(-1)[cells] = number

    def at(self, cells: Array) -> Iterator[tuple[Array, Array]]:
        """The entries of some cells, in parts: which of `cells` each is of, and the stamps."""
        self._sort()
        first = np.searchsorted(self._cells, cells, "left")
        counts = np.searchsorted(self._cells, cells, "right") - first
        ends = np.cumsum(counts)
        start = 0
        while start < cells.size:
            done = int(ends[start - 1]) if start else 0
            stop = max(int(np.searchsorted(ends, done + _PAIRS, "right")), start + 1)
            some = counts[start:stop]
            place = np.repeat(np.arange(start, stop), some)
            entry = first[place] + np.arange(len(place)) + done - (ends - counts)[place]
            stamps = self._stamps[entry]
            alive = self._alive(cells[place], stamps)
            yield place[alive], stamps[alive]
            start = stop

    def settle(self, number: int, issuers: Array, end: int) -> None:
        """The copies that these issued by the access of that number are over: the access `end` by the same ones."""
        if not self._flying:
            return
        self._sort()
        flying = self._stamps >= FLIGHT
        over = flying & ((self._stamps & ~FLIGHT) >> SHIFT == number)
        over &= np.isin(self._stamps & THREAD, issuers)
        self._stamps[over] = (self._stamps[over] & ((1 << SHIFT) - 1)) | (end << SHIFT)
        self._flying = bool((flying & ~over).any())

    def _alive(self, cells: Array, stamps: Array) -> Array:
        return (stamps & ~FLIGHT) >> SHIFT >= self._since.reshape(-1)[cells]

    def _add(self, cells: Array, stamps: Array) -> None:
        self._pending.append((cells, stamps))
        self._waiting += cells.size

    def _sort(self) -> None:
        """Bring the pending entries to the others, and forget what no longer counts."""
        if not self._pending:
            return
        cells = np.concatenate([self._cells, *(c for c, _ in self._pending)])
        stamps = np.concatenate([self._stamps, *(s for _, s in self._pending)])
        self._pending, self._waiting = [], 0
        alive = self._alive(cells, stamps)
        cells, stamps = cells[alive], stamps[alive]
        key = (cells << _CELL) | np.where(stamps < self._start, _PAST, stamps & THREAD)
        key |= np.where(stamps & STRONG, _STRONG, 0)
        order = np.lexsort((stamps, key))
        key, stamps = key[order], stamps[order]
        last = np.append(key[1:] != key[:-1], True) if key.size else np.zeros(0, np.bool_)
        # Copies under way end one by one, whatever the same thread does later.
        again = (stamps >= FLIGHT) & np.append(stamps[1:] != stamps[:-1], True) if key.size else last
        kept = last | again
        self._cells, self._stamps = key[kept] >> _CELL, stamps[kept]
