"""Checked access to each state space for a list of threads: the general path, and the one that finds the fault."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.banked import Banked
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.errors import OUT_OF_BOUNDS
from ptxgen.emulator.faults import fault, misaligned, out_of_bounds, uninitialised
from ptxgen.emulator.memory import BASE, Buffer, Memory
from ptxgen.emulator.observer import Access
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

SHARED_WINDOW = 0x0100_0000_0000
LOCAL_WINDOW = 0x0200_0000_0000
WINDOW_BYTES = 1 << 32
"""Generic addresses from a window's start on mean shared or local memory; all others mean global memory."""

CLUSTER_SHIFT = 24
CLUSTER_MASK = (1 << CLUSTER_SHIFT) - 1
"""A shared address with a rank + 1 above these bits is in that CTA of the cluster, else in the thread's own CTA."""

RANK_BITS = 0xFFFFFFFF & ~CLUSTER_MASK

_WINDOWS = {StateSpace.SHARED: SHARED_WINDOW, StateSpace.LOCAL: LOCAL_WINDOW}


def window(space: StateSpace | None) -> int:
    """What to add to an address in a space to make it generic."""
    return _WINDOWS.get(space, 0) if space is not None else 0


@frozen(eq=False)
class Site:
    """A memory instruction in a batch: `size` bytes by each thread, in `space` (never PARAM or CONST).

    Addresses must be multiples of `alignment`, a power of two (0: of the size).
    """

    instruction: Instruction
    batch: Batch
    space: StateSpace
    size: int
    alignment: int = 0

    def load(self, address: Array, threads: Array, *, atomic: bool = False) -> Array:
        """The bytes at each thread's address, `[threads, size]`. `address` is uint64, `threads` ascending numbers."""
        if self.space is StateSpace.GENERIC:
            return self._split(address, threads, atomic)
        self.check(address, threads)
        if not atomic:
            self.observe(address, threads, write=False)
        if self.space is StateSpace.GLOBAL:
            return self._load_global(address, threads)
        bank, address, column = self._bank(address, threads)
        return self._load_banked(bank, column, address, threads)

    def store(self, address: Array, threads: Array, data: Array, *, atomic: bool = False) -> None:
        """Put bytes `[threads, size]`; where several threads write one place, the last one's stay."""
        if self.space is StateSpace.GENERIC:
            for part, chosen, start in self.parts(address):
                part.store(address[chosen] - np.uint64(start), threads[chosen], data[chosen], atomic=atomic)
            return
        self.check(address, threads)
        if not atomic:
            self.tell(address, address.shape, threads, write=True, data=lambda: data)
        if self.space is StateSpace.GLOBAL:
            self._store_global(address, data)
            return
        bank, address, column = self._bank(address, threads)
        for start, unit in _chunks(self.size, 8):
            value = np.ascontiguousarray(data[:, start : start + unit]).view(f"u{unit}")[:, 0]
            bank.store(address + np.uint64(start), column, unit, value)

    def check(self, address: Array, threads: Array) -> None:
        """Alignment and bounds for every thread; EMU001 and EMU002 name the first that fails."""
        multiple = self.alignment or self.size
        if multiple > 1 and int(np.bitwise_or.reduce(address)) & (multiple - 1):
            raise misaligned(self.instruction, self.batch, self.space, address, threads, multiple)
        if self.space is StateSpace.GLOBAL:
            memory = self.batch.launch.memory
            buffer = memory.find(int(address[0]), self.size)
            if buffer is not None and _all_inside(buffer, address, self.size):
                return
            bad = _outside(memory, address, self.size)
        else:
            bank, address, column = self._bank(address, threads)
            limit = bank.nbytes
            bad = (address > np.uint64(max(limit - self.size, 0))) | (limit < self.size)
            if column.size and self.space is StateSpace.SHARED and self.crosses:
                bad |= self._outside_cluster(column, threads)
                self._refuse_exited(column, threads)
        if bad.any():
            raise out_of_bounds(self.instruction, self.batch, self.space, address, threads, bad, self.size)

    def in_space(self, space: StateSpace) -> Site:
        """The same instruction on another space."""
        return Site(self.instruction, self.batch, space, self.size, self.alignment)

    @property
    def crosses(self) -> bool:
        """Whether the instruction's addresses may be in another CTA of the cluster."""
        form = self.instruction.form
        return form.space is not StateSpace.SHARED or "shared::cluster" in form.modifiers.values()

    def home(self, address: Array, threads: Array) -> tuple[Array, Array]:
        """For shared addresses: the addresses in the CTAs that they are in, and those CTAs' columns."""
        own = threads % self.batch.columns
        if not self.crosses:
            return address, own
        rank = (address >> np.uint64(CLUSTER_SHIFT)).astype(np.int64) - 1
        if not (rank >= 0).any():
            return address, own
        size = self.batch.launch.cluster_ctas
        column = np.where(rank < 0, own, own // size * size + rank)
        return address & np.uint64(CLUSTER_MASK), column

    def locate(self, address: Array, threads: Array) -> tuple[Array, Array]:
        """`home` of addresses that were checked."""
        self.check(address, threads)
        return self.home(address, threads)

    def _bank(self, address: Array, threads: Array) -> tuple[Banked, Array, Array]:
        """The memory, the addresses in it and whose they are."""
        if self.space is StateSpace.SHARED:
            return self.batch.shared, *self.home(address, threads)
        return self.batch.local, address, threads

    def _refuse_exited(self, column: Array, threads: Array) -> None:
        """EMU001 for the shared memory of a CTA whose threads have all exited, unless an observer sees to it."""
        if any(observer.judges_exits for observer in self.batch.launch.observers):
            return
        gone = self.batch.alive[column % self.batch.columns] == 0
        if gone.any():
            first = int(np.argmax(gone))
            raise fault(
                OUT_OF_BOUNDS,
                f"{self.instruction.name}: all threads of the CTA with this shared memory have exited",
                self.instruction,
                self.batch,
                int(threads[first]),
                help="let no CTA of a cluster end before the others are done with its memory: barrier.cluster",
            )

    def _outside_cluster(self, column: Array, threads: Array) -> Array:
        """Which columns are not those of the thread's own cluster."""
        size = self.batch.launch.cluster_ctas
        return column // size != threads % self.batch.columns // size

    def observe(self, address: Array, threads: Array, *, write: bool, atomic: bool = False) -> None:
        """Tell the observers of an access; whoever loads or stores atomically does so for all threads at once."""
        self.tell(address, address.shape, threads, write=write, atomic=atomic)

    def tell(
        self,
        where: Array,
        shape: tuple[int, ...],
        threads: Array,
        *,
        write: bool,
        atomic: bool = False,
        data: Callable[[], Array] | None = None,
    ) -> None:
        """Tell the observers of an access at addresses that broadcast to the shape of the threads."""
        observers = self.batch.launch.observers
        if observers:
            if len(shape) == 1 and (twice := threads[1:] == threads[:-1]).any():
                once = np.append(True, ~twice)  # the padding of a kept frame does what a thread does, too
                where, threads = np.broadcast_to(where, shape)[once], threads[once]
                shape = where.shape
                data = None if data is None else partial(_some_of, data, once)
            owners = None
            if self.space is StateSpace.SHARED and self.crosses:
                where, owners = self.home(np.broadcast_to(where, shape).reshape(-1), threads)
                shape = where.shape
            access = Access(
                self.instruction,
                self.space,
                where,
                shape,
                threads,
                self.size,
                self.batch,
                atomic,
                owners,
                data,
            )
            for observer in observers:
                (observer.stored if write else observer.loaded)(access)
            if write and self.batch.launch.follows_values:
                self.batch.stores.append(access)

    def _unset(self, address: Array, threads: Array, holes: Array) -> None:
        """Some of the bytes that were read, `[threads, size]`, nobody wrote: an error, or for others to follow."""
        missing: Array = np.asarray(holes.any(axis=1))
        if not self.batch.launch.follows_values:
            raise uninitialised(self.instruction, self.batch, self.space, address, threads, missing)
        address, threads = address[missing], threads[missing]
        access = Access(self.instruction, self.space, address, address.shape, threads, self.size, self.batch)
        self.batch.missing.append((access, holes[missing]))

    def _load_global(self, address: Array, threads: Array) -> Array:
        memory = self.batch.launch.memory
        offset = (address - np.uint64(BASE)).view(np.int64)
        data = np.empty((len(address), self.size), np.uint8)
        holes: Array | None = None
        for start, unit in _chunks(self.size, 16):
            index = (offset + start) // unit
            data[:, start : start + unit] = memory.view(unit)[index].view(np.uint8).reshape(-1, unit)
            if memory.track_initialised:
                shadow = memory.written(unit)[index].view(np.uint8).reshape(-1, unit)
                if not shadow.all():
                    holes = np.zeros(data.shape, np.bool_) if holes is None else holes
                    holes[:, start : start + unit] = shadow == 0
        if holes is not None:
            self._unset(address, threads, holes)
        return data

    def _store_global(self, address: Array, data: Array) -> None:
        memory = self.batch.launch.memory
        offset = (address - np.uint64(BASE)).view(np.int64)
        for start, unit in _chunks(self.size, 16):
            index = (offset + start) // unit
            view = memory.view(unit)
            view[index] = np.ascontiguousarray(data[:, start : start + unit]).view(view.dtype)[:, 0]
            if memory.track_initialised:
                shadow = memory.written(unit)
                shadow[index] = np.ones(unit, np.uint8).view(shadow.dtype)

    def _load_banked(self, bank: Banked, column: Array, address: Array, threads: Array) -> Array:
        data = np.empty((len(address), self.size), np.uint8)
        holes: Array | None = None
        for start, unit in _chunks(self.size, 8):
            place = address + np.uint64(start)
            missing = bank.missing(place, column, unit)
            if missing is not None and missing.any():
                holes = np.zeros(data.shape, np.bool_) if holes is None else holes
                holes[:, start : start + unit] = bank.holes(place, column, unit)
            value = np.ascontiguousarray(bank.load(place, column, unit))
            data[:, start : start + unit] = value.view(np.uint8).reshape(-1, unit)
        if holes is not None:
            self._unset(address, threads, holes)
        return data

    def _split(self, address: Array, threads: Array, atomic: bool) -> Array:
        data = np.empty((len(address), self.size), np.uint8)
        for part, chosen, start in self.parts(address):
            data[chosen] = part.load(address[chosen] - np.uint64(start), threads[chosen], atomic=atomic)
        return data

    def parts(self, address: Array) -> list[tuple[Site, Array, int]]:
        """The sites of single spaces, which elements they take, and the window's start (for generic addresses)."""
        if self.space is not StateSpace.GENERIC:
            return [(self, np.arange(len(address)), 0)]
        found: list[tuple[Site, Array, int]] = []
        rest = np.ones(address.shape, np.bool_)
        for space, start in _WINDOWS.items():
            here = in_window(address, start)
            rest &= ~here
            if here.any():
                found.append((self.in_space(space), np.flatnonzero(here), start))
        if rest.any():
            found.append((self.in_space(StateSpace.GLOBAL), np.flatnonzero(rest), 0))
        return found


def _some_of(data: Callable[[], Array], chosen: Array) -> Array:
    return data()[chosen]


def in_window(address: Array, start: int) -> Array:
    """Which generic addresses lie in the window that starts there."""
    return (address - np.uint64(start)) < np.uint64(WINDOW_BYTES)


def _chunks(size: int, largest: int) -> list[tuple[int, int]]:
    """`size` bytes as (start, unit) pieces."""
    unit = min(size, largest)
    return [(start, unit) for start in range(0, size, unit)]


def _all_inside(buffer: Buffer, address: Array, size: int) -> bool:
    return int(address.min()) >= buffer.address and int(address.max()) + size <= buffer.end


def _outside(memory: Memory, address: Array, size: int) -> Array:
    """Which of these global accesses are not inside one live buffer."""
    buffers = memory.buffers()
    if not buffers:
        return np.ones(address.shape, np.bool_)
    starts = np.array([b.address for b in buffers], np.uint64)
    sizes = np.array([b.nbytes for b in buffers], np.int64)
    number = np.searchsorted(starts, address, side="right") - 1
    into = (address - starts[np.maximum(number, 0)]).view(np.int64)
    return (number < 0) | (into > sizes[np.maximum(number, 0)] - size) | (into < 0)
