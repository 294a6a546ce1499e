"""Copies of a few bytes that each thread starts and waits for in groups (PTX ISA 9.0, section 9.7.9.25.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

from ptxgen.emulator.asynchronous import moving
from ptxgen.emulator.asynchronous.moving import Bytes
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.emulator.spaces import Site
from ptxgen.isa.spaces import StateSpace

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]

_ENDLESS = np.iinfo(np.int64).max


@define(eq=False)
class _Pending:
    """One instruction's copies that have not arrived. `taken` of the bytes come from memory, the rest are zeros.

    `group` is the number of the group of its thread that each copy belongs to, `number` the instruction's own.
    """

    event: CopyEvent
    taken: Array
    group: Array
    number: int


class Copies:
    """The copies of all threads of a batch. `committed` counts the groups of each thread."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.committed: Array = np.zeros(batch.launch.threads * batch.columns, np.int64)
        self.pending: list[_Pending] = []
        self.issued = 0

    def issue(self, request: Request) -> None:
        """`cp.async.ca` and `.cg`: bounds and alignment are checked now, the bytes come later."""
        size = request.constants["cp-size"]
        taken = _taken(request, size)
        source = request.address("src")
        target, column = request.shared("dst", size)
        _check_source(request, source, taken, size)
        event = CopyEvent(
            request.instruction,
            request.threads,
            self.batch,
            Pieces(StateSpace.GLOBAL, source, taken, None),
            Pieces(StateSpace.SHARED, target, np.full(len(target), size), column),
        )
        self.issued += 1
        self.pending.append(_Pending(event, taken, self.committed[request.threads], self.issued))
        for observer in self.batch.launch.observers:
            observer.copy_issued(event)

    def commit(self, request: Request) -> None:
        """`cp.async.commit_group`."""
        self.committed[request.threads] += 1

    def wait_group(self, request: Request) -> None:
        """`cp.async.wait_group N`: all but the N newest groups arrive."""
        limit = np.zeros_like(self.committed)
        limit[request.threads] = self.committed[request.threads] - request.constants["N"]
        self._arrive(limit, self.issued)

    def wait_all(self, request: Request) -> None:
        """`cp.async.wait_all`: everything arrives, in a group or not."""
        self.finish(request.threads, self.issued)

    def finish(self, threads: Array, number: int) -> None:
        """Let the copies of these threads arrive that were issued up to that number."""
        limit = np.zeros_like(self.committed)
        limit[threads] = _ENDLESS
        self._arrive(limit, number)

    def leave(self) -> None:
        """The batch ends: tell who did not wait."""
        for pending in self.pending:
            for observer in self.batch.launch.observers:
                observer.copy_unfinished(pending.event)
        self.pending.clear()

    def _arrive(self, limit: Array, number: int) -> None:
        """Copies of groups below each thread's limit arrive, in the order that they were issued in."""
        still: list[_Pending] = []
        for pending in self.pending:
            ready = pending.group < limit[pending.event.threads]
            if pending.number > number or not ready.any():
                still.append(pending)
                continue
            if ready.all():
                self._move(pending)
                continue
            self._move(_chosen(pending, ready))
            still.append(_chosen(pending, ~ready))
        self.pending = still

    def _move(self, pending: _Pending) -> None:
        event, taken = pending.event, pending.taken
        target = event.target
        assert target.owners is not None
        size = int(target.sizes[0])
        memory, shared = self.batch.launch.memory, self.batch.shared
        if (taken == size).all():
            content = moving.read_global(memory, event.source.address, size)
        else:
            content = Bytes.zeros(len(taken), size)
            known = np.ones_like(content.data) if memory.track_initialised else None
            for amount in np.unique(taken[taken > 0]):
                some = taken == amount
                part = moving.read_global(memory, event.source.address[some], int(amount))
                content.data[some, :amount] = part.data
                if known is not None and part.known is not None:
                    known[some, :amount] = part.known
            content = Bytes(content.data, known)
        moving.write_shared(shared, target.address, target.owners, content)
        for observer in self.batch.launch.observers:
            observer.copy_done(event)


def _chosen(pending: _Pending, ready: Array) -> _Pending:
    return _Pending(pending.event.some(ready), pending.taken[ready], pending.group[ready], pending.number)


def _taken(request: Request, size: int) -> Array:
    """How many bytes of each copy come from memory. A src-size above cp-size counts as cp-size."""
    if request.has("ignore-src"):
        return np.where(request.value("ignore-src"), 0, size).astype(np.int64)
    if request.has("src-size"):
        return np.minimum(request.value("src-size").astype(np.int64), size)
    return np.full(len(request.threads), size, np.int64)


def _check_source(request: Request, source: Array, taken: Array, size: int) -> None:
    """Bounds of what is read, and alignment to the whole size of those that read anything."""
    for amount in np.unique(taken[taken > 0]):
        some = taken == amount
        site = Site(request.instruction, request.batch, StateSpace.GLOBAL, int(amount), size)
        site.check(source[some], request.threads[some])
