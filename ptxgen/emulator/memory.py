"""Global memory: one arena of bytes, handed out as buffers whose bounds are always known."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from attrs import define, field

from ptxgen.emulator.errors import BAD_BUFFER, MEMORY_LIMIT, EmulatorError
from ptxgen.emulator.limits import Limits

Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Array = np.ndarray[Any, Any]

BASE = 0x7000_0000_0000
"""The address of the arena's first byte. Far from zero and from the shared and local windows."""
ALIGNMENT = 256
GAP = 256
"""Bytes that belong to nobody between two buffers, so that a small overrun never lands in a neighbour."""

UNITS: dict[int, np.dtype[Any]] = {
    1: np.dtype(np.uint8),
    2: np.dtype(np.uint16),
    4: np.dtype(np.uint32),
    8: np.dtype(np.uint64),
    16: np.dtype(np.complex128),
}
"""How memory is viewed to move so many bytes at once. Complex numbers are moved, never computed with."""


def aligned(nbytes: int, *, zero: bool = False) -> Bytes:
    """Fresh bytes that start on a cache line."""
    raw = (np.zeros if zero else np.empty)(nbytes + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + nbytes]


@define(eq=False)
class Buffer:
    """A piece of global memory: `address` as kernels see it, size in bytes, a name for messages.

    `initialised` says that every byte is known to have been written (kept only when that is tracked).
    """

    address: int
    nbytes: int
    name: str
    initialised: bool = False
    alive: bool = True

    @property
    def end(self) -> int:
        return self.address + self.nbytes

    @property
    def offset(self) -> int:
        """Where the buffer starts in the arena."""
        return self.address - BASE

    def described(self, name: str = "") -> str:
        """Name, bounds and size; `name` is what the reader calls it, if that is known."""
        return f"{name or self.name or 'buffer'} [{self.address:#x}, {self.end:#x}), {self.nbytes} bytes"

    def __str__(self) -> str:
        return self.described()


@define(eq=False, init=False)
class Memory:
    """The global memory of one device. Grows as needed, up to `limits.memory_bytes`.

    With `track_initialised`, each byte remembers whether it was written; reads of others are errors. The arena starts
    with `reserve` bytes and does not move in the host's memory before they are full, so that views last.
    """

    limits: Limits
    track_initialised: bool
    used: int
    _arena: Bytes = field(repr=False)
    _written: Bytes | None = field(repr=False)
    _views: dict[int, Array] = field(repr=False)
    _buffers: dict[int, Buffer] = field(repr=False)
    _starts: list[int] = field(repr=False)
    quarantine_bytes: int
    _holes: list[tuple[int, int]] = field(repr=False)
    _freed: deque[Buffer] = field(repr=False)
    _top: int

    def __init__(
        self, limits: Limits | None = None, track_initialised: bool = False, reserve: int = 1 << 20
    ) -> None:
        self.limits = limits or Limits()
        self.track_initialised = track_initialised
        self.used = 0
        self._buffers = {}
        self._starts = []
        self._holes = []
        self._freed = deque()
        self.quarantine_bytes = 0
        self._top = 0
        self._arena = aligned(reserve, zero=True)
        self._written = aligned(reserve, zero=True) if track_initialised else None
        self._views = {}
        self._review()

    def allocate(self, nbytes: int, name: str = "") -> Buffer:
        """A new buffer, aligned to 256 bytes. Its contents are undefined. EMU021 past the limit."""
        if nbytes < 0:
            raise EmulatorError(BAD_BUFFER, f"a buffer cannot have {nbytes} bytes")
        self._check_limit(nbytes, name)
        buffer = Buffer(BASE + self._place(-(-max(nbytes, 1) // ALIGNMENT) * ALIGNMENT + GAP), nbytes, name)
        self._enter(buffer)
        return buffer

    def has_room(self, nbytes: int) -> bool:
        """Whether a buffer of so many bytes fits where the arena is: nothing that looks at it needs to look anew."""
        size = -(-max(nbytes, 1) // ALIGNMENT) * ALIGNMENT + GAP
        fits = self._top + size <= self._arena.size or any(room >= size for _, room in self._holes)
        return fits and self.used + nbytes <= self.limits.memory_bytes

    def free(self, buffer: Buffer, *, reuse: bool = False) -> None:
        """Give a buffer back. EMU041 if it is not (any longer) one of this memory.

        Its place is used again when `quarantine_bytes` have been freed after it, or at once with `reuse`.
        """
        self.withdraw(buffer)
        if reuse or buffer.nbytes > self.quarantine_bytes:
            self.give_out(buffer)
            return
        self._freed.append(buffer)
        while sum(b.nbytes for b in self._freed) > self.quarantine_bytes:
            self.give_out(self._freed.popleft())

    def withdraw(self, buffer: Buffer) -> None:
        """There is no such buffer until it is restored: its place stays its own. EMU041 if it is not one of these."""
        if self._buffers.pop(buffer.address, None) is not buffer:
            raise EmulatorError(BAD_BUFFER, f"{buffer} is not allocated here, or was freed before")
        buffer.alive = False
        self._starts.remove(buffer.address)
        self.used -= buffer.nbytes

    def restore(self, buffer: Buffer) -> None:
        """A withdrawn buffer is there again, its contents undefined. EMU021 past the limit."""
        self._check_limit(buffer.nbytes, buffer.name)
        buffer.alive = True
        self._enter(buffer)

    def freed_at(self, address: int) -> Buffer | None:
        """The freed buffer in quarantine that had this address."""
        return next((b for b in self._freed if b.address <= address < b.end), None)

    def _check_limit(self, nbytes: int, name: str) -> None:
        if self.used + nbytes > self.limits.memory_bytes:
            raise EmulatorError(
                MEMORY_LIMIT,
                f"{nbytes} bytes for {name or 'a buffer'} exceed the limit of {self.limits.memory_bytes} bytes"
                f" ({self.used} in use)",
                help="free buffers, or raise Limits.memory_bytes",
            )

    def _enter(self, buffer: Buffer) -> None:
        self.used += buffer.nbytes
        self._buffers[buffer.address] = buffer
        insort(self._starts, buffer.address)
        buffer.initialised = False
        if self._written is not None:
            self._written[buffer.offset : buffer.offset + buffer.nbytes] = 0

    def give_out(self, buffer: Buffer) -> None:
        """Let the place of a freed or withdrawn buffer be used again."""
        size = -(-max(buffer.nbytes, 1) // ALIGNMENT) * ALIGNMENT + GAP
        self._holes = list(_joined(sorted([*self._holes, (buffer.offset, size)])))
        if self._holes and sum(self._holes[-1]) == self._top:
            self._top = self._holes.pop()[0]

    def read(self, address: int, nbytes: int) -> Bytes:
        """A copy of bytes. EMU041 unless all lie in one buffer."""
        offset = self._inside(address, nbytes, "read")
        return self._arena[offset : offset + nbytes].copy()

    def write(self, address: int, data: bytes | bytearray | memoryview | Array) -> None:
        """Store bytes (of an array: its memory in C order). EMU041 unless all lie in one buffer."""
        source = np.ascontiguousarray(data) if isinstance(data, np.ndarray) else np.frombuffer(data, np.uint8)
        flat = source.reshape(-1).view(np.uint8)
        offset = self._inside(address, flat.size, "write")
        self._arena[offset : offset + flat.size] = flat
        if self._written is not None:
            self._written[offset : offset + flat.size] = 1

    def find(self, address: int, nbytes: int = 1) -> Buffer | None:
        """The buffer that holds all of these bytes."""
        position = bisect_right(self._starts, address) - 1
        if position < 0:
            return None
        buffer = self._buffers[self._starts[position]]
        return buffer if address + nbytes <= buffer.end else None

    def nearest(self, address: int, but: Buffer | None = None) -> Buffer | None:
        """The buffer (`but` that one) whose bounds are closest to an address; None if there is no buffer."""
        return min(
            (buffer for buffer in self._buffers.values() if buffer is not but),
            key=lambda b: max(b.address - address, address - b.end + 1, 0),
            default=None,
        )

    def buffers(self) -> list[Buffer]:
        """All live buffers by address."""
        return [self._buffers[start] for start in self._starts]

    def view(self, size: int) -> Array:
        """The arena as elements of `size` bytes (1, 2, 4, 8 or 16). Valid until the next `allocate`."""
        return self._views[size]

    def written(self, size: int) -> Array:
        """The initialised-shadow as elements of `size` bytes: each byte is 1 where memory was written."""
        if self._written is None:
            raise EmulatorError(BAD_BUFFER, "this memory does not track what was initialised")
        return self._written.view(UNITS[size])

    def forget(self, addresses: Array) -> None:
        """The bytes at these addresses, all in live buffers, count as never written."""
        if self._written is not None:
            self._written[(addresses - np.uint64(BASE)).view(np.int64)] = 0
            for start in np.unique(np.searchsorted(self._starts, addresses, side="right") - 1):
                self._buffers[self._starts[int(start)]].initialised = False

    def refresh_initialised(self) -> None:
        """Find out which buffers are wholly written, so that their reads need no further look."""
        if self._written is not None:
            for buffer in self._buffers.values():
                if not buffer.initialised:
                    start = buffer.offset
                    buffer.initialised = bool(self._written[start : start + buffer.nbytes].all())

    def _place(self, size: int) -> int:
        for number, (offset, room) in enumerate(self._holes):
            if room >= size:
                self._holes[number : number + 1] = [(offset + size, room - size)] if room > size else []
                return offset
        offset, self._top = self._top, self._top + size
        if self._top > self._arena.size:
            self._grow(max(self._top, 2 * self._arena.size))
        return offset

    def _grow(self, nbytes: int) -> None:
        nbytes = -(-nbytes // ALIGNMENT) * ALIGNMENT
        try:
            self._arena = _enlarged(self._arena, nbytes)
            if self._written is not None:
                self._written = _enlarged(self._written, nbytes)
        except MemoryError:
            raise EmulatorError(
                MEMORY_LIMIT,
                f"this machine has no {nbytes} bytes for the emulated global memory",
                help="free buffers",
            ) from None
        self._review()

    def _review(self) -> None:
        self._views = {size: self._arena.view(unit) for size, unit in UNITS.items()}

    def _inside(self, address: int, nbytes: int, verb: str) -> int:
        buffer = self.find(address, max(nbytes, 0))
        if buffer is None or nbytes < 0:
            near = self.nearest(address)
            raise EmulatorError(
                BAD_BUFFER,
                f"cannot {verb} {nbytes} bytes at {address:#x}: they are not inside one buffer",
                notes=(f"nearest buffer: {near}",) if near else (),
                address=address,
            )
        return address - BASE


def _enlarged(old: Bytes, nbytes: int) -> Bytes:
    new = aligned(nbytes, zero=True)
    new[: old.size] = old
    return new


def _joined(holes: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Neighbouring holes as one."""
    start, size = holes[0]
    for offset, room in holes[1:]:
        if offset == start + size:
            size += room
        else:
            yield start, size
            start, size = offset, room
    yield start, size
