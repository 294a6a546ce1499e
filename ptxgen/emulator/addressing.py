"""Addresses of one register, checked once for all the accesses of a block that use it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.memory import Buffer, Memory, aligned

Array = np.ndarray[Any, Any]

_SHIFTS = {1: 0, 2: 1, 4: 2, 8: 3, 16: 4}


class GlobalBase:
    """Global addresses in a register, relative to the buffer that all of them were in the last time.

    After `resolve`, `at` tells for a constant offset and size where the elements are, in constant time if all threads
    stay in that buffer and are aligned. The fast answer is exact: it never lets a bad access pass.
    """

    def __init__(self, address: Array, memory: Memory) -> None:
        self.address = address
        self.memory = memory
        self.shape = address.shape
        size = address.size
        self._delta = aligned(8 * size).view(np.uint64)
        self._lines = self._delta.reshape(self.shape)
        self._index: dict[int, tuple[Array, Array]] = {}
        self._fresh: set[int] = set()
        self._lent: set[int] = set()
        self._buffer: Buffer | None = None
        self._origin = np.zeros((), np.uint64)
        self._top = 0
        self._bits = 0
        self._low: int | None = None

    def resolve(self) -> None:
        """The register has a new value: reduce it to what checks need."""
        np.subtract(self.address, self._origin, out=self._lines)
        self._top = int(np.maximum.reduce(self._delta))
        self._bits = int(np.bitwise_or.reduce(self._delta))
        self._low = None
        self._fresh.clear()
        for size in self._lent:
            del self._index[size]
        self._lent.clear()

    def at(self, offset: int, size: int) -> tuple[Array, Array] | None:
        """`(view, index)`: elements of `size` bytes and their numbers, of the register's shape. None: look closer."""
        start = self._start(offset, size)
        return None if start is None else (self.memory.view(size)[start:], self._indices(size))

    def lend(self, offset: int, size: int) -> tuple[Array, int, Array] | None:
        """`(view, start, index)` of 4 bytes or more: `at`, with where the view starts. The numbers stay as they are."""
        start = self._start(offset, size)
        if start is None:
            return None
        index = self._indices(size)
        self._lent.add(size)
        return self.memory.view(size)[start:], start, index

    def _start(self, offset: int, size: int) -> int | None:
        """The element of the arena that belongs to the index 0. None: look closer."""
        buffer = self._buffer
        if (
            buffer is None
            or not buffer.alive
            or self._top + offset + size > buffer.nbytes
            or (offset < 0 and self._below(offset))
        ):
            buffer = self._rebase(offset, size)
            if buffer is None:
                return None
        if self._bits & (size - 1) or offset % size:
            return None
        if self.memory.track_initialised and not buffer.initialised:
            return None
        start = (buffer.offset + offset) // size
        return start if start >= 0 else None

    def _indices(self, size: int) -> Array:
        if size == 1:
            return self._lines.view(np.int64)
        pair = self._index.get(size)
        if pair is None:
            index = aligned(8 * self._delta.size).view(np.uint64).reshape(self.shape)
            pair = self._index[size] = (index, index.view(np.int64))
        if size not in self._fresh:
            np.right_shift(self._lines, np.uint64(_SHIFTS[size]), out=pair[0])
            self._fresh.add(size)
        return pair[1]

    def _below(self, offset: int) -> bool:
        if self._low is None:
            self._low = int(np.minimum.reduce(self._delta))
        return self._low + offset < 0

    def _rebase(self, offset: int, size: int) -> Buffer | None:
        """Try the buffer of the first thread's access; None unless all threads are inside."""
        first = int(self.address.reshape(-1)[0]) + offset
        buffer = self.memory.find(first, size)
        if buffer is None or buffer is self._buffer:
            return None
        self._buffer = buffer
        self._origin = np.uint64(buffer.address)
        self.resolve()
        if self._top >= 1 << 62:
            # Some base lies below the buffer; only a signed offset can bring it in. The general path decides.
            self._buffer = None
            return None
        if self._top + offset + size > buffer.nbytes or (offset < 0 and self._below(offset)):
            return None
        return buffer
