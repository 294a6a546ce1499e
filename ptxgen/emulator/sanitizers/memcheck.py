"""Memory that is used at the wrong time: written while it is read as read-only data.

Bounds and alignment are the machine's own checks; freed memory is kept apart for a while, so that late accesses hit
nobody else and can be named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define, field

from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.errors import Place
from ptxgen.emulator.memory import UNITS, Buffer
from ptxgen.emulator.observer import Access, AllocationEvent, Observer
from ptxgen.emulator.sanitizers.findings import Finding
from ptxgen.emulator.sanitizers.report import SAMPLE, Report, owner, sample, witness
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

QUARANTINE = 256 << 20
"""Bytes of freed memory that are not given out again."""
KEPT = 4096
"""Read-only accesses of a buffer that are kept one by one before they are put together."""


@define(eq=False)
class _Constant:
    """What one instruction read from a buffer as read-only data: a mark a byte, and the first such access."""

    access: Access
    marks: Array


@define(eq=False)
class _Watched:
    """A buffer: the bytes written in this launch (marked), and what was read as read-only data."""

    buffer: Buffer
    written: Array | None = None
    writer: Access | None = None
    reads: list[Access] = field(factory=list[Access])
    constants: dict[int, _Constant] = field(factory=dict[int, _Constant])

    def mark(self, marks: Array, access: Access) -> None:
        """Mark the bytes of an access that are in this buffer."""
        view = marks.view(UNITS[min(access.size, 16)])
        start = np.uint64(self.buffer.address)
        index = ((np.asarray(access.where) - start).view(np.int64) // view.itemsize).reshape(-1)
        inside = (index >= 0) & (index < view.size)
        for step in range(-(-access.size // 16)):
            view[index[inside] + step] = np.ones(view.itemsize, np.uint8).view(view.dtype)

    def fresh(self) -> Array:
        """A mark for each byte, rounded up to the largest access."""
        return np.zeros(-(-self.buffer.nbytes // 16) * 16 + 16, np.uint8)

    def put_together(self) -> None:
        """Turn the accesses that were kept into marks."""
        for access in self.reads:
            known = self.constants.get(id(access.instruction))
            if known is None:
                known = self.constants[id(access.instruction)] = _Constant(access, self.fresh())
            self.mark(known.marks, access)
        self.reads.clear()


@define(eq=False)
class _Given:
    """The blocks that one call of `malloc` has given, each with its thread; those freed are dropped now and then."""

    call: Instruction
    launch: Launch
    blocks: list[tuple[Buffer, Place]] = field(factory=list[tuple[Buffer, Place]])

    def left(self) -> list[tuple[Buffer, Place]]:
        self.blocks = [block for block in self.blocks if block[0].alive]
        return self.blocks

    def finding(self) -> Finding:
        """The blocks that are left, as one finding."""
        (first, _), *_ = self.blocks
        total = sum(buffer.nbytes for buffer, _ in self.blocks)
        return Finding(
            "memcheck",
            "leak",
            f"{len(self.blocks)} blocks of malloc, {total} bytes in all, were never freed",
            witness("allocated", self.call, self.launch, [place for _, place in self.blocks[:SAMPLE]]),
            space="global",
            address=first.address,
            nbytes=first.nbytes,
            buffer=first.name,
            entry=self.launch.entry,
            count=len(self.blocks),
        )


class MemCheck(Observer):
    """Reports `ld.global.nc` and `ld.const` of bytes that the same launch writes, and what kernels never free."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._launch: Launch | None = None
        self._watched: dict[int, _Watched] = {}
        self._given: dict[Instruction, _Given] = {}

    def allocated(self, event: AllocationEvent) -> None:
        given = self._given.get(event.instruction)
        if given is None or not given.left():
            given = self._given[event.instruction] = _Given(event.instruction, event.batch.launch)
        places = map(event.batch.place, event.threads.tolist())
        given.blocks += zip(event.buffers, places, strict=True)

    def leaks(self) -> list[Finding]:
        """Blocks of `malloc` that are still allocated, a finding for each call."""
        return [given.finding() for given in self._given.values() if given.left()]

    def launched(self, batch: Batch) -> None:
        if batch.launch is not self._launch:
            self._launch = batch.launch
            self._watched = {}

    def loaded(self, access: Access) -> None:
        form = access.instruction.form
        if "nc" not in form.modifiers and form.space is not StateSpace.CONST:
            return
        for watched in self._buffers(access):
            watched.reads.append(access)
            if len(watched.reads) > KEPT:
                watched.put_together()

    def stored(self, access: Access) -> None:
        if access.space is not StateSpace.GLOBAL:
            return
        for watched in self._buffers(access):
            if watched.written is None:
                watched.written = watched.fresh()
                watched.writer = access
            watched.mark(watched.written, access)

    def finished(self, batch: Batch) -> None:
        for watched in self._watched.values():
            if watched.written is not None and (watched.reads or watched.constants):
                watched.put_together()
                self._compare(watched, watched.written, batch.launch)

    def _buffers(self, access: Access) -> list[_Watched]:
        memory = access.batch.launch.memory
        first = memory.find(int(access.where.min()), access.size)
        if first is not None and int(access.where.max()) < first.end:
            return [self._watch(first)]
        starts = np.unique(np.asarray(access.where))
        found = {id(b): b for a in starts if (b := memory.find(int(a))) is not None}
        return [self._watch(b) for b in found.values()]

    def _watch(self, buffer: Buffer) -> _Watched:
        known = self._watched.get(buffer.address)
        if known is None or known.buffer is not buffer:
            known = self._watched[buffer.address] = _Watched(buffer)
        return known

    def _compare(self, watched: _Watched, written: Array, launch: Launch) -> None:
        for constant in watched.constants.values():
            both = constant.marks & written
            if not both.any():
                continue
            constant.marks[both != 0] = 0
            address = watched.buffer.address + int(np.argmax(both))
            name = owner(launch, StateSpace.GLOBAL, address)
            read, writer = constant.access, watched.writer
            assert writer is not None
            self.report.add(
                Finding(
                    "memcheck",
                    "written-read-only",
                    f"{read.instruction.name} reads bytes of {name} as read-only data, which this launch writes",
                    witness("read", read.instruction, launch, sample(read.batch, read.threads)),
                    witness("write", writer.instruction, launch, sample(writer.batch, writer.threads)),
                    "global",
                    address,
                    read.size,
                    name,
                    launch.entry,
                    int(np.count_nonzero(both)),
                )
            )
