"""What a launch asks of the memory system: sectors a request, bank conflicts, and how often each byte is read.

The units are those of NVIDIA's profilers. A *request* is one memory instruction of one warp. Global memory is moved in
*sectors* of 32 bytes (CUDA C++ Best Practices Guide 13.0, section 10.2.1: coalesced access). Shared memory has 32 banks
of 4 bytes; a request takes one *wavefront* for each 128 bytes, more where lanes want different words of one bank: of
8-byte accesses half a warp is served at once, of 16-byte ones and the rows of `ldmatrix` eight lanes.

There is no cache here: a sector that two requests ask for counts twice. `wmma` and `wgmma` read shared memory in an
order that is not documented, and are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field, frozen

from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.emulator.memory import Buffer
from ptxgen.emulator.observer import Access, CopyEvent, Observer, Pieces
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

SECTOR = 32
"""Bytes that global memory moves at once."""
BANKS = 32
"""Banks of shared memory, each four bytes wide."""
_WAVEFRONT = 4 * BANKS
_UNDOCUMENTED = frozenset(("wmma", "wgmma"))
_REMOTE = frozenset(("st", "red"))
"""Asynchronous ones, which go to other CTAs: how, nobody documents."""


@define
class InstructionTraffic:
    """What one instruction did in one state space (GLOBAL or SHARED), over all launches that were watched.

    requests: instructions of warps. bytes: what they asked for, bytes that lanes share counted once a request.
    sectors: of global memory, distinct ones a request. wavefronts: of shared memory; `conflicts` of them would not be
    there if all lanes had found their own bank.
    """

    instruction: Instruction
    space: StateSpace
    write: bool
    requests: int = 0
    bytes: int = 0
    sectors: int = 0
    wavefronts: int = 0
    conflicts: int = 0

    @property
    def sectors_per_request(self) -> float:
        """4 is what a warp needs for 4 bytes a lane, 16 for 16 bytes a lane."""
        return self.sectors / self.requests

    @property
    def sector_use(self) -> float:
        """The part of the moved sectors that was asked for: 1 where every sector is full."""
        return self.bytes / (self.sectors * SECTOR) if self.sectors else 0.0


@frozen
class BufferTraffic:
    """How a buffer was read. Per byte: `fewest` and `most` requests that read it; `unread` bytes no request read."""

    name: str
    nbytes: int
    unread: int
    fewest: int
    most: int


@define
class _Reads:
    """Where reads of a buffer begin and end: a sum along it gives the reads of each byte."""

    buffer: Buffer
    name: str
    changes: Array = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.changes = np.zeros(self.buffer.nbytes + 1, np.int64)

    def add(self, address: Array, sizes: Array) -> None:
        start = (address - np.uint64(self.buffer.address)).astype(np.int64)
        np.add.at(self.changes, start, 1)
        np.subtract.at(self.changes, start + sizes, 1)

    def summary(self) -> BufferTraffic:
        reads = np.cumsum(self.changes[:-1])
        return BufferTraffic(
            self.name,
            self.buffer.nbytes,
            int(np.count_nonzero(reads == 0)),
            int(reads.min()),
            int(reads.max()),
        )


class Traffic(Observer):
    """Counts memory traffic: `EmulatedDevice(observers=[traffic])`, then `traffic.instructions`, `traffic.buffers`."""

    def __init__(self) -> None:
        self._counted: dict[tuple[int, StateSpace, bool], InstructionTraffic] = {}
        self._reads: dict[int, _Reads] = {}

    @property
    def instructions(self) -> list[InstructionTraffic]:
        """Every memory instruction that ran, in the order in which they first did."""
        return list(self._counted.values())

    @property
    def buffers(self) -> dict[str, BufferTraffic]:
        """Every buffer of global memory that was read, by the parameter that points to it, or its address."""
        return {reads.name: reads.summary() for reads in self._reads.values()}

    @property
    def conflicts(self) -> int:
        """Wavefronts of shared memory that bank conflicts added, over all instructions."""
        return sum(counted.conflicts for counted in self._counted.values())

    def loaded(self, access: Access) -> None:
        self._count(access, write=False)

    def stored(self, access: Access) -> None:
        if not access.atomic:  # counted when it was read
            self._count(access, write=True)

    def copy_issued(self, copy: CopyEvent) -> None:
        if copy.instruction.opcode in _UNDOCUMENTED | _REMOTE:
            return
        warps, lanes = _warps(copy.threads, copy.batch)
        bulk = "bulk" in copy.instruction.name.split(".")
        for pieces, write in ((copy.source, False), (copy.target, True)):
            some = pieces.sizes > 0
            if bulk:
                self._bulk(copy, pieces.some(some), write)
            else:
                self._pieces(copy, pieces.some(some), write, warps[some], lanes[some])

    def _count(self, access: Access, *, write: bool) -> None:
        if not _of_memory(access.instruction, access.space):
            return
        warps, lanes = _warps(access.threads, access.batch)
        counted = self._entry(access.instruction, access.space, write)
        counted.requests += len(np.unique(warps))
        sizes = np.full(len(access.address), access.size)
        if access.space is StateSpace.GLOBAL:
            self._global(counted, warps, access.address, sizes, access.batch.launch)
        else:
            _shared(counted, warps, lanes, access.address, access.size)

    def _pieces(self, copy: CopyEvent, pieces: Pieces, write: bool, warps: Array, lanes: Array) -> None:
        """A copy of which each thread issued a piece is a request of each warp, as a load or store is."""
        counted = self._entry(copy.instruction, pieces.space, write)
        counted.requests += len(np.unique(warps))
        if pieces.space is StateSpace.GLOBAL:
            self._global(counted, warps, pieces.address, pieces.sizes, copy.batch.launch)
        else:
            for size in np.unique(pieces.sizes):
                some = pieces.sizes == size
                _shared(counted, warps[some], lanes[some], pieces.address[some], int(size))

    def _bulk(self, copy: CopyEvent, pieces: Pieces, write: bool) -> None:
        """A copy that one thread issued for many rows; the copy engine has no bank conflicts to count."""
        counted = self._entry(copy.instruction, pieces.space, write)
        counted.requests += 1
        if pieces.space is StateSpace.GLOBAL:
            self._global(
                counted,
                np.zeros(len(pieces.sizes), np.int64),
                pieces.address,
                pieces.sizes,
                copy.batch.launch,
            )
        else:
            counted.bytes += int(pieces.sizes.sum())
            counted.wavefronts += int((-(-pieces.sizes // _WAVEFRONT)).sum())

    def _global(
        self, counted: InstructionTraffic, warps: Array, address: Array, sizes: Array, launch: Launch
    ) -> None:
        """Sectors, distinct within each warp; and who reads which bytes of which buffer."""
        first = (address >> np.uint64(5)).astype(np.int64)
        last = ((address + (sizes - 1).astype(np.uint64)) >> np.uint64(5)).astype(np.int64)
        spans = last - first + 1
        expanded = np.repeat(first, spans) + _counting(spans)
        counted.sectors += len(_distinct(np.repeat(warps, spans), expanded))
        index = _distinct(warps, address)
        counted.bytes += int(sizes[index].sum())
        if not counted.write:
            self._note(address[index], sizes[index], launch)

    def _note(self, address: Array, sizes: Array, launch: Launch) -> None:
        buffers = launch.memory.buffers()
        starts = np.array([b.address for b in buffers], np.uint64)
        number = np.searchsorted(starts, address, side="right") - 1
        for which in np.unique(number):
            buffer = buffers[which]
            known = self._reads.get(buffer.address)
            if known is None or known.buffer is not buffer:
                name = launch.pointers.get(buffer.address, hex(buffer.address))
                known = self._reads[buffer.address] = _Reads(buffer, name)
            some = number == which
            known.add(address[some], sizes[some])

    def _entry(self, instruction: Instruction, space: StateSpace, write: bool) -> InstructionTraffic:
        key = (id(instruction), space, write)
        if key not in self._counted:
            self._counted[key] = InstructionTraffic(instruction, space, write)
        return self._counted[key]


def _of_memory(instruction: Instruction, space: StateSpace) -> bool:
    """Not of local memory or parameters, and not in an order that nobody knows."""
    own = space is StateSpace.LOCAL or instruction.form.space is StateSpace.PARAM
    return not own and instruction.opcode not in _UNDOCUMENTED


def _warps(threads: Array, batch: Batch) -> tuple[Array, Array]:
    """A number for each thread's warp, and its lane."""
    thread, column = np.divmod(threads.astype(np.int64), batch.columns)
    return thread // WARP_SIZE * batch.columns + column, thread % WARP_SIZE


def _shared(counted: InstructionTraffic, warps: Array, lanes: Array, address: Array, size: int) -> None:
    """Wavefronts: in each group of lanes that is served at once, the most words that one bank must give."""
    together = min(WARP_SIZE, max(1, _WAVEFRONT // size))
    group = warps * WARP_SIZE + lanes // together
    words = max(1, size // 4)
    word = (address.astype(np.int64)[:, None] // 4 + np.arange(words)).reshape(-1)
    groups = np.repeat(group, words)
    chosen = _distinct(groups, word)
    groups, word = groups[chosen], word[chosen]
    banks, times = np.unique(groups * BANKS + word % BANKS, return_counts=True)
    starts = np.flatnonzero(np.diff(banks // BANKS, prepend=-1))
    wavefronts = int(np.maximum.reduceat(times, starts).sum())
    counted.wavefronts += wavefronts
    counted.conflicts += wavefronts - len(starts)
    counted.bytes += 4 * len(word) if size >= 4 else size * len(_distinct(group, address))


def _distinct(group: Array, value: Array) -> Array:
    """The index of the first of each pair of group and value."""
    value = value.astype(np.int64)
    low, high = (int(value.min()), int(value.max())) if value.size else (0, 0)
    return np.unique(group.astype(np.int64) * (high - low + 1) + value - low, return_index=True)[1]


def _counting(spans: Array) -> Array:
    """0, 1, ... for each span: `[2, 3]` gives `[0, 1, 0, 1, 2]`."""
    ends = np.cumsum(spans)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - spans, spans)
