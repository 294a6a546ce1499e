"""Stages of shared memory that bulk copies fill, with mbarriers that say when they are full and when they are empty.

A copy is over once someone has waited for its mbarrier. A reader is out of the way at a barrier of the CTA, or once it
has arrived at an mbarrier that was waited for afterwards. Phases are not followed: a wait is taken for one of the phase
that is asked for.
"""

from __future__ import annotations

import numpy as np
from attrs import Factory, define, field

from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.stages.cells import NOTHING, Ground, Marks, Numbers, Touched, step_of
from ptxgen.debug.stages.clash import Clash
from ptxgen.debug.stages.products import Products
from ptxgen.debug.stages.readers import LastReaders
from ptxgen.debug.stages.steps import Act, Barrier, Step

_TOUCHES = (Act.COPY, Act.READ, Act.PRODUCT)
_WARPS = 32
"""The most warps of a CTA."""


@define(eq=False)
class BulkStages:
    """The cells of shared memory along the way of all threads, which take the same one in step."""

    ground: Ground = field(factory=Ground)
    copied: Marks = field(factory=Marks)
    readers: LastReaders = field(factory=LastReaders)
    flights: dict[int, Barrier | None] = field(factory=dict[int, "Barrier | None"])
    """The mbarriers of copies that are not known to be there, by the number of the step."""
    awaited: int = 0
    """When somebody last waited, in steps."""
    arrived: dict[Barrier, Numbers] = field(factory=dict[Barrier, Numbers])
    """When each warp last arrived at an mbarrier, in steps: what it read before, it has read."""
    products: Products = field(default=Factory(lambda self: Products(self.ground), takes_self=True))

    @property
    def cells(self) -> int:
        return self.ground.cells

    def take(self, step: Step) -> Clash | None:
        """The first thing that goes wrong at a step."""
        here = self.ground.touched(step) if step.act in _TOUCHES else NOTHING
        for retired in self.products.take(step, here):
            self.readers.add(retired)
        match step.act:
            case Act.COPY:
                return self._copy(step, here)
            case Act.READ:
                self.readers.add(here)
                return self._sees(here)
            case Act.PRODUCT:
                return self._sees(here)
            case Act.ARRIVE:
                self._arrive(step)
            case Act.AWAIT:
                self._await(step.barrier)
            case Act.MEET:
                self.readers.clear()
            case _:
                pass
        return None

    def _arrive(self, step: Step) -> None:
        if step.barrier is None:
            self.readers.clear()
            return
        times = self.arrived.setdefault(step.barrier, np.zeros(_WARPS, np.int64))
        times[step.numbers // WARP] = self.ground.time

    def _await(self, barrier: Barrier | None) -> None:
        """Who arrived there is out of the way, and what completes there has come."""
        self.awaited = self.ground.time
        if barrier is None:
            self.flights.clear()
            self.readers.clear()
            return
        self.flights = {n: by for n, by in self.flights.items() if by not in (barrier, None)}
        if barrier in self.arrived:
            self.readers.drop(self.arrived[barrier])

    def _copy(self, step: Step, here: Touched) -> Clash | None:
        before = self.copied.of(here.cells)
        found = self.ground.earliest(
            here,
            twice=np.where(step_of(before) >= self.awaited, before, -1),
            product=self.products.reading.of(here.cells),
            early=self.readers.against(here),
        )
        self.copied.put(here.cells, here.touches)
        self.flights[self.ground.time - 1] = step.barrier
        return found

    def _sees(self, here: Touched) -> Clash | None:
        open = [number for number, barrier in self.flights.items() if barrier is not None]
        if not open:
            return None
        copy = self.copied.of(here.cells)
        return self.ground.earliest(here, unwaited=np.where(np.isin(step_of(copy), open), copy, -1))
