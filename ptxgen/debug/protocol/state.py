"""Where everybody is at one moment: groups of threads, barriers, copies in flight, and what warps know."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from attrs import define, field

from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.protocol.barriers import Copy, MBarrier, Named
from ptxgen.debug.protocol.clocks import Knowledge
from ptxgen.debug.protocol.groups import Group, State, Wait
from ptxgen.debug.protocol.outcome import Outcome
from ptxgen.debug.protocol.plain import Plain
from ptxgen.debug.protocol.stages import Stages
from ptxgen.debug.protocol.values import Array
from ptxgen.debug.protocol.world import Launch
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction


@define(eq=False)
class Situation:
    """The moment that has been come to, and what was found on the way."""

    launch: Launch
    groups: list[Group] = field(factory=list[Group])
    mbarriers: dict[int, MBarrier] = field(factory=dict[int, MBarrier])
    named: dict[int, Named] = field(factory=dict[int, Named])
    flying: list[Copy] = field(factory=list[Copy])
    copies: int = 0
    stages: Stages = field(factory=Stages)
    plain: Plain = field(factory=Plain)
    outcome: Outcome = field(factory=Outcome)
    known: dict[int, Knowledge] = field(factory=dict[int, Knowledge])
    spread: Knowledge = field(factory=Knowledge)
    """What atomics and the like may have told anybody."""
    lost: bool = False
    """Whether the way of some threads hangs on what is not known."""
    assumed: bool = False
    """Whether the way of some threads that have exited hung on an assumption."""
    _gone: int = 0
    _time: int = 0

    def __attrs_post_init__(self) -> None:
        warps = -(-len(self.launch.threads) // WARP)
        self.known = {w: Knowledge.of(w) for w in range(warps)}

    @cached_property
    def _places(self) -> dict[int, Place]:
        return {id(i): place for place, i in self.launch.body.places}

    def place(self, instruction: Instruction) -> Place:
        """Where an instruction stands."""
        return self._places[id(instruction)]

    def ready(self) -> list[Group]:
        """The groups that can go on."""
        for group in self.groups:
            if group.state is State.WAITING and group.wait is not None and group.wait.ready():
                group.wait.finish()
                group.state, group.wait, group.asked = State.READY, None, ()
        return [g for g in self.groups if g.state is State.READY]

    def land(self) -> bool:
        """Let the oldest copy come; False if none is in flight."""
        if not self.flying:
            return False
        copy = self.flying.pop(0)
        copy.barrier.land(copy)
        return True

    def land_all(self, barrier: MBarrier) -> None:
        """Let everything come that completes on an mbarrier."""
        for copy in list(barrier.flying):
            self.flying.remove(copy)
            barrier.land(copy)

    def refuse(self) -> bool:
        """Tell somebody who only asks that a phase is not over; False if all who ask have been told so."""
        for group in self.groups:
            wait = group.wait
            if group.state is State.WAITING and wait is not None and wait.refuse is not None:
                if group.asked == wait.key:
                    continue
                group.asked = wait.key
                wait.refuse()
                group.state, group.wait = State.READY, None
                return True
        return False

    def wait(self, group: Group, wait: Wait) -> None:
        """Let a group wait, unless it need not."""
        if wait.ready():
            wait.finish()
            group.asked = ()
            return
        self._time += 1
        wait.since = self._time
        group.wait = wait
        group.state = State.WAITING

    def split(self, group: Group, mask: Array) -> None:
        """Part a group before the instruction that it has just come past."""
        self.groups.remove(group)
        for part in (mask, group.mask & ~mask):
            each = group.parted(part, group.block, None)
            each.index = group.index - 1
            self.groups.append(each)
        group.state = State.GONE

    @property
    def clocks(self) -> Array:
        """The time of each warp by its own clock."""
        return np.array([known.times[warp] for warp, known in self.known.items()])

    def release(self, warps: Iterable[int], into: Knowledge) -> None:
        """Tell what warps know, and begin their next stretch."""
        for warp in warps:
            known = self.known[warp]
            into.learn(known)
            known.times[warp] += 1

    def acquire(self, warps: Iterable[int], knowledge: Knowledge) -> None:
        """Let warps know what somebody told."""
        for warp in warps:
            self.known[warp].learn(knowledge)

    def lose(self, group: Group) -> None:
        """Nobody can follow a group any further."""
        group.state = State.LOST
        self.lost = True
        self._away(group)

    def leave(self, group: Group) -> None:
        """The threads of a group have exited."""
        group.state = State.GONE
        self._gone += len(group.numbers)
        self.assumed |= group.assumed
        self.groups.remove(group)
        self._away(group)
        for barrier in self.named.values():
            if barrier.count is None and barrier.came and barrier.came == self.present:
                barrier.release()

    @property
    def present(self) -> int:
        """Threads that have not exited."""
        return len(self.launch.threads) - self._gone

    def _away(self, group: Group) -> None:
        for join in group.joins:
            join.open = False
            if join.waiting is not None and join.waiting is not group:
                partner = join.waiting
                join.waiting = None
                partner.joins.remove(join)
                partner.state = State.READY
