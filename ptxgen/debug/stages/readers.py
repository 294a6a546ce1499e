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
        """Readers, in order: of each cell one warp after another."""
        order = np.argsort(here.cells, kind="stable")
        cells, touches = here.cells[order], here.touches[order]
        ends = np.ones(len(cells), bool)
        warps = warp_of(touches)
        ends[:-1] = (cells[1:] != cells[:-1]) | (warps[1:] != warps[:-1])
        cells, touches = cells[ends], touches[ends]
        begins = np.ones(len(cells), bool)
        begins[1:] = cells[1:] != cells[:-1]
        rank = np.arange(len(cells)) - np.flatnonzero(begins)[np.cumsum(begins) - 1]
        for turn in range(int(rank.max(initial=-1)) + 1):
            mine = rank == turn
            self._add(cells[mine], touches[mine])

    def _add(self, cells: Numbers, touches: Numbers) -> None:
        """One reader for each of some cells."""
        self.before.put(cells, apart(self.before.of(cells), self.last.of(cells), touches))
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
