"""What goes wrong between asynchronous copies and reads of shared memory, on the way that all threads take in step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.debug.stages.bulk_stages import BulkStages
from ptxgen.debug.stages.clash import Clash, Key, Touch, touched
from ptxgen.debug.stages.products import Products
from ptxgen.debug.stages.staging import Flow, Staging
from ptxgen.debug.stages.steps import Act, Step
from ptxgen.debug.stages.store_stages import StoreStages

_MOST_CELLS = 1 << 18
"""Touched cells of a function that are looked at, so that large functions stay quick."""


class Machine(Protocol):
    """What judges the steps, one after another. `cells`: how many it has looked at."""

    cells: int

    def take(self, step: Step) -> Clash | None: ...


@define(eq=False)
class _Stages:
    """The cells of shared memory along the way of all threads, which take the same one in step."""

    copied: dict[Key, Touch] = field(factory=dict[Key, Touch])
    read: dict[Key, list[Touch]] = field(factory=dict[Key, list[Touch]])
    closed: int = 0
    landed: int = 0
    """Groups that have been closed, how many of them waits were for, and how many `met` threads see."""
    met: int = 0
    wait: Step | None = None
    products: Products = field(factory=Products)
    cells: int = 0

    def take(self, step: Step) -> Clash | None:
        """The first thing that goes wrong at a step."""
        for key, touch in self.products.take(step):
            self._reader(key, touch)
        match step.act:
            case Act.COMMIT:
                self.closed += 1
            case Act.WAIT:
                everything = "wait_all" in step.instruction.name
                self.landed = max(self.landed, self.closed + 1 if everything else self.closed - step.left)
                self.wait = step
            case Act.MEET:
                self.met = self.landed
                self.read.clear()
            case Act.COPY:
                return self._over(step, self._overwrites)
            case Act.READ:
                return self._over(step, self._reads)
            case Act.PRODUCT:
                return self._over(step, self._sees)
            case _:
                pass
        return None

    def _over(self, step: Step, each: Callable[[Key, Touch], Clash | None]) -> Clash | None:
        found: Clash | None = None
        for thread, keys in touched(step):
            touch = Touch(step, thread, self.closed)
            self.cells += len(keys)
            for key in keys:
                clash = each(key, touch)
                found = found or clash
        return found

    def _overwrites(self, key: Key, touch: Touch) -> Clash | None:
        before = self.copied.get(key)
        self.copied[key] = touch
        if before is not None and before.step is not touch.step and before.group >= self.landed:
            return Clash("twice", before, touch)
        if key in self.products.reading:
            return Clash("product", self.products.reading[key], touch)
        for reader in self.read.get(key, ()):
            if reader.thread.warp != touch.thread.warp:
                return Clash("early", reader, touch)
        return None

    def _reader(self, key: Key, touch: Touch) -> None:
        readers = self.read.setdefault(key, [])
        if len(readers) < 2 and all(r.thread.warp != touch.thread.warp for r in readers):
            readers.append(touch)

    def _reads(self, key: Key, touch: Touch) -> Clash | None:
        self._reader(key, touch)
        return self._sees(key, touch)

    def _sees(self, key: Key, touch: Touch) -> Clash | None:
        copy = self.copied.get(key)
        if copy is None or self.wait is None:
            return None
        if copy.group >= self.landed:
            return Clash("flying", copy, touch, self.wait.left)
        if copy.group >= self.met and copy.thread.warp != touch.thread.warp:
            return Clash("unmet", copy, touch)
        return None


def clashes(body: Body) -> Iterator[Clash]:
    """What goes wrong on the way, once for each instruction at which it shows; phases of mbarriers first."""
    yield from body.protocol.clashes
    known = {id(c.second.step.instruction) for c in body.protocol.clashes}
    yield from (c for c in _unphased(body) if id(c.second.step.instruction) not in known)


def _unphased(body: Body) -> Iterator[Clash]:
    yield from _clashes(body, Staging(body), _Stages())
    yield from _clashes(body, Staging(body, Flow.MBARRIERS), BulkStages())
    yield from _clashes(body, Staging(body, Flow.STORES), StoreStages())


def _clashes(body: Body, staging: Staging, stages: Machine) -> Iterator[Clash]:
    reported: set[int] = set()
    for step in staging.steps():
        clash = stages.take(step)
        if stages.cells > _MOST_CELLS:
            return
        if clash is not None:
            at = id(step.instruction)
            if at not in reported and _follows(body, clash):
                reported.add(at)
                yield clash


def _follows(body: Body, clash: Clash) -> bool:
    """Whether a thread surely comes to one of the two if it comes to the other, or they are in one loop.

    Two sides of a branch, or two branches on conditions that exclude each other, are no way that a thread takes.
    """
    first, second = clash.first.step, clash.second.step
    one, other = first.place[0], second.place[0]
    loop = body.loop(other)
    if loop is not None and one in loop.blocks and first.round != second.round:
        return True
    before, after = body.analysis.dominators, body.analysis.post_dominators
    return before.dominates(one, other) or after.dominates(other, one)
