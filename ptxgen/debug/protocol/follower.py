"""All threads of a CTA, followed in groups that go the same way, each as far as it comes, one after another.

The order is a bad one, and one that may happen: who copies goes first, and copies come when nobody can go on without.
So what is found wrong does go wrong in some run. Numbers that nobody told are assumed, and what hangs on them is said
to; where the way hangs on data, nobody is followed any further.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.debug.protocol.actions import Actions
from ptxgen.debug.protocol.endings import ended
from ptxgen.debug.protocol.groups import Group, Join, State
from ptxgen.debug.protocol.outcome import Outcome
from ptxgen.debug.protocol.relevance import Relevance, synchronises
from ptxgen.debug.protocol.state import Situation
from ptxgen.debug.protocol.values import Array, Values, guarded
from ptxgen.debug.protocol.world import Launch
from ptxgen.ir.analysis import Edge, EdgeKind
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

_MOST = 8_000
"""Instructions that are executed, so that an answer comes quickly whatever the bounds of loops are."""
_ACCESSES, _COSTLY = ("ld", "st", "ldmatrix", "wgmma"), 3
"""What touches shared memory counts as several instructions."""
_ROUNDS, _ASSUMED = 160, 40
"""How often a group comes to one block, so that rings go round a few times; less often if that is only assumed."""
_GROUPS = 24
_ARRIVES = ("bar.arrive", "bar.cta.arrive", "barrier.arrive", "barrier.cta.arrive")


def followed(body: Body) -> Outcome:
    """What is wrong with the protocol of an entry that is worth following, if its threads can be followed."""
    launch = Launch.of(body)
    if launch is None:
        return Outcome()
    outcome = _Follower(body, launch).outcome()
    if outcome.kind or not body.named(*_ARRIVES):
        return outcome
    # Who arrives and does not wait may run ahead, or stay behind: what nobody sees in one order shows in the other.
    return _Follower(body, launch, ahead=False).outcome()


@define(eq=False)
class _Follower:
    body: Body
    launch: Launch
    situation: Situation = field(init=False)
    actions: Actions = field(init=False)
    relevance: Relevance = field(init=False)
    executed: int = 0
    cut: bool = False
    ahead: bool = True
    """Whether those go first who copy or arrive without waiting."""

    def __attrs_post_init__(self) -> None:
        self.situation = Situation(self.launch)
        self.actions = Actions(self.body, self.situation)
        self.relevance = Relevance(self.body)

    def outcome(self) -> Outcome:
        """Follow everybody to the end, or to where nobody can go on."""
        situation = self.situation
        mask = np.ones(len(self.launch.threads), np.bool_)
        situation.groups = [Group(mask, Values(self.launch.world), assumed=self.launch.assumed)]
        while not self.cut and self._somebody():
            pass
        if not self.cut:
            ended(situation, self._copying)
            situation.outcome.complete = situation.present == 0 and not situation.assumed
        return situation.outcome

    def _somebody(self) -> bool:
        """Let the first group that can go on do so; False if nobody can."""
        situation = self.situation
        ready = situation.ready()
        if ready:
            first = min(
                ready, key=lambda g: ((g.block in self._copying) != self.ahead, situation.groups.index(g))
            )
            self._advance(first)
            return True
        return situation.land() or self._unpark() or situation.refuse()

    def _unpark(self) -> bool:
        for group in self.situation.groups:
            if group.state is State.PARKED:
                join = group.joins.pop()
                join.open, join.waiting = False, None
                group.state = State.READY
                return True
        return False

    @cached_property
    def _copying(self) -> frozenset[int]:
        """The blocks from which control may come to a copy; without copies, to a store of shared memory."""
        copies = [place[0] for place, i in self.body.of("cp") if ".mbarrier" in i.name]
        stack = copies or [p[0] for p, i in self.body.of("st") if i.form.space is StateSpace.SHARED]
        seen = set(stack)
        while stack:
            for block in self.body.analysis.cfg.predecessors[stack.pop()]:
                if block not in seen:
                    seen.add(block)
                    stack.append(block)
        return frozenset(seen)

    def _advance(self, group: Group) -> None:
        """Take a group on until it waits or ends."""
        while group.state is State.READY and not self.cut:
            chosen = self.relevance.chosen.get(group.block, ())
            while group.index < len(chosen):
                if self.executed >= _MOST:
                    self.cut = True
                    return
                _, instruction = chosen[group.index]
                self.executed += _COSTLY if instruction.opcode in _ACCESSES else 1
                group.index += 1
                self._execute(group, instruction)
                if group.state is not State.READY:
                    return
            self._leave(group)

    def _execute(self, group: Group, instruction: Instruction) -> None:
        action = self.actions.of(instruction)
        if action is None:
            group.values.execute(instruction, group.mask)
            return
        held = group.values.guard(instruction.guard, group.mask)
        if held is None:
            self.actions.missed(group, instruction)
        elif held is not False:
            if instruction.guard is not None:
                group.assumed |= group.values.known[instruction.guard.register.name].assumed
            action(group, instruction, guarded(held, group.mask))
        if group.state is State.LOST:
            self.situation.lose(group)
        elif synchronises(instruction) and group.wait is None and "_wait" not in instruction.name:
            group.asked = ()

    def _leave(self, group: Group) -> None:
        """Go to the next block, or part."""
        edges = self.body.analysis.cfg.edges[group.block]
        if len({e.target for e in edges}) == 1:
            self._go(group, edges[0].target)
            return
        ways = self._ways(group, edges) if group.block in self.relevance.decided else None
        if ways is not None:
            self._part(group, ways)
            return
        beyond = self.relevance.beyond(group.block)
        if group.block in self.relevance.vital or beyond is None:
            self.situation.lose(group)
            return
        for name in self.relevance.changed(group.block):
            group.values.known.pop(name, None)
        self._go(group, beyond)

    def _ways(self, group: Group, edges: tuple[Edge, ...]) -> list[tuple[Array, int]] | None:
        """Which threads take which edge; None where nobody knows."""
        if any(e.kind is EdgeKind.INDIRECT for e in edges):
            return None
        left = group.mask
        ways: list[tuple[Array, int]] = []
        for edge in edges:
            held = group.values.guard(edge.condition, left)
            if held is None:
                return None
            if edge.condition is not None:
                group.assumed |= group.values.known[edge.condition.register.name].assumed
            taken = guarded(held, left)
            if taken.any():
                ways.append((taken, edge.target))
                left = left & ~taken
            if not left.any():
                break
        return ways

    def _part(self, group: Group, ways: list[tuple[Array, int]]) -> None:
        if len(ways) == 1:
            self._go(group, ways[0][1])
            return
        situation = self.situation
        beyond = self.relevance.beyond(group.block)
        join = None if beyond is None or beyond == self.body.analysis.cfg.exit else Join(beyond)
        situation.groups.remove(group)
        if len(situation.groups) >= _GROUPS:
            self.cut = True
            return
        group.state = State.GONE
        parts = [group.parted(mask, target, join) for mask, target in ways]
        situation.groups += parts
        for part in parts:
            self._go(part, part.block)

    def _go(self, group: Group, block: int) -> None:
        group.block, group.index = block, 0
        group.visits[block] += 1
        self.cut |= group.visits[block] > (_ASSUMED if group.assumed else _ROUNDS)
        if block == self.body.analysis.cfg.exit:
            self.situation.leave(group)
            return
        while group.joins and group.joins[-1].block == block:
            join = group.joins[-1]
            if not join.open:
                group.joins.pop()
            elif join.waiting is None:
                join.waiting = group
                group.state = State.PARKED
                return
            else:
                self.situation.groups.remove(join.waiting)
                group.absorb(join.waiting)
                join.open = False
                group.joins.pop()
