"""Stages of shared memory that bulk copies fill, with mbarriers that say when they are full and when they are empty.

A copy is over once someone has waited for its mbarrier. A reader is out of the way at a barrier of the CTA, or once it
has arrived at an mbarrier that was waited for afterwards. Phases are not followed: a wait is taken for one of the phase
that is asked for.
"""

from __future__ import annotations

from attrs import define, field

from ptxgen.debug.stages.clash import Clash, Key, Touch, touched
from ptxgen.debug.stages.products import Products
from ptxgen.debug.stages.steps import Act, Barrier, Step


@define(eq=False)
class _Flight:
    """A copy in flight, and whether anything has been waited for since."""

    touch: Touch
    waited: bool = False
    landed: bool = False


@define(eq=False)
class _Reader:
    """A thread that has read a cell, and the mbarriers at which its warp has arrived since."""

    touch: Touch
    told: set[Barrier] = field(factory=set[Barrier])


@define(eq=False)
class BulkStages:
    """The cells of shared memory along the way of all threads, which take the same one in step."""

    flights: list[_Flight] = field(factory=list[_Flight])
    copied: dict[Key, _Flight] = field(factory=dict[Key, _Flight])
    read: dict[Key, list[_Reader]] = field(factory=dict[Key, list[_Reader]])
    products: Products = field(factory=Products)
    cells: int = 0

    def take(self, step: Step) -> Clash | None:
        """The first thing that goes wrong at a step."""
        for key, touch in self.products.take(step):
            self._reader(key, touch)
        match step.act:
            case Act.COPY:
                return self._copy(step)
            case Act.READ | Act.PRODUCT:
                return self._read(step)
            case Act.ARRIVE:
                self._arrive(step)
            case Act.AWAIT:
                self._await(step.barrier)
            case Act.MEET:
                self.read.clear()
            case _:
                pass
        return None

    def _arrive(self, step: Step) -> None:
        if step.barrier is None:
            self.read.clear()
            return
        warps = {thread.warp for thread, _ in step.starts}
        for readers in self.read.values():
            for reader in readers:
                if reader.touch.thread.warp in warps:
                    reader.told.add(step.barrier)

    def _await(self, barrier: Barrier | None) -> None:
        """Who arrived there is out of the way, and what completes there has come."""
        for flight in self.flights:
            flight.waited = True
            flight.landed |= barrier is None or flight.touch.step.barrier in (barrier, None)
        self.flights = [flight for flight in self.flights if not flight.landed]
        if barrier is None:
            self.read.clear()
        for key, readers in list(self.read.items()):
            self.read[key] = [r for r in readers if barrier not in r.told]

    def _copy(self, step: Step) -> Clash | None:
        found: Clash | None = None
        for thread, keys in touched(step):
            flight = _Flight(Touch(step, thread))
            self.flights.append(flight)
            self.cells += len(keys)
            for key in keys:
                clash = self._overwrites(key, flight)
                found = found or clash
        return found

    def _overwrites(self, key: Key, flight: _Flight) -> Clash | None:
        before = self.copied.get(key)
        self.copied[key] = flight
        if before is not None and before.touch.step is not flight.touch.step and not before.waited:
            return Clash("twice", before.touch, flight.touch)
        if key in self.products.reading:
            return Clash("product", self.products.reading[key], flight.touch)
        for reader in self.read.get(key, ()):
            if reader.touch.thread.warp != flight.touch.thread.warp:
                return Clash("early", reader.touch, flight.touch)
        return None

    def _read(self, step: Step) -> Clash | None:
        found: Clash | None = None
        for thread, keys in touched(step):
            touch = Touch(step, thread)
            self.cells += len(keys)
            for key in keys:
                if step.act is Act.READ:
                    self._reader(key, touch)
                flight = self.copied.get(key)
                if flight is not None and not flight.landed and flight.touch.step.barrier is not None:
                    found = found or Clash("unwaited", flight.touch, touch)
        return found

    def _reader(self, key: Key, touch: Touch) -> None:
        others = [r for r in self.read.get(key, ()) if r.touch.thread.warp != touch.thread.warp]
        self.read[key] = [*others[:1], _Reader(touch)]
