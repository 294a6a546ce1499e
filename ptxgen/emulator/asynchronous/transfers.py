"""Bulk copies on their way: counted by an mbarrier, or in groups of their thread (PTX ISA 9.0, 9.7.9.25.4 to .6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from attrs import define, field

from ptxgen.emulator.asynchronous.mbarriers import Mbarriers
from ptxgen.emulator.asynchronous.request import Actor, Request
from ptxgen.emulator.errors import UNEXPECTED_BYTES
from ptxgen.emulator.faults import fault
from ptxgen.emulator.observer import CopyEvent

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]


class Move(Protocol):
    """How a copy's bytes get from here to there, in two steps."""

    def read(self) -> None:
        """Take the bytes from the source."""
        ...

    def write(self) -> None:
        """Put them to the target."""
        ...


@define(eq=False)
class Transfer:
    """A copy of `nbytes` that one thread has issued and that has not arrived."""

    event: CopyEvent
    move: Move
    nbytes: int
    has_read: bool = False

    def read(self) -> None:
        """Take the bytes from the source, once."""
        if not self.has_read:
            self.has_read = True
            self.move.read()

    def finish(self) -> None:
        """Take the bytes to the target."""
        self.read()
        self.move.write()
        for observer in self.event.batch.launch.observers:
            observer.copy_done(self.event)


@define(eq=False)
class Arrival:
    """An arrival of threads at an mbarrier once their earlier `cp.async` are done; `number` is the last of those."""

    actor: Actor
    number: int


@define(eq=False)
class _Groups:
    """The bulk groups of one thread, oldest first, and the copies that are in none yet."""

    committed: list[list[Transfer]] = field(factory=list[list[Transfer]])
    open: list[Transfer] = field(factory=list[Transfer])


class Transfers:
    """All that is on its way in a batch."""

    def __init__(self, batch: Batch, mbarriers: Mbarriers) -> None:
        self.batch = batch
        self.mbarriers = mbarriers
        self._counted: dict[int, list[Transfer | Arrival]] = {}
        self._groups: dict[int, _Groups] = {}

    def count(self, transfer: Transfer, key: int) -> None:
        """A copy whose bytes an mbarrier counts."""
        self._issued(transfer)
        self._counted.setdefault(key, []).append(transfer)

    def group(self, transfer: Transfer, thread: int) -> None:
        """A copy that its thread will commit to a group."""
        self._issued(transfer)
        self._groups.setdefault(thread, _Groups()).open.append(transfer)

    def arrive_later(self, arrival: Arrival, key: int) -> None:
        """Arrive at an mbarrier after the copies of some threads."""
        self._counted.setdefault(key, []).append(arrival)

    def commit(self, request: Request) -> None:
        """`cp.async.bulk.commit_group`: also a group of nothing counts."""
        for thread in request.threads.tolist():
            groups = self._groups.setdefault(thread, _Groups())
            groups.committed.append(groups.open)
            groups.open = []

    def wait_group(self, request: Request) -> None:
        """`cp.async.bulk.wait_group{.read} N`: all but the N newest groups are done, or have read their source."""
        newest, only_read = request.constants["N"], "read" in request.modifiers
        for thread in request.threads.tolist():
            groups = self._groups.get(thread)
            if groups is None:
                continue
            older = max(len(groups.committed) - newest, 0)
            for transfer in (t for group in groups.committed[:older] for t in group):
                if only_read:
                    self._read(transfer)
                else:
                    transfer.finish()
            if not only_read:
                del groups.committed[:older]

    def awaited(self, keys: Array) -> bool:
        """Let everything arrive that these mbarriers count; whether there was anything."""
        found = False
        for key in np.unique(keys).tolist():
            waiting = self._counted.pop(key, [])
            copies = [w for w in waiting if isinstance(w, Transfer)]
            for copy in copies:
                copy.finish()
            if copies:
                self.mbarriers.complete(np.array([key]), np.array([sum(c.nbytes for c in copies)]))
            for arrival in (w for w in waiting if isinstance(w, Arrival)):
                self._arrive(arrival, key)
            found |= bool(waiting)
        return found

    def phase_over(self, keys: Array) -> None:
        """The phase of these mbarriers is over. EMU016 if one should have counted a copy that is on its way."""
        for key in keys.tolist():
            late = [w for w in self._counted.get(key, ()) if isinstance(w, Transfer)]
            if late:
                event = late[0].event
                raise fault(
                    UNEXPECTED_BYTES,
                    f"{event.instruction.name}: the phase of its mbarrier is over, and its {late[0].nbytes} bytes"
                    " have not come",
                    event.instruction,
                    self.batch,
                    int(event.threads[0]),
                    help="let the phase wait for them: mbarrier.arrive.expect_tx or expect_tx with all its bytes",
                    notes=(f"now: {self.mbarriers.describe(key)}",),
                )

    def leave(self) -> None:
        """The batch ends: what nobody waited for arrives all the same, where there still is a place for it."""
        for groups in self._groups.values():
            for transfer in (t for group in (*groups.committed, groups.open) for t in group):
                if not transfer.has_read:
                    self._unfinished(transfer)
                transfer.finish()
        for waiting in self._counted.values():
            for transfer in waiting:
                if isinstance(transfer, Transfer):
                    self._unfinished(transfer)
        self._groups.clear()
        self._counted.clear()

    def _issued(self, transfer: Transfer) -> None:
        for observer in self.batch.launch.observers:
            observer.copy_issued(transfer.event)

    def _read(self, transfer: Transfer) -> None:
        if not transfer.has_read:
            transfer.read()
            for observer in self.batch.launch.observers:
                observer.copy_read(transfer.event)

    def _unfinished(self, transfer: Transfer) -> None:
        for observer in self.batch.launch.observers:
            observer.copy_unfinished(transfer.event)

    def _arrive(self, arrival: Arrival, key: int) -> None:
        threads = arrival.actor.threads
        self.batch.asynchrony.copies.finish(threads, arrival.number)
        count = np.ones(len(threads), np.int64)
        keys = np.full(len(count), key)
        self.mbarriers.arrive(arrival.actor, keys, count, np.zeros_like(count), drop=False)
