"""Barriers of the CTA, by number, and that of the cluster."""

from __future__ import annotations

import numpy as np
from attrs import define

from ptxgen.debug.body import Body, operand
from ptxgen.debug.protocol.barriers import Named
from ptxgen.debug.protocol.groups import Group, State, Wait
from ptxgen.debug.protocol.outcome import Fault
from ptxgen.debug.protocol.state import Situation
from ptxgen.debug.protocol.values import Array
from ptxgen.debug.threads import WARP
from ptxgen.ir.instruction import Instruction

_CLUSTER = -1


@define(eq=False)
class Meetings:
    """What threads do at barriers of the CTA (PTX ISA 9.0, section 9.7.13.1)."""

    body: Body
    situation: Situation

    def meet(self, group: Group, instruction: Instruction, held: Array) -> None:
        """bar.sync, bar.red and bar.arrive."""
        number, count = self._number(group, instruction, "a"), self._number(group, instruction, "b")
        if number is None or (count is None and operand(instruction, "b") is not None):
            group.state = State.LOST
            return
        for register in instruction.writes():
            group.values.assign(register, None)
        self._come(group, instruction, held, number, count, ".arrive" not in instruction.name)

    def arrive_cluster(self, group: Group, instruction: Instruction, held: Array) -> None:
        """barrier.cluster.arrive, in a cluster of which each CTA does the same."""
        self._come(group, instruction, held, _CLUSTER, None, False)

    def wait_cluster(self, group: Group, instruction: Instruction, held: Array) -> None:
        """barrier.cluster.wait: for the last arrival."""
        barrier = self._barrier(_CLUSTER)
        self._stay(group, instruction, held, barrier, barrier.generation + (barrier.came > 0))

    def _come(
        self, group: Group, instruction: Instruction, held: Array, number: int, count: int | None, stays: bool
    ) -> None:
        barrier = self._barrier(number)
        threads = int(np.count_nonzero(held))
        if barrier.came and barrier.count != count and barrier.first is not None:
            self._differ(group, instruction, barrier, count)
            group.state = State.LOST
            return
        barrier.count, barrier.first = count, instruction
        whole = self.situation.present if count is None else count
        self.situation.release(_warps(held), barrier.gathered)
        aim = barrier.generation + 1
        barrier.came += threads
        if whole and barrier.came >= whole:
            if barrier.came % whole:
                group.state = State.LOST
                return
            barrier.release()
        if stays:
            self._stay(group, instruction, held, barrier, aim)

    def _stay(self, group: Group, instruction: Instruction, held: Array, barrier: Named, aim: int) -> None:
        warps = _warps(held)
        self.situation.wait(
            group,
            Wait(
                instruction,
                lambda: barrier.generation >= aim,
                lambda: self.situation.acquire(warps, barrier.over),
                ("meet", barrier.number, aim),
                meeting=barrier,
            ),
        )

    def _differ(self, group: Group, instruction: Instruction, barrier: Named, count: int | None) -> None:
        if barrier.first is None:
            return
        one, other = _said(count), _said(barrier.count)
        self.situation.outcome.fault(
            Fault(
                "counts",
                instruction,
                f"barrier {barrier.number} is for {one} here, and threads wait there for {other}",
                not group.assumed,
                related=((barrier.first, f"for {other}"),),
            )
        )

    def _barrier(self, number: int) -> Named:
        return self.situation.named.setdefault(number, Named(number))

    def _number(self, group: Group, instruction: Instruction, name: str) -> int | None:
        given = operand(instruction, name)
        value = None if given is None else group.values.read(given)
        if value is None:
            return None
        each = value.bits[group.mask] if value.bits.size > 1 else value.bits
        group.assumed |= value.assumed
        return int(each[0]) if (each == each[0]).all() else None


def _said(count: int | None) -> str:
    return "the whole CTA" if count is None else f"{count} threads"


def _warps(held: Array) -> set[int]:
    return set((np.flatnonzero(held) // WARP).tolist())
