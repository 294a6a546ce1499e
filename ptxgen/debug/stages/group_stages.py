"""What goes wrong between asynchronous copies and reads of shared memory, on the way that all threads take in step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from attrs import Factory, define, evolve, field

from ptxgen.debug.body import Body
from ptxgen.debug.stages.bulk_stages import BulkStages
from ptxgen.debug.stages.cells import MOST_CELLS, NOTHING, Ground, Marks, Touched, warp_of
from ptxgen.debug.stages.clash import Clash
from ptxgen.debug.stages.products import Products
from ptxgen.debug.stages.readers import FirstReaders
from ptxgen.debug.stages.staging import Flow, Staging
from ptxgen.debug.stages.steps import Act, Step
from ptxgen.debug.stages.store_stages import StoreStages

_TOUCHES = (Act.COPY, Act.READ, Act.PRODUCT)


class Machine(Protocol):
    """What judges the steps, one after another. `cells`: how many it has looked at."""

    @property
    def cells(self) -> int: ...

    def take(self, step: Step) -> Clash | None: ...


@define(eq=False)
class _Stages:
    """The cells of shared memory along the way of all threads, which take the same one in step."""

    ground: Ground = field(factory=Ground)
    copied: Marks = field(factory=Marks)
    groups: Marks = field(factory=Marks)
    """The last copy into each cell, and the group that it is in."""
    readers: FirstReaders = field(factory=FirstReaders)
    closed: int = 0
    landed: int = 0
    """Groups that have been closed, how many of them waits were for, and how many `met` threads see."""
    met: int = 0
    wait: Step | None = None
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
            case Act.COMMIT:
                self.closed += 1
            case Act.WAIT:
                everything = "wait_all" in step.instruction.name
                self.landed = max(self.landed, self.closed + 1 if everything else self.closed - step.left)
                self.wait = step
            case Act.MEET:
                self.met = self.landed
                self.readers.clear()
            case Act.COPY:
                return self._copy(here)
            case Act.READ:
                self.readers.add(here)
                return self._sees(here)
            case Act.PRODUCT:
                return self._sees(here)
            case _:
                pass
        return None

    def _copy(self, here: Touched) -> Clash | None:
        before = self.copied.of(here.cells)
        flying = self.groups.of(here.cells) >= self.landed
        found = self.ground.earliest(
            here,
            twice=np.where(flying, before, -1),
            product=self.products.reading.of(here.cells),
            early=self.readers.against(here),
        )
        self.copied.put(here.cells, here.touches)
        self.groups.put(here.cells, self.closed)
        return found

    def _sees(self, here: Touched) -> Clash | None:
        if self.wait is None:
            return None
        copy, groups = self.copied.of(here.cells), self.groups.of(here.cells)
        other = warp_of(copy) != warp_of(here.touches)
        found = self.ground.earliest(
            here,
            flying=np.where(groups >= self.landed, copy, -1),
            unmet=np.where((groups >= self.met) & other, copy, -1),
        )
        if found is None or found.kind == "unmet":
            return found
        return evolve(found, left=self.wait.left)


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
        if stages.cells > MOST_CELLS:
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
