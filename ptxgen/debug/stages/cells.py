"""The cells of shared memory that steps touch: all those of a step at once, as arrays of numbers.

A cell has the number that it got when it was touched first. A touch has one as well: that of its step, times the most
threads of a CTA, and the thread's.
"""

from __future__ import annotations

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from ptxgen.debug.cta.columns import Column
from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.stages.clash import GRAIN, Clash, Touch
from ptxgen.debug.stages.steps import Step

Numbers = NDArray[np.int64]

MOST_CELLS = 1 << 18
"""Touched cells of a function that are looked at, so that large functions stay quick."""
MOST_THREADS = 1024
"""The most threads of a CTA."""


@frozen(eq=False)
class Touched:
    """Cells, and the touch of each, in the order of the threads."""

    cells: Numbers
    touches: Numbers


def _none() -> Numbers:
    return np.empty(0, np.int64)


NOTHING = Touched(_none(), _none())


def warp_of(touches: Numbers) -> Numbers:
    """The warps of some touches."""
    return touches % MOST_THREADS // WARP


def thread_of(touches: Numbers) -> Numbers:
    """The threads of some touches, by number."""
    return touches % MOST_THREADS


def step_of(touches: Numbers) -> Numbers:
    """The numbers of their steps."""
    return touches // MOST_THREADS


@define(eq=False)
class Ground:
    """The cells that have been touched so far, and the steps that touched them. `cells`: how often that was."""

    steps: list[Step] = field(factory=list[Step])
    cells: int = 0
    _objects: dict[tuple[object, ...], tuple[Column, Numbers]] = field(
        factory=dict[tuple[object, ...], "tuple[Column, Numbers]"]
    )
    """The cells of each object, in order, and their numbers."""
    _count: int = 0

    @property
    def time(self) -> int:
        """How many steps have touched memory."""
        return len(self.steps)

    def touched(self, step: Step) -> Touched:
        """What a step touches; nothing once there are too many cells."""
        first = step.starts // GRAIN
        each = ((step.starts + (step.bytes - 1)) // GRAIN - first + 1).astype(np.int64)
        total = int(each.sum())
        self.cells += total
        base = self._numbered(step)
        if self.cells > MOST_CELLS:
            return NOTHING
        within = np.arange(total) - np.repeat(np.cumsum(each) - each, each)
        cells = self._cells(step.object, np.repeat(first, each) + within)
        return Touched(cells, np.repeat(base + step.numbers, each))

    def again(self, touched: Touched) -> Touched:
        """Touches of one step, as if it came now."""
        step = int(step_of(touched.touches[:1])[0])
        base = self._numbered(self.steps[step])
        return Touched(touched.cells, touched.touches - step * MOST_THREADS + base)

    def earliest(self, here: Touched, **clashes: Numbers) -> Clash | None:
        """What goes wrong at the first touch with which anything does: for each of several kinds, the first of which
        counts, the touches that clash with these (-1: none).
        """
        wrong = np.maximum.reduce([*clashes.values()]) >= 0
        if not wrong.any():
            return None
        at = int(wrong.argmax())
        kind, first = next((kind, int(touches[at])) for kind, touches in clashes.items() if touches[at] >= 0)
        return Clash(kind, self._touch(first), self._touch(int(here.touches[at])))

    def _touch(self, number: int) -> Touch:
        step = self.steps[number // MOST_THREADS]
        return Touch(step, step.threads[number % MOST_THREADS])

    def _numbered(self, step: Step) -> int:
        self.steps.append(step)
        return (len(self.steps) - 1) * MOST_THREADS

    def _cells(self, object: tuple[object, ...], cells: Column) -> Numbers:
        """The numbers of cells; new ones get the next."""
        known, numbers = self._objects.get(object, (_none(), _none()))
        at = np.searchsorted(known, cells)
        new = np.ones(len(cells), bool)
        inside = at < len(known)
        new[inside] = known[at[inside]] != cells[inside]
        if new.any():
            added = np.unique(cells[new])
            to = np.searchsorted(known, added)
            numbers = np.insert(numbers, to, np.arange(self._count, self._count + len(added)))
            known = np.insert(known.astype(added.dtype), to, added)
            self._count += len(added)
            self._objects[object] = known, numbers
            at = np.searchsorted(known, cells)
        return numbers[at]


@define(eq=False)
class Marks:
    """A number for each cell: of a touch, or of a group; -1 where there is none."""

    _numbers: Numbers = field(factory=_none)

    def of(self, cells: Numbers) -> Numbers:
        """Those of some cells."""
        self._reach(cells)
        return self._numbers[cells]

    def put(self, cells: Numbers, numbers: Numbers | int) -> None:
        """Mark cells; of several numbers for one the last counts."""
        self._reach(cells)
        self._numbers[cells] = numbers

    def put_first(self, cells: Numbers, numbers: Numbers) -> None:
        """Mark cells; of several numbers for one the first counts."""
        self.put(cells[::-1], numbers[::-1])

    def marked(self) -> Touched:
        """The cells that are marked."""
        cells = np.flatnonzero(self._numbers >= 0)
        return Touched(cells, self._numbers[cells])

    def clear(self) -> None:
        """Forget everything."""
        self._numbers[:] = -1

    def _reach(self, cells: Numbers) -> None:
        if cells.size and (most := int(cells.max())) >= len(self._numbers):
            longer = np.full(2 * most + 1, -1)
            longer[: len(self._numbers)] = self._numbers
            self._numbers = longer


def apart(one: Numbers, other: Numbers, touches: Numbers) -> Numbers:
    """Of two marks the first that is of another warp than a touch; -1 if neither is."""
    warps = warp_of(touches)
    second = np.where((other >= 0) & (warp_of(other) != warps), other, -1)
    return np.where((one >= 0) & (warp_of(one) != warps), one, second)
