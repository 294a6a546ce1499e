"""What happens before what in a batch of CTAs: barriers of the CTA, of parts of it, and of the warp.

Each thread knows of each other one up to which access (by number) everything it did comes before. That knowledge is
kept where it arises: per CTA for barriers of all its threads, per pair of warps for barriers of some (these take whole
warps), per pair of lanes for barriers of the warp; what comes by other ways is in `Learnt`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.emulator.observer import BarrierEvent, WarpEvent
from ptxgen.emulator.sanitizers.knowledge import PAST, Knowledge, Learnt, merged
from ptxgen.emulator.sanitizers.stamps import FLIGHT, SHIFT, THREAD

Array = np.ndarray[Any, Any]

_LANES = np.arange(WARP_SIZE)


ENGINES = 64
"""Mbarriers whose copies are told apart; those of more of them share numbers."""


def _divided(numbers: Array, by: int) -> tuple[Array, Array]:
    """Quotients and remainders; `np.divmod` takes several times as long."""
    quotient = numbers // by
    return quotient, numbers - quotient * by


@frozen(eq=False)
class _Arrival:
    """Warps of a column that came to a barrier and went on, and what they knew then."""

    warps: Array
    knowledge: Array
    number: int


class Ordering:
    """The knowledge of the threads of a batch. `number` is that of the next access."""

    def __init__(self, batch: Batch, number: int) -> None:
        self.batch = batch
        self.columns = batch.columns
        self.number = number
        self.start = number << SHIFT
        """Stamps below are of earlier batches: of other CTAs."""
        self.floor: Array = np.full(batch.columns, self.start, np.int64)
        """Of each CTA: stamps below come before all that its threads do from now on."""
        self._warps: Array | None = None
        self._lanes: Array | None = None
        self._arrivals: dict[tuple[int, int], list[_Arrival]] = {}
        self.learnt = Learnt(batch.columns)
        self._engines: dict[tuple[int, int], int] = {}
        self._alike = batch.columns > 1
        """Whether all CTAs have met the same barriers in the same threads: then tables are of the first column."""
        self._seen_alike: Array | None = None

    @property
    def actors(self) -> int:
        """How many numbers a CTA has in stamps: those of threads, then those of copies that mbarriers count."""
        return self.batch.launch.threads + ENGINES

    def engine(self, address: int, distance: int) -> int:
        """The number of the copies by a CTA that the mbarrier at this address counts, so many columns away."""
        place = self._engines.setdefault((address, distance), len(self._engines))
        return self.batch.launch.threads + place % ENGINES

    @property
    def alike(self) -> bool:
        """Whether the threads of all CTAs know the same of each other, so that the first column stands for all."""
        return self._alike and not self.learnt

    def repeats(self, threads: Array) -> bool:
        """Whether these are the same threads in each CTA, in ascending order."""
        if threads is self._seen_alike:
            return True
        if len(threads) % self.columns:
            return False
        rows = threads.reshape(-1, self.columns)
        found = not (rows[:, 0] % self.columns).any() and bool(
            (rows == rows[:, :1] + np.arange(self.columns)).all()
        )
        if found:
            self._seen_alike = threads
        return found

    def _first_of(self, threads: Array) -> Array | None:
        """The threads of the first CTA, if all CTAs go together and have gone so far; else they part."""
        if self.alike and self.repeats(threads):
            return threads[:: self.columns]
        self._part()
        return None

    def _part(self) -> None:
        """From now on tables have a place for each column."""
        if not self._alike:
            return
        self._alike = False
        if self._warps is not None:
            self._warps = np.repeat(self._warps, self.columns, axis=0)
        if self._lanes is not None:
            self._lanes = np.repeat(self._lanes, self.columns, axis=0)
        self._arrivals = {
            (barrier, column): list(arrivals)
            for (barrier, _), arrivals in self._arrivals.items()
            for column in range(self.columns)
        }

    # What happened

    def barrier(self, event: BarrierEvent) -> bool:
        """Threads left a barrier together. Whether they were all that their CTAs have."""
        alive = self.batch.alive
        first = self._first_of(event.threads) if alive.min() == alive.max() else self._part()
        if first is not None:
            return self._barrier_alike(first // self.columns, event.barrier)
        columns = event.threads % self.columns
        present = np.bincount(columns, minlength=self.columns)
        whole = (present > 0) & (present == self.batch.alive)
        self.floor[whole] = self.number << SHIFT
        self._arrivals = {k: v for k, v in self._arrivals.items() if k[0] != event.barrier or not whole[k[1]]}
        if self.learnt:
            for column in np.flatnonzero(present > 0):
                self.learnt.share(event.threads[columns == column], whole=bool(whole[column]))
        partial = bool((present[~whole] > 0).any())
        if partial:
            warps = event.threads // self.columns // WARP_SIZE
            for column in np.flatnonzero((present > 0) & ~whole):
                self._partial(int(column), np.unique(warps[columns == column]), event.barrier)
        return not partial

    def _barrier_alike(self, threads: Array, barrier: int) -> bool:
        """The same threads of each CTA left a barrier."""
        whole = len(threads) == int(self.batch.alive[0])
        if whole:
            self.floor[:] = self.number << SHIFT
            self._arrivals.pop((barrier, 0), None)
        else:
            self._partial(0, np.unique(threads // WARP_SIZE), barrier)
        return whole

    def arrived(self, event: BarrierEvent) -> None:
        """Threads announced themselves at a barrier and went on."""
        first = self._first_of(event.threads)
        threads = event.threads if first is None else first
        columns = threads % self.columns
        warps = threads // self.columns // WARP_SIZE
        table = self._warp_table()
        for column in np.unique(columns):
            here = np.unique(warps[columns == column])
            arrival = _Arrival(here, table[column, here].max(axis=0), self.number)
            self._arrivals.setdefault((event.barrier, int(column)), []).append(arrival)

    def warp_barrier(self, event: WarpEvent) -> None:
        """Lanes left a barrier of their warp together."""
        members, threads = event.members, event.threads
        if self.alike and self.repeats(threads):
            every = members.reshape(-1, self.columns)
            if (every == every[:, :1]).all():
                members, threads = every[:, 0], threads[:: self.columns]
        if threads is event.threads:
            self._part()
        table = self._lane_table()
        thread, column = np.divmod(threads, self.columns)
        warp = thread // WARP_SIZE
        for mask in np.unique(members):
            chosen = members == mask
            place = np.unique(column[chosen] * table.shape[1] + warp[chosen])
            columns, warps = np.divmod(place, table.shape[1])
            named = _LANES[(int(mask) >> _LANES) & 1 == 1]
            known = table[columns[:, None], warps[:, None], named].max(axis=1)
            known[:, named] = self.number
            table[columns[:, None], warps[:, None], named] = known[:, None, :]
            if self.learnt:
                for warp_place in place:
                    inside = chosen & (column * table.shape[1] + warp == warp_place)
                    self.learnt.share(threads[inside], whole=False)

    def _partial(self, column: int, warps: Array, barrier: int) -> None:
        """Some warps of a CTA met; those that had arrived before are known up to their arrival."""
        table = self._warp_table()
        known = table[column, warps].max(axis=0)
        for arrival in self._arrivals.pop((barrier, column), []):
            known = np.maximum(known, arrival.knowledge)
            known[arrival.warps] = np.maximum(known[arrival.warps], arrival.number)
        known[warps] = self.number
        table[column, warps] = known

    def _warp_table(self) -> Array:
        """`[column, warp, other warp]`: accesses of the other warp below this number come before.

        There is one column while all CTAs are alike.
        """
        if self._warps is None:
            warps = self.batch.launch.warps
            self._warps = np.zeros((1 if self._alike else self.columns, warps, warps), np.int64)
        return self._warps

    def _lane_table(self) -> Array:
        """`[column, warp, lane, other lane]`, as for warps."""
        if self._lanes is None:
            columns = 1 if self._alike else self.columns
            self._lanes = np.zeros((columns, self.batch.launch.warps, WARP_SIZE, WARP_SIZE), np.int64)
        return self._lanes

    # What threads tell others

    def snapshot(self, threads: Array) -> Knowledge:
        """All that these threads know now, their own accesses included."""
        parts: list[Knowledge] = []
        for column in np.unique(threads % self.columns):
            inside = threads[threads % self.columns == column] // self.columns
            parts.append({int(column): self._seen_by(int(column), inside)})
        if self.learnt:
            parts += [part for thread in threads.tolist() for part in self.learnt.of(thread)]
        return merged(parts)

    def _seen_by(self, column: int, threads: Array) -> Array:
        """Up to which access some threads of a CTA know each thread of it, and the copies under way."""
        count = self.batch.launch.threads
        seen = np.full(self.actors, self.floor[column] >> SHIFT, np.int64)
        warps = np.unique(threads // WARP_SIZE)
        if self._warps is not None:
            known = np.repeat(self._warps[column % len(self._warps), warps].max(axis=0), WARP_SIZE)[:count]
            np.maximum(seen[:count], known, out=seen[:count])
        if self._lanes is not None:
            for warp in warps:
                lanes = threads[threads // WARP_SIZE == warp] % WARP_SIZE
                part = seen[:count][warp * WARP_SIZE : (warp + 1) * WARP_SIZE]
                known = self._lanes[column % len(self._lanes), warp, lanes].max(axis=0)
                np.maximum(part, known[: len(part)], out=part)
        seen[threads] = self.number
        return seen

    # What comes before what

    def recent(self, stamps: Array) -> Array:
        """Which stamps are of this batch and may still be unordered; broadcasts the CTA along the last axis, if any.

        A cheap first look for shared memory, whose cells hold stamps of their own CTA only.
        """
        if stamps.ndim == 2:
            return stamps >= self.floors(stamps)
        return (stamps >= self.start) & (stamps >= self.floor[(stamps & THREAD) % self.columns])

    @property
    def lowest(self) -> int:
        """Of all CTAs: stamps below come before all that any thread does from now on to its own CTA's memory."""
        return int(self.floor.min())

    def floors(self, stamps: Array) -> Array:
        """The floors of the CTAs along the last axis: all of them, or the one that stands for all."""
        return self.floor if stamps.shape[-1] == self.columns else self.floor[:1]

    def foreign(self, one: Array, two: Array, size: int = 1) -> Array:
        """Whether the first stamps are of other CTAs than the second ones, which are of this batch.

        With a `size`, of other clusters of so many CTAs.
        """
        apart = (one & THREAD) % self.columns // size != (two & THREAD) % self.columns // size
        return (one != 0) & (apart | (one < self.start))

    def unordered(self, old: Array, threads: Array) -> Array:
        """Which old accesses do not come before what these threads do now."""
        one, column_of_one = _divided(old & THREAD, self.columns)
        two, column = _divided(threads, self.columns)
        same = (old >= self.start) & (column_of_one == column)
        number = (old & ~FLIGHT) >> SHIFT
        seen = self.floor[column] >> SHIFT
        # Copies stand after the last thread: no barrier of warps orders them.
        thread = one < self.batch.launch.threads
        place: Array | int = 0 if self._alike else column
        warp_of_one, warp = np.where(thread, one, 0) // WARP_SIZE, two // WARP_SIZE
        if self._warps is not None:
            seen = np.where(thread, np.maximum(seen, self._warps[place, warp, warp_of_one]), seen)
        if self._lanes is not None:
            known = self._lanes[place, warp, two & (WARP_SIZE - 1), one & (WARP_SIZE - 1)]
            seen = np.where(thread & (warp == warp_of_one), np.maximum(seen, known), seen)
        found = ~(same & ((number < seen) | (one == two))) | (old >= FLIGHT)
        if self.learnt and found.any():
            self._forgive(found, old, threads, one, column_of_one, number)
        return found

    def _forgive(
        self, found: Array, old: Array, threads: Array, one: Array, column_of_one: Array, number: Array
    ) -> None:
        """Take back what the threads have learnt to come before."""
        open = np.flatnonzero(found & (old < FLIGHT))
        past = old[open] < self.start
        columns, others = np.where(past, PAST, column_of_one[open]), np.where(past, 0, one[open])
        known = self.learnt.numbers(threads[open], columns, others)
        found[open] = number[open] >= known
