"""Copies of a few bytes that each thread starts and waits for in groups (PTX ISA 9.0, section 9.7.9.25.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define

from ptxgen.emulator.asynchronous import moving
from ptxgen.emulator.asynchronous.moving import Bytes
from ptxgen.emulator.asynchronous.regular import RegularCopy, Rows
from ptxgen.emulator.asynchronous.request import Request
from ptxgen.emulator.observer import CopyEvent, Pieces
from ptxgen.emulator.spaces import Site
from ptxgen.isa.spaces import StateSpace

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]

_ENDLESS = int(np.iinfo(np.int64).max)


class _Groups:
    """How many groups each thread of a batch has committed: one number for as long as all go together."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._counts: int | Array = 0

    def commit(self, request: Request) -> None:
        """The active threads close their groups."""
        if request.whole:
            self._counts = self._counts + 1
            return
        counts = self._apart()
        counts[request.threads] += 1
        self._counts = counts

    def of(self, copies: Rows | CopyEvent) -> int | Array:
        """The group that a copy by each of its threads belongs to; one number if that is the same."""
        return self._counts if isinstance(self._counts, int) else self._counts[copies.threads]

    def but(self, request: Request, newest: int) -> int | Array:
        """For each thread of the batch, or for all: the group up to which all are older than the newest ones; none
        of the threads that are not active.
        """
        if request.whole and isinstance(self._counts, int):
            return self._counts - newest
        limit = np.zeros(self._threads, np.int64)
        limit[request.threads] = self._apart()[request.threads] - newest
        return limit

    def _apart(self) -> Array:
        if isinstance(self._counts, int):
            return np.full(self._threads, self._counts, np.int64)
        return self._counts


@define(eq=False)
class _Pending:
    """One instruction's copies that have not arrived. `taken` of the bytes come from memory, the rest are zeros.

    `group` is the number of the group of its thread that each copy belongs to, `number` the instruction's own.
    """

    event: CopyEvent
    taken: int | Array
    group: int | Array
    number: int

    def some(self, ready: Array) -> _Pending:
        """The copies on which a mask holds."""
        taken = self.taken if isinstance(self.taken, int) else self.taken[ready]
        group = self.group if isinstance(self.group, int) else self.group[ready]
        return _Pending(self.event.some(ready), taken, group, self.number)


@define(eq=False)
class _PendingRows:
    """One instruction's copies by all CTAs together that have not arrived."""

    rows: Rows
    group: int | Array
    number: int
    event: CopyEvent | None = None

    def told(self) -> CopyEvent:
        """The event that observers are given."""
        if self.event is None:
            self.event = self.rows.event()
        return self.event

    def apart(self) -> _Pending:
        """The same copies one by one."""
        return _Pending(self.told(), self.rows.size, self.group, self.number)


class Copies:
    """The copies of all threads of a batch."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.groups = _Groups(batch.launch.threads * batch.columns)
        self.pending: list[_Pending | _PendingRows] = []
        self.issued = 0

    def issue(self, request: Request, regular: RegularCopy | None) -> None:
        """`cp.async.ca` and `.cg`: bounds and alignment are checked now, the bytes come later."""
        rows = regular.rows() if regular is not None else None
        if rows is None and not request.begin():
            return
        self.issued += 1
        if rows is None:
            event, taken = self._singly(request)
            self.pending.append(_Pending(event, taken, self.groups.of(event), self.issued))
        else:
            self.pending.append(_PendingRows(rows, self.groups.of(rows), self.issued))
        self._tell("copy_issued", self.pending[-1])

    def _singly(self, request: Request) -> tuple[CopyEvent, int | Array]:
        """Copies that are checked one by one, and how much each of them takes."""
        size = request.constants["cp-size"]
        taken = _taken(request, size)
        source = request.address("src")
        target, column = request.shared("dst", size)
        _check_source(request, source, taken, size)
        sizes = np.full(len(target), size)
        event = CopyEvent(
            request.instruction,
            request.threads,
            self.batch,
            Pieces(StateSpace.GLOBAL, source, sizes if isinstance(taken, int) else taken, None),
            Pieces(StateSpace.SHARED, target, sizes, column),
        )
        return event, taken

    def commit(self, request: Request) -> None:
        """`cp.async.commit_group`."""
        self.groups.commit(request)

    def wait_group(self, request: Request) -> None:
        """`cp.async.wait_group N`: all but the N newest groups arrive."""
        self._arrive(self.groups.but(request, request.constants["N"]), self.issued)

    def wait_all(self, request: Request) -> None:
        """`cp.async.wait_all`: everything arrives, in a group or not."""
        if request.whole:
            self._arrive(_ENDLESS, self.issued)
        else:
            self.finish(request.threads, self.issued)

    def finish(self, threads: Array, number: int) -> None:
        """Let the copies of these threads arrive that were issued up to that number."""
        limit = np.zeros(self.batch.launch.threads * self.batch.columns, np.int64)
        limit[threads] = _ENDLESS
        self._arrive(limit, number)

    def leave(self) -> None:
        """The batch ends: tell who did not wait."""
        for pending in self.pending:
            self._tell("copy_unfinished", pending)
        self.pending.clear()

    def _arrive(self, limit: int | Array, number: int) -> None:
        """Copies of groups below each thread's limit arrive, in the order that they were issued in."""
        still: list[_Pending | _PendingRows] = []
        for pending in self.pending:
            if pending.number > number:
                still.append(pending)
            elif isinstance(limit, int) and isinstance(pending.group, int):
                if pending.group < limit:
                    self._move(pending)
                else:
                    still.append(pending)
            else:
                one_by_one = pending.apart() if isinstance(pending, _PendingRows) else pending
                some = limit if isinstance(limit, int) else limit[one_by_one.event.threads]
                left = self._arrive_some(one_by_one, np.less(one_by_one.group, some))
                still += [] if left is None else [left]
        self.pending = still

    def _arrive_some(self, pending: _Pending, ready: Array) -> _Pending | None:
        """The copies that are ready arrive; the others."""
        if ready.all():
            self._move(pending)
            return None
        if not ready.any():
            return pending
        self._move(pending.some(ready))
        return pending.some(~ready)

    def _move(self, pending: _Pending | _PendingRows) -> None:
        if isinstance(pending, _PendingRows):
            pending.rows.move(self.batch.shared)
        else:
            self._move_singly(pending)
        self._tell("copy_done", pending)

    def _move_singly(self, pending: _Pending) -> None:
        event, taken = pending.event, pending.taken
        target = event.target
        assert target.owners is not None
        size = int(target.sizes[0])
        memory, shared = self.batch.launch.memory, self.batch.shared
        if isinstance(taken, int) or (taken == size).all():
            content = moving.read_global(memory, event.source.address, size)
        else:
            content = Bytes.zeros(len(taken), size)
            known = np.ones_like(content.data) if memory.track_initialised else None
            for amount, some in _amounts(taken):
                part = moving.read_global(memory, event.source.address[some], amount)
                content.data[some, :amount] = part.data
                if known is not None and part.known is not None:
                    known[some, :amount] = part.known
            content = Bytes(content.data, known)
        moving.write_shared(shared, target.address, target.owners, content)

    def _tell(self, what: str, pending: _Pending | _PendingRows) -> None:
        observers = self.batch.launch.observers
        if observers:
            event = pending.told() if isinstance(pending, _PendingRows) else pending.event
            for observer in observers:
                getattr(observer, what)(event)


def _amounts(taken: Array) -> Iterator[tuple[int, Array]]:
    """The different numbers of bytes that copies take, and which copies take so many."""
    for amount in np.bincount(taken).nonzero()[0].tolist():
        if amount:
            yield amount, taken == amount


def _taken(request: Request, size: int) -> int | Array:
    """How many bytes of each copy come from memory. A src-size above cp-size counts as cp-size."""
    if request.has("ignore-src"):
        return np.where(request.value("ignore-src"), 0, size).astype(np.int64)
    if request.has("src-size"):
        return np.minimum(request.value("src-size").astype(np.int64), size)
    return size


def _check_source(request: Request, source: Array, taken: int | Array, size: int) -> None:
    """Bounds of what is read, and alignment to the whole size of those that read anything."""
    if isinstance(taken, int):
        Site(request.instruction, request.batch, StateSpace.GLOBAL, size).check(source, request.threads)
        return
    for amount, some in _amounts(taken):
        site = Site(request.instruction, request.batch, StateSpace.GLOBAL, amount, size)
        site.check(source[some], request.threads[some])
