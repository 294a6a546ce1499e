"""What instructions do that others may wait for, or that touches stages of shared memory."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.debug.protocol.exchanges import EXCHANGES, exchanged
from ptxgen.debug.protocol.groups import Group, State
from ptxgen.debug.protocol.meetings import Meetings
from ptxgen.debug.protocol.phases import Phases
from ptxgen.debug.protocol.reads import Reads
from ptxgen.debug.protocol.relevance import orders, synchronises
from ptxgen.debug.protocol.state import Situation
from ptxgen.debug.protocol.values import Array
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Action = Callable[[Group, Instruction, Array], None]
"""What the threads of a mask do, of a group that has just come past an instruction."""


@define(eq=False)
class Actions:
    """The actions of a function's instructions."""

    body: Body
    situation: Situation
    _known: dict[int, Action | None] = field(factory=dict[int, "Action | None"], init=False)
    _named: tuple[tuple[str, Action], ...] = field(init=False)
    _reads: Reads = field(init=False)

    def __attrs_post_init__(self) -> None:
        phases, meetings = Phases(self.body, self.situation), Meetings(self.body, self.situation)
        reads = self._reads = Reads(self.body, self.situation)
        self._named = (
            ("mbarrier.init", phases.make),
            ("mbarrier.inval", phases.forget),
            ("mbarrier.arrive", phases.arrive),
            ("mbarrier.expect_tx", phases.expect),
            ("mbarrier.complete_tx", phases.complete),
            ("mbarrier.try_wait", phases.wait),
            ("mbarrier.test_wait", phases.wait),
            ("tcgen05.commit", phases.commit),
            ("cp.async.mbarrier.arrive", phases.follow),
            ("cp.", phases.copy),
            ("clusterlaunchcontrol", phases.copy),
            ("barrier.cluster.arrive", meetings.arrive_cluster),
            ("barrier.cluster.wait", meetings.wait_cluster),
            ("bar.warp", self._nothing),
            ("bar", meetings.meet),
            ("wgmma.commit_group", reads.close),
            ("wgmma.wait_group", reads.retire),
            ("wgmma.mma_async", reads.multiply),
            ("ldmatrix", reads.read),
        )

    def of(self, instruction: Instruction) -> Action | None:
        """What an instruction does; None for one that only computes."""
        key = id(instruction)
        if key not in self._known:
            self._known[key] = self._found(instruction)
        return self._known[key]

    def missed(self, group: Group, instruction: Instruction) -> None:
        """An instruction of which nobody knows which threads run it."""
        for register in instruction.writes():
            group.values.assign(register, None)
        if synchronises(instruction):
            group.state = State.LOST

    def _found(self, instruction: Instruction) -> Action | None:
        name = instruction.name
        for prefix, action in self._named:
            if name.startswith(prefix):
                return action
        if instruction.opcode == "ld" and instruction.form.space is StateSpace.PARAM:
            return self._parameter
        if orders(instruction):
            return self._order
        if instruction.opcode in ("ld", "st") and instruction.form.space is StateSpace.SHARED:
            return self._reads.read if instruction.opcode == "ld" else self._reads.write
        return self._exchange if instruction.opcode in EXCHANGES else None

    def _nothing(self, group: Group, instruction: Instruction, held: Array) -> None:
        pass

    def _parameter(self, group: Group, instruction: Instruction, held: Array) -> None:
        value = self.situation.launch.parameter(instruction)
        for register in instruction.writes():
            group.values.assign(register, value, held if instruction.guard is not None else True)

    def _exchange(self, group: Group, instruction: Instruction, held: Array) -> None:
        results = exchanged(group, instruction)
        for register, value in zip_longest(instruction.writes(), results):
            group.values.assign(register, value, held if instruction.guard is not None else True)

    def _order(self, group: Group, instruction: Instruction, held: Array) -> None:
        """Threads may learn anything from one another here."""
        for register in instruction.writes():
            group.values.assign(register, None)
        warps = set(group.warps)
        self.situation.acquire(warps, self.situation.spread)
        self.situation.release(warps, self.situation.spread)
