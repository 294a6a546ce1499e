"""Accesses to the same bytes of shared or global memory, at least one of them a write, that nothing orders.

Happens-before, not luck: two accesses that conflict are reported if no barrier stands between them, in whichever order
this run executed them (PTX ISA 9.0, section 8: memory consistency model).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch, Launch
from ptxgen.emulator.observer import (
    Access,
    BarrierEvent,
    ClusterEvent,
    CopyEvent,
    FenceEvent,
    MbarrierEvent,
    Observer,
    Pieces,
    RegisterEvent,
    WarpEvent,
)
from ptxgen.emulator.sanitizers.cells import Cells
from ptxgen.emulator.sanitizers.flights import Stretch, by_buffer, settle
from ptxgen.emulator.sanitizers.global_shadows import GlobalShadows
from ptxgen.emulator.sanitizers.judge import Judge
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.proxies import Proxies
from ptxgen.emulator.sanitizers.races import History, of_register
from ptxgen.emulator.sanitizers.releases import Releases, reach_of
from ptxgen.emulator.sanitizers.report import Report
from ptxgen.emulator.sanitizers.shadows import GlobalShadow, Look
from ptxgen.emulator.sanitizers.signals import Phases
from ptxgen.emulator.sanitizers.stamps import CLUSTERED, FLIGHT, NARROW, SHIFT, stamp_of, stamps
from ptxgen.emulator.sanitizers.telling import Telling
from ptxgen.emulator.sanitizers.visits import Visits
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

_STRONG = frozenset(("relaxed", "acquire", "release", "acq_rel", "volatile", "mmio"))
Enter = Callable[[Cells, Stretch, GlobalShadow | None], None]


class RaceCheck(Observer):
    """Watches shared and global memory; what it finds goes to `report`."""

    judges_exits = True

    def __init__(self, report: Report) -> None:
        self.report = report
        self._launch: Launch | None = None
        self._releases = Releases()

    def launched(self, batch: Batch) -> None:
        if batch.launch is not self._launch:
            self._launch = batch.launch
            self._history = History(batch.launch)
            self._issues: dict[object, int] = {}
            self._telling = Telling.of(batch.launch.instructions(), batch.launch.threads)
            self._global = GlobalShadows(complete=self._telling.of_global)
            narrow = False
            self._releases = Releases()
        else:
            narrow = self._judge.narrow
        self._ordering = Ordering(batch, self._history.next)
        self._judge = Judge(self.report, self._history, self._ordering, narrow=narrow)
        self._global.begin(self._judge, self._ordering)
        self._history.begin(batch)
        self._visits = Visits(self._ordering)
        columns = 1 if self._ordering.alike else batch.columns
        self._shared = Cells(batch.shared.nbytes, columns, complete=self._telling.of_shared)
        self._releases.begin(batch, self._ordering)
        self._phases = Phases(self._ordering, self._releases)
        self._proxies = Proxies(batch)

    def barrier(self, event: BarrierEvent) -> None:
        self._ordering.barrier(event)

    def arrived(self, event: BarrierEvent) -> None:
        self._ordering.arrived(event)

    def warp_barrier(self, event: WarpEvent) -> None:
        self._ordering.warp_barrier(event)

    def fence(self, event: FenceEvent) -> None:
        self._releases.fence(event)
        self._proxies.fence(event, self._next(event.instruction))

    def mbarrier_changed(self, event: MbarrierEvent) -> None:
        self._touch(event, strong=False)

    def mbarrier_arrived(self, event: MbarrierEvent) -> None:
        number = self._touch(event, strong=True)
        if "relaxed" not in event.instruction.form.modifiers.values():
            self._visits.note(stamps(number, event.threads, strong=True), event.owners, event.address)
        self._phases.arrived(event)

    def mbarrier_passed(self, event: MbarrierEvent) -> None:
        self._touch(event, strong=True)
        self._phases.passed(event)

    def register_touched(self, event: RegisterEvent) -> None:
        self.report.add(of_register(event))

    def finished(self, batch: Batch) -> None:
        for finding in self._visits.findings(self._history):
            self.report.add(finding)

    def _touch(self, event: MbarrierEvent, *, strong: bool) -> int:
        """Operations on mbarriers access their 8 bytes: atomically, or else as plain writes."""
        number = self._next(event.instruction)
        self._part()
        self._judge.catch_up(self._shared)
        self._shared.refine(8)
        unit = self._shared.unit
        place = event.address.astype(np.int64) // unit * event.batch.columns + event.owners
        look = Look(place, stamps(number, event.threads, strong=strong), rows=False, shared=True)
        for part in range(8 // unit):
            self._judge.enter(self._shared, look.moved(part * event.batch.columns), write=True, strong=strong)
        return number

    def cluster_arrived(self, event: ClusterEvent) -> None:
        self._phases.cluster_arrived(event)

    def cluster_passed(self, event: ClusterEvent) -> None:
        self._phases.cluster_passed(event)

    def copy_issued(self, copy: CopyEvent) -> None:
        """From now on the copy may read its source and write its target; only a wait ends that."""
        if copy.source.space is StateSpace.SHARED:
            self._part()
            self._judge.catch_up(self._shared)
            self._proxies.check(copy, self._shared, self._history.instructions, self.report)
        if copy.barrier is not None:
            address, column = (np.array([place]) for place in copy.barrier)
            self._touch(
                MbarrierEvent(copy.instruction, copy.threads, copy.batch, address, column, column),
                strong=True,
            )
        number = self._issues[copy.token] = self._next(copy.instruction)
        if copy.source.sizes.any():
            self._issue(copy, copy.source, number, write=False)
        self._issue(copy, copy.target, number, write=True)

    def copy_read(self, copy: CopyEvent) -> None:
        self._end(copy, copy.source, self._next(copy.instruction), write=False)

    def copy_done(self, copy: CopyEvent) -> None:
        number = self._next(copy.instruction)
        self._end(copy, copy.source, number, write=False)
        self._end(copy, copy.target, number, write=True)
        if copy.barrier is not None:
            address, column = copy.barrier
            for owners, place in (
                (copy.target.owners, copy.target.address),
                (np.array([column]), np.array([address])),
            ):
                if owners is not None:
                    self._visits.note(stamps(number, self._engine(copy), strong=False), owners, place)
            mbarriers = copy.batch.asynchrony.mbarriers
            phase = int(mbarriers.phase[mbarriers.key(address, column)])
            engine, home = divmod(int(self._engine(copy)[0]), copy.batch.columns)
            numbers = np.zeros(self._ordering.actors, np.int64)
            numbers[engine] = number + 1
            self._phases.hand((column, address), phase, {home: numbers})

    def loaded(self, access: Access) -> None:
        if not access.atomic:
            self._seen(access, write=False)

    def stored(self, access: Access) -> None:
        self._seen(access, write=True)

    def _seen(self, access: Access, *, write: bool) -> None:
        form = access.instruction.form
        if access.space is StateSpace.LOCAL or form.space in (StateSpace.PARAM, StateSpace.CONST):
            return
        strong = access.atomic or not _STRONG.isdisjoint(form.modifiers)
        if strong:
            self._releases.strong(access, write=write)
        number = self._next(access.instruction)
        self._judge.access = access
        if access.space is StateSpace.SHARED:
            self._see_shared(access, number, write=write, strong=strong)
        else:
            self._see_global(access, number, write=write, strong=strong)
        self._judge.access = None

    def _scope(self, access: Access, strong: bool) -> int:
        """What a stamp says of the scope of a strong access."""
        reach = reach_of(access.instruction, access.batch) if strong else 0
        self._judge.narrow |= reach > 0
        return NARROW if reach == 1 else CLUSTERED if reach else 0

    def _next(self, instruction: Instruction) -> int:
        """The number of a new access."""
        number = self._history.add(instruction)
        self._ordering.number = number + 1
        return number

    def _see_shared(self, access: Access, number: int, *, write: bool, strong: bool) -> None:
        cells, batch = self._shared, access.batch
        if access.size < cells.unit:
            self._judge.catch_up(cells)
            cells.refine(access.size)
        count = access.size // cells.unit
        stamp = stamp_of(number, strong=strong, scope=self._scope(access, strong))
        where = access.where
        if access.owners is not None:
            self._visits.note(access.threads + stamp, access.owners, access.address)
        look: Look
        if where.ndim == 3 and where.shape[2] == 1 and access.shape[2] == batch.columns:
            row = np.broadcast_to(where, (*access.shape[:2], 1)).reshape(-1).astype(np.int64) // cells.unit
            alike = self._alike and not strong and not (write and len(np.unique(row)) < len(row))
            threads = access.threads.reshape(-1, batch.columns)
            if alike:
                threads = threads[:, :1]
            else:
                self._part()
            look = Look(row, threads, rows=True, shared=True, number=stamp, alike=alike)
        else:
            self._part()
            place = (access.address // np.uint64(cells.unit)).astype(np.int64) * batch.columns
            owners = access.threads % batch.columns if access.owners is None else access.owners
            look = Look(place + owners, access.threads, rows=False, shared=True, number=stamp)
        for part in look.parts(count, 1 if look.rows else batch.columns):
            self._judge.enter(cells, part, write=write, strong=strong)

    @property
    def _alike(self) -> bool:
        """Whether the shadow of the first CTA's shared memory stands for all."""
        return self._shared.columns < self._ordering.columns and self._ordering.alike

    def _part(self) -> None:
        """From now on each CTA's shared memory has a shadow of its own."""
        if self._shared.columns < self._ordering.columns:
            self._judge.catch_up(self._shared)
            self._shared.spread(self._ordering.columns)

    def _see_global(self, access: Access, number: int, *, write: bool, strong: bool) -> None:
        memory = access.batch.launch.memory
        where = access.where
        first = memory.find(int(where.min()), access.size)
        who = stamps(number, access.threads, strong=strong, scope=self._scope(access, strong))
        if first is not None and int(where.max()) < first.end:
            self._global.see(self._global.at(first), where, access.shape, access.size, who, write=write)
            return
        address = access.address
        starts = np.array([b.address for b in memory.buffers()], np.uint64)
        number_of = np.searchsorted(starts, address, side="right") - 1
        for place in np.unique(number_of):
            chosen = number_of == place
            held = self._global.at(memory.buffers()[int(place)])
            part = address[chosen]
            self._global.see(held, part, part.shape, access.size, who[chosen], write=write)

    # Copies

    def _engine(self, copy: CopyEvent) -> Array:
        """Who counts as accessing memory: threads for `cp.async`, for bulk copies one for each mbarrier of the CTA."""
        if copy.barrier is None:
            return copy.threads
        columns = copy.batch.columns
        address, column = copy.barrier
        home = copy.threads % columns
        return self._ordering.engine(address, column - int(home[0])) * columns + home

    def _issue(self, copy: CopyEvent, pieces: Pieces, number: int, *, write: bool) -> None:
        def enter(cells: Cells, stretch: Stretch, held: GlobalShadow | None) -> None:
            who = stamps(number, stretch.threads, strong=copy.atomic)
            issuer = self._issuer(copy, stretch, number)
            flight = np.broadcast_to(stamps(number, issuer, strong=copy.atomic) | FLIGHT, who.shape)
            shared = held is None
            alike = shared and cells.columns < self._ordering.columns
            look = Look(stretch.index, who, rows=False, shared=shared, left=flight, alike=alike)
            self._judge.enter(cells, look, write=write, strong=copy.atomic, held=held)
            if write and not copy.atomic:
                cells.flights += len(stretch.index)
                cells.write.reshape(-1)[stretch.index] = flight

        self._each_side(copy, pieces, enter, write=write)

    def _end(self, copy: CopyEvent, pieces: Pieces, number: int, *, write: bool) -> None:
        issue = self._issues[copy.token]

        def enter(cells: Cells, stretch: Stretch, _: GlobalShadow | None) -> None:
            issuer = self._issuer(copy, stretch, number)
            stamp = stamps(number, issuer, strong=copy.atomic)
            if write and not copy.atomic:
                cells.flights -= len(stretch.index)
                cells.newest = self._history.next << SHIFT
                settle(cells.write, stretch, stamp, issuer, issue)
                return
            pair = cells.atoms() if copy.atomic else cells.readers()
            for table in (pair.last, pair.other):
                settle(table, stretch, stamp, issuer, issue)
            if pair.crowd is not None:
                pair.crowd.settle(issue, issuer, number)

        self._each_side(copy, pieces, enter, write=write)

    def _each_side(self, copy: CopyEvent, pieces: Pieces, enter: Enter, *, write: bool) -> None:
        """Bring what a copy accesses on one side into the shadows: at once, or later if it may never matter."""
        if not pieces.sizes.any():
            return
        if pieces.space is StateSpace.SHARED:
            if self._alike and copy.first is not None:
                copy, pieces = copy.first, copy.first.target
            else:
                self._part()
            self._judge.catch_up(self._shared)
            enter(self._shared, Stretch.of(copy, pieces, self._shared), None)
            return
        for buffer, part in by_buffer(copy.batch.launch.memory, pieces):
            held = self._global.at(buffer)

            def now(held: GlobalShadow = held, part: Pieces = part) -> None:
                cells = self._global.cells_of(held)
                enter(cells, Stretch.of(copy, part, cells, held.buffer.address), held)

            if write or held.touched:
                self._global.write(held)
                now()
            else:
                self._global.put_off(held, now, part.address.nbytes)

    def _issuer(self, copy: CopyEvent, stretch: Stretch, number: int) -> Array:
        """Who counts as making the access of this number at each cell of a copy."""
        if copy.barrier is None:
            return stretch.threads
        self._history.issuers[number] = int(copy.threads[0])
        return self._engine(copy)
