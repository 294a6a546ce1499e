"""Memory that each CTA (shared) or each thread (local) has a copy of, interleaved by words.

Word `w` of all copies is one row, so an address that all copies agree on moves as a whole row.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.memory import aligned

Array = np.ndarray[Any, Any]

_UNITS = {1: np.dtype(np.uint8), 2: np.dtype(np.uint16), 4: np.dtype(np.uint32)}
WRITTEN = {1: 0x01, 2: 0x0101, 4: 0x01010101}


class Banked:
    """`nbytes` of memory for each of `columns` owners; contents start as zeros.

    `written`, kept on request, is of the same form and holds 1 in each byte that was stored.
    """

    def __init__(self, nbytes: int, columns: int, track: bool) -> None:
        self.nbytes = nbytes
        self.columns = columns
        self.track = track
        words = -(-nbytes // 4)
        self.rows: Array = aligned(words * columns * 4, zero=True).view(np.uint32).reshape(words, columns)
        self.written: Array | None = np.zeros_like(self.rows) if track else None

    def clear(self) -> None:
        """Forget everything: the next CTAs start afresh."""
        self.rows.fill(0)
        if self.written is not None:
            self.written.fill(0)

    def grow(self, nbytes: int) -> None:
        """Make room for at least `nbytes` an owner; contents stay."""
        if nbytes <= self.nbytes:
            return
        old, shadow = self.rows, self.written
        self.__init__(nbytes, self.columns, self.track)
        self.rows[: len(old)] = old
        if self.written is not None and shadow is not None:
            self.written[: len(shadow)] = shadow

    def index(self, address: Array, column: Array, size: int) -> Array:
        """Element numbers, in a view of `size` bytes (1, 2, 4), of byte addresses."""
        address = address.astype(np.int64)
        index = (address >> 2) * self.columns + column
        if size == 4:
            return index
        return index * (4 // size) + ((address & 3) >> (size - 1))

    def load(self, address: Array, column: Array, size: int) -> Array:
        """Unsigned elements of `size` bytes (1 to 8) at checked addresses."""
        return _load(self.rows, self, address, column, size)

    def missing(self, address: Array, column: Array, size: int) -> Array | None:
        """Where any byte of these elements was never stored; None if that is not tracked."""
        if self.written is None:
            return None
        if size == 8:
            low = self.missing(address, column, 4)
            high = self.missing(address + 4, column, 4)
            return None if low is None or high is None else low | high
        return _load(self.written, self, address, column, size) != WRITTEN[size]

    def all_written(self, word: Array, size: int) -> bool:
        """Whether all copies of `size` bytes from these words on were stored; always true where that is not kept."""
        if self.written is None:
            return True
        return all(bool((self.written[word + part] == WRITTEN[4]).all()) for part in range(max(size // 4, 1)))

    def holes(self, address: Array, column: Array, size: int) -> Array:
        """Which bytes of these elements were never stored, `[elements, size]`; needs `track`."""
        assert self.written is not None
        shadow = np.ascontiguousarray(_load(self.written, self, address, column, size))
        return shadow.view(np.uint8).reshape(-1, size) == 0

    def forget(self, address: Array, column: Array) -> None:
        """The bytes at these addresses count as never stored."""
        if self.written is not None:
            self.written.reshape(-1).view(np.uint8)[self.index(address, column, 1)] = 0

    def store(self, address: Array, column: Array, size: int, value: Array) -> None:
        """Put unsigned elements of `size` bytes; where several go to one place, the last thread's stays."""
        if size == 8:
            halves = np.ascontiguousarray(value).view(np.uint32).reshape(*value.shape, 2)
            self.store(address, column, 4, halves[..., 0])
            self.store(address + 4, column, 4, halves[..., 1])
            return
        index = self.index(address, column, size)
        self.rows.reshape(-1).view(_UNITS[size])[index] = value
        if self.written is not None:
            self.written.reshape(-1).view(_UNITS[size])[index] = WRITTEN[size]


def _load(rows: Array, memory: Banked, address: Array, column: Array, size: int) -> Array:
    if size == 8:
        low = _load(rows, memory, address, column, 4)
        high = _load(rows, memory, address + 4, column, 4)
        return np.stack((low, high), axis=-1).view(np.uint64)[..., 0]
    return rows.reshape(-1).view(_UNITS[size])[memory.index(address, column, size)]
