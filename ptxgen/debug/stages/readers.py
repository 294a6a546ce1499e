"""Who has read a cell of a stage: two readers of different warps are enough to tell whether another warp has."""

from __future__ import annotations

import numpy as np
from attrs import define, field

from ptxgen.debug.stages.cells import Marks, Numbers, Touched, apart, step_of, warp_of


@define(eq=False)
class FirstReaders:
    """The first reader of each cell, and the first one of another warp."""

    first: Marks = field(factory=Marks)
    other: Marks = field(factory=Marks)

    def add(self, here: Touched) -> None:
        """Readers, in order."""
        cells, touches = here.cells, here.touches
        new = self.first.of(cells) < 0
        self.first.put_first(cells[new], touches[new])
        second = (self.other.of(cells) < 0) & (warp_of(self.first.of(cells)) != warp_of(touches))
        self.other.put_first(cells[second], touches[second])

    def against(self, here: Touched) -> Numbers:
        """For each touch a reader of another warp, or -1."""
        return apart(self.first.of(here.cells), self.other.of(here.cells), here.touches)

    def clear(self) -> None:
        """Everybody is out of the way."""
        self.first.clear()
        self.other.clear()


@define(eq=False)
class LastReaders:
    """The last reader of each cell, and one of another warp before it."""

    before: Marks = field(factory=Marks)
    last: Marks = field(factory=Marks)

    def add(self, here: Touched) -> None:
        """Readers of one step, in order: of each cell one warp after another."""
        order = np.argsort(here.cells, kind="stable")
        cells, touches = here.cells[order], here.touches[order]
        warps = warp_of(touches)
        ends = np.ones(len(cells), bool)
        ends[:-1] = (cells[1:] != cells[:-1]) | (warps[1:] != warps[:-1])
        cells, touches, warps = cells[ends], touches[ends], warps[ends]
        begins = np.ones(len(cells), bool)
        begins[1:] = cells[1:] != cells[:-1]
        heads = np.flatnonzero(begins)
        places, first = cells[heads], touches[heads]
        before = apart(self.before.of(places), self.last.of(places), first)
        if len(heads) < len(cells):
            # What stands before the first warp stays before those that follow, unless one of them is the same warp.
            group = np.cumsum(begins) - 1
            same = np.flatnonzero(~begins & (before[group] >= 0) & (warps == warp_of(before)[group]))
            several = np.diff(np.append(heads, len(cells))) > 1
            before = np.where(several & (before < 0), first, before)
            before[group[same]] = touches[same - 1]
        self.before.put(places, before)
        self.last.put(cells, touches)

    def against(self, here: Touched) -> Numbers:
        """For each touch a reader of another warp, or -1."""
        return apart(self.before.of(here.cells), self.last.of(here.cells), here.touches)

    def drop(self, until: Numbers) -> None:
        """Readers are out of the way whose steps are below the number for their warp."""
        for marks in (self.before, self.last):
            every = marks.marked()
            gone = step_of(every.touches) < until[warp_of(every.touches)]
            marks.put(every.cells[gone], -1)

    def clear(self) -> None:
        """Everybody is out of the way."""
        self.before.clear()
        self.last.clear()
