"""Stages of shared memory that bulk stores read: to be kept until the thread that issued a store has waited for its
group, and until that thread has met those that write there. What threads stored is seen by a store behind a fence
between the proxies, whoever executes it.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field
from numpy.typing import NDArray

from ptxgen.debug.stages.cells import (
    MOST_THREADS,
    NOTHING,
    Ground,
    Marks,
    Numbers,
    Touched,
    thread_of,
    warp_of,
)
from ptxgen.debug.stages.clash import Clash
from ptxgen.debug.stages.steps import Act, Step

_Answers = NDArray[np.bool_]
_TOUCHES = (Act.COPY, Act.WRITE)


@define(eq=False)
class _Sending:
    """The cells, in order, that the stores of one step read, who issued these in which group, and who has waited."""

    cells: Numbers
    touches: Numbers
    groups: Numbers
    waited: _Answers

    @staticmethod
    def of(here: Touched, closed: Numbers) -> _Sending:
        """Stores that are issued when the threads have closed so many groups."""
        order = np.argsort(here.cells, kind="stable")
        touches = here.touches[order]
        return _Sending(
            here.cells[order], touches, closed[thread_of(touches)], np.zeros(len(touches), np.bool_)
        )

    def wait(self, done: Numbers) -> None:
        """Threads have waited for their groups below `done`."""
        self.waited |= self.groups < done[thread_of(self.touches)]

    def meet(self) -> bool:
        """Forget what was waited for; whether anything is left."""
        left = ~self.waited
        self.cells, self.touches = self.cells[left], self.touches[left]
        self.groups, self.waited = self.groups[left], self.waited[left]
        return bool(left.any())

    def in_the_way(self, here: Touched) -> Numbers:
        """For each touch the first store of its cell that nobody waited for, or that is of another warp: where it
        stands here, -1 if there is none.
        """
        count = len(self.cells)
        ends = np.searchsorted(self.cells, here.cells, side="right")
        begins = np.searchsorted(self.cells, here.cells)
        warps = warp_of(self.touches)
        changes = np.ones(count, np.bool_)
        changes[1:] = warps[1:] != warps[:-1]
        first = np.minimum(begins, count - 1)
        same = warps[first] == warp_of(here.touches)
        apart = np.where(same, _next(changes)[np.minimum(first + 1, count)], begins)
        found = np.minimum(_next(~self.waited)[begins], apart)
        return np.where(found < ends, found, -1)


def _next(those: _Answers) -> Numbers:
    """For each place, and the one behind the last, the first of those that is not before it."""
    places = np.where(np.append(those, True), np.arange(len(those) + 1), len(those))
    return np.minimum.accumulate(places[::-1])[::-1]


@define(eq=False)
class StoreStages:
    """The cells of shared memory along the way of all threads, which take the same one in step."""

    ground: Ground = field(factory=Ground)
    sending: list[_Sending] = field(factory=list[_Sending])
    busy: Marks = field(factory=Marks)
    """The cells that some store reads."""
    written: Marks = field(factory=Marks)
    """What was stored where since the last fence between the proxies."""
    closed: Numbers = field(factory=lambda: np.zeros(MOST_THREADS, np.int64))
    """Groups that each thread has closed, by its number."""

    @property
    def cells(self) -> int:
        return self.ground.cells

    def take(self, step: Step) -> Clash | None:
        """The first thing that goes wrong at a step."""
        here = self.ground.touched(step) if step.act in _TOUCHES else NOTHING
        match step.act:
            case Act.COPY:
                return self._store(here)
            case Act.FENCE:
                self.written.clear()
            case Act.COMMIT:
                self.closed[step.numbers] += 1
            case Act.WAIT:
                self._wait(step)
            case Act.MEET:
                self._meet()
            case Act.WRITE:
                return self._write(step, here)
            case _:
                pass
        return None

    def _store(self, here: Touched) -> Clash | None:
        if here.cells.size:
            self.sending.append(_Sending.of(here, self.closed))
            self.busy.put(here.cells, here.touches)
        return self.ground.earliest(here, unseen=self.written.of(here.cells))

    def _wait(self, step: Step) -> None:
        done = np.zeros(MOST_THREADS, np.int64)
        done[step.numbers] = self.closed[step.numbers] - step.left
        for each in self.sending:
            each.wait(done)

    def _meet(self) -> None:
        if not self.sending:
            return
        self.sending = [each for each in self.sending if each.meet()]
        self.busy.clear()
        for each in self.sending:
            self.busy.put(each.cells, each.touches)

    def _write(self, step: Step, here: Touched) -> Clash | None:
        if not step.instruction.name.startswith("cp."):
            self.written.put(here.cells, here.touches)
        busy = self.busy.of(here.cells) >= 0
        return self._overwrites(Touched(here.cells[busy], here.touches[busy])) if busy.any() else None

    def _overwrites(self, here: Touched) -> Clash | None:
        open, over = np.full((2, len(here.cells)), -1)
        for each in self.sending:
            at = each.in_the_way(here)
            new = np.flatnonzero((at >= 0) & (open < 0) & (over < 0))
            waited = each.waited[at[new]]
            open[new[~waited]] = each.touches[at[new[~waited]]]
            over[new[waited]] = each.touches[at[new[waited]]]
        return self.ground.earliest(here, sending=open, sent=over)
