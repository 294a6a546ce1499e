"""One access of some threads to one cell each: which earlier accesses does nothing order before it?"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.observer import Access
from ptxgen.emulator.sanitizers.agreement import agreeing
from ptxgen.emulator.sanitizers.cells import Cells, Pair
from ptxgen.emulator.sanitizers.crowds import Crowd
from ptxgen.emulator.sanitizers.ordering import Ordering
from ptxgen.emulator.sanitizers.races import History, Race
from ptxgen.emulator.sanitizers.report import Report
from ptxgen.emulator.sanitizers.shadows import GlobalShadow, Look, action_of
from ptxgen.emulator.sanitizers.stamps import CLUSTERED, FLIGHT, NARROW, SHIFT, STRONG, THREAD

Array = np.ndarray[Any, Any]


_MOST_WAITING = 1 << 22
"""Threads of reads that are put off, about."""


class Judge:
    """Compares accesses with the shadows of memory, reports races, and puts the accesses there.

    access: the one that is being judged, where its data may matter. narrow: whether there was a strong access of the
    scope of a CTA or cluster in this launch; only then scopes need a look.
    """

    def __init__(self, report: Report, history: History, ordering: Ordering, *, narrow: bool) -> None:
        self.report = report
        self.ordering = ordering
        self.narrow = narrow
        self.access: Access | None = None
        self._history = history
        self._alone = ordering.batch.launch.cluster_ctas == 1

    def enter(
        self, cells: Cells, look: Look, *, write: bool, strong: bool, held: GlobalShadow | None = None
    ) -> None:
        """An access. Plain reads of shared memory are only put off: most are forgotten before anybody writes."""
        if look.shared:
            if not write and not strong and look.left is None:
                self._read(cells, look)
                return
            self.catch_up(cells)
        table = look.table(cells.write)
        if not look.rows or self._recent(table, look):
            self._judge(table[look.index], look, cells, held, action_of(write, strong), "write")
        self._judge_crowd(cells.agreed, look, cells, held, action_of(write, strong), "write")
        if not strong:
            self._judge_pair(cells.atomics, look, cells, held, action_of(write, strong), "atomic")
        if strong and self.narrow:
            pairs = ((cells.atomics, "atomic"), (cells.reads, "read"))
            for pair, other in pairs if write else pairs[:1]:
                self._judge_pair(pair, look, cells, held, action_of(write, strong), other, scoped=True)
        if not write:
            self._note(cells, cells.readers(), look)
            return
        action = action_of(write, strong)
        self._judge_pair(cells.reads, look, cells, held, action, "read", spare_strong=strong)
        if strong:
            atoms = cells.atoms()
            self._note(cells, atoms, look)
            if self.narrow:
                latest = look.table(atoms.last)[look.index]
                self._judge(latest, look, cells, held, "atomic", "atomic", scoped=True)
            return
        cells.newest = self._history.next << SHIFT
        table[look.index] = look.who
        winner = table[look.index]
        for known in cells.since():
            look.table(known)[look.index] = 0
        for crowd in cells.crowds():
            self._clear(cells, crowd, look)
        if not np.array_equal(winner, look.who):
            if self.access is not None:
                agreed = (winner != look.who) & agreeing(self.access, winner, look.who)
                self._note_agreed(cells, look, agreed)
                winner = np.where(agreed, look.who, winner)
            self._judge(winner, look, cells, held, "write", "write")

    def _read(self, cells: Cells, look: Look) -> None:
        """A plain read of shared memory by threads of its own."""
        if cells.flights or not self._alone or cells.newest > self.ordering.lowest:
            table = look.table(cells.write)
            if not look.rows or self._recent(table, look):
                self._judge(table[look.index], look, cells, None, "read", "write")
            self._judge_crowd(cells.agreed, look, cells, None, "read", "write")
        self._judge_pair(cells.atomics, look, cells, None, "read", "atomic")
        cells.waiting.append(look)
        if len(cells.waiting) * look.threads.size > _MOST_WAITING:
            self.catch_up(cells)

    def catch_up(self, cells: Cells) -> None:
        """Bring the reads that were put off into the shadow, but those that come before all that follows."""
        if not cells.waiting:
            return
        looks, cells.waiting = cells.waiting, []
        if self._alone:
            lowest = self.ordering.lowest
            looks = [look for look in looks if look.stamp >= lowest]
        if not looks:
            return
        pair = cells.readers()
        if pair.crowd is None:
            for look in looks:
                self._note(cells, pair, look)
            return
        index = np.concatenate([look.cells(cells.columns) for look in looks])
        who = np.concatenate([look.who.reshape(-1) for look in looks])
        pair.note(index, who, self.ordering, shared=True)

    def _note(self, cells: Cells, pair: Pair, look: Look) -> None:
        if look.left is not None:
            pair.note(look.index, look.left, self.ordering, look.shared)
        elif look.rows and pair.crowd is not None:
            pair.note(look.cells(cells.columns), look.who.reshape(-1), self.ordering, look.shared)
        elif look.rows:
            rows = look.unique(pair.last)
            pair.note_rows(rows, look.some(rows.first), look.some(rows.last), self.ordering)
        else:
            pair.note(look.index, look.who, self.ordering, look.shared)

    def _note_agreed(self, cells: Cells, look: Look, agreed: Array) -> None:
        """Remember the writers that agree with the one which is kept."""
        crowd = cells.agreeing() if agreed.any() else None
        if crowd is not None:
            chosen = np.flatnonzero(agreed)
            place = look.cells(cells.columns)[chosen]
            crowd.add(place, look.who.reshape(-1)[chosen], self.ordering.start)

    def _clear(self, cells: Cells, crowd: Crowd, look: Look) -> None:
        """A write ends what is known of its cells."""
        chosen = np.flatnonzero(look.table(crowd.flags)[look.index])
        if chosen.size:
            number = (int(look.who.flat[0]) & ~FLIGHT) >> SHIFT
            crowd.clear(look.cells(cells.columns)[chosen], number)

    def _recent(self, table: Array, look: Look) -> bool:
        """Whether anything at these rows may still be unordered."""
        known = table[look.index if table.shape[1] == 1 else look.unique(table).cells]
        return bool((known >= self.ordering.floors(known)).any())

    def _judge_pair(
        self,
        pair: Pair | None,
        look: Look,
        cells: Cells,
        held: GlobalShadow | None,
        action: str,
        other: str,
        *,
        spare_strong: bool = False,
        scoped: bool = False,
    ) -> None:
        if pair is None:
            return
        for table in (pair.last, pair.other):
            if look.rows and not self._recent(table, look):
                continue
            old = look.table(table)[look.index]
            self._judge(old, look, cells, held, action, other, spare_strong=spare_strong, scoped=scoped)
        if not scoped:
            self._judge_crowd(pair.crowd, look, cells, held, action, other, spare_strong=spare_strong)

    def _judge_crowd(
        self,
        crowd: Crowd | None,
        look: Look,
        cells: Cells,
        held: GlobalShadow | None,
        action: str,
        other: str,
        *,
        spare_strong: bool = False,
    ) -> None:
        if crowd is None:
            return
        chosen = np.flatnonzero(look.table(crowd.flags)[look.index])
        if not chosen.size:
            return
        index, who = look.cells(cells.columns)[chosen], look.who.reshape(-1)[chosen]
        for place, old in crowd.at(index):
            part = Look(index[place], who[place], rows=False, shared=look.shared, alike=look.alike)
            self._judge(old, part, cells, held, action, other, spare_strong=spare_strong)

    def _judge(
        self,
        old: Array,
        look: Look,
        cells: Cells,
        held: GlobalShadow | None,
        action: str,
        other: str,
        *,
        spare_strong: bool = False,
        scoped: bool = False,
    ) -> None:
        """Report each old access that does not come before the one of the same cell now.

        spare_strong: strong ones are no fault. scoped: only strong ones are, of CTAs beyond the scope of either.
        """
        ordering = self.ordering
        bad = (old >= ordering.floors(old)) if look.rows else old != 0
        if not bad.any():
            return
        bad &= (((old ^ look.who) & THREAD) != 0) | (old < ordering.start) | (old >= FLIGHT)
        if spare_strong:
            bad &= (old & STRONG) == 0
        if scoped:
            either, size = old | look.who, ordering.batch.launch.cluster_ctas
            beyond = ((either & NARROW) != 0) & ordering.foreign(old, look.who)
            beyond |= ((either & CLUSTERED) != 0) & ordering.foreign(old, look.who, size)
            bad &= ((old & STRONG) != 0) & beyond
        where = np.flatnonzero(bad)
        if not where.size:
            return
        before, now = old.reshape(-1)[where], look.who.reshape(-1)[where]
        open = ordering.unordered(before, now & THREAD)
        if open.any():
            where = where[open]
            place = (
                np.broadcast_to(look.index[:, None], look.who.shape).reshape(-1) if look.rows else look.index
            )
            cell = place[where]
            if look.shared and not look.rows:
                cell = cell // cells.columns
            before, now, offset = before[open], now[open], cell * cells.unit
            if look.alike:
                every = np.arange(ordering.columns)
                before, now = ((stamps[:, None] + every).reshape(-1) for stamps in (before, now))
                offset = np.repeat(offset, ordering.columns)
            for race in Race.each(before, now, offset, cells.unit, action, other, scoped=scoped):
                self.report.add(race.finding(self._history, held.buffer if held is not None else None))
