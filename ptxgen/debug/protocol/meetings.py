"""Barriers of the CTA, by number, and that of the cluster."""

from __future__ import annotations

import numpy as np
from attrs import define

from ptxgen.debug.body import Body, operand
from ptxgen.debug.protocol.barriers import Named
from ptxgen.debug.protocol.groups import Group, State, Wait, distinct, warps_of
from ptxgen.debug.protocol.outcome import Fault
from ptxgen.debug.protocol.state import Situation
from ptxgen.debug.protocol.values import Array
from ptxgen.ir.instruction import Instruction

_CLUSTER = -1


@define(eq=False)
class Meetings:
    """What threads do at barriers of the CTA (PTX ISA 9.0, section 9.7.13.1)."""

    body: Body
    situation: Situation

    def meet(self, group: Group, instruction: Instruction, held: Array) -> None:
        """bar.sync, bar.red and bar.arrive; warps may name different barriers."""
        numbers, counts = (group.told(instruction, name, held) for name in ("a", "b"))
        if numbers is None or (counts is None and operand(instruction, "b") is not None):
            group.state = State.LOST
            return
        if self._split(group, held, numbers, counts):
            return
        for register in instruction.writes():
            group.values.assign(register, None)
        stays = ".arrive" not in instruction.name
        aims: list[tuple[Named, int, set[int]]] = []
        threads = np.flatnonzero(held)
        for number in distinct(numbers):
            mine = numbers == number
            count = None if counts is None else distinct(counts[mine])
            here = np.zeros_like(held)
            here[threads[mine]] = True
            if count is not None and len(count) > 1:
                group.state = State.LOST
                return
            barrier, aim = self._come(group, instruction, here, number, None if count is None else count[0])
            aims.append((barrier, aim, _warps(here)))
        if stays and group.state is State.READY:
            self._stay(group, instruction, aims)

    def _split(self, group: Group, held: Array, numbers: Array, counts: Array | None) -> bool:
        """Whether a group had to part, since a barrier opens when only the first of its warps have come."""
        if (numbers != numbers[0]).any() or (counts is not None and (counts != counts[0]).any()):
            return False
        barrier = self._barrier(int(numbers[0]))
        room = (self.situation.present if counts is None else int(counts[0])) - barrier.came
        threads = np.flatnonzero(held)
        if not 0 < room < len(threads):
            return False
        mask = np.zeros_like(held)
        mask[threads[:room]] = True
        self.situation.split(group, mask)
        return True

    def arrive_cluster(self, group: Group, instruction: Instruction, held: Array) -> None:
        """barrier.cluster.arrive, in a cluster of which each CTA does the same."""
        self._come(group, instruction, held, _CLUSTER, None)

    def wait_cluster(self, group: Group, instruction: Instruction, held: Array) -> None:
        """barrier.cluster.wait: for the last arrival."""
        barrier = self._barrier(_CLUSTER)
        self._stay(group, instruction, [(barrier, barrier.generation + (barrier.came > 0), _warps(held))])

    def _come(
        self, group: Group, instruction: Instruction, held: Array, number: int, count: int | None
    ) -> tuple[Named, int]:
        """Count threads in; the barrier, and its generation in which they may go on."""
        barrier = self._barrier(number)
        aim = barrier.generation + 1
        if barrier.came and barrier.count != count and barrier.first is not None:
            self._differ(group, instruction, barrier, count)
            group.state = State.LOST
            return barrier, aim
        barrier.count, barrier.first = count, instruction
        whole = self.situation.present if count is None else count
        self.situation.release(_warps(held), barrier.gathered)
        barrier.came += int(np.count_nonzero(held))
        if whole and barrier.came >= whole:
            if barrier.came % whole:
                group.state = State.LOST
                return barrier, aim
            barrier.release()
            if whole == self.situation.present:
                self.situation.plain.forget()
        return barrier, aim

    def _stay(self, group: Group, instruction: Instruction, aims: list[tuple[Named, int, set[int]]]) -> None:
        def finish() -> None:
            for barrier, _, warps in aims:
                self.situation.acquire(warps, barrier.over)

        def ready() -> bool:
            return all(barrier.generation >= aim for barrier, aim, _ in aims)

        key = ("meet", *((barrier.number, aim) for barrier, aim, _ in aims))
        open = next((b for b, aim, _ in aims if b.generation < aim), None)
        self.situation.wait(group, Wait(instruction, ready, finish, key, meeting=open))

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


def _said(count: int | None) -> str:
    return "the whole CTA" if count is None else f"{count} threads"


def _warps(held: Array) -> set[int]:
    return set(warps_of(np.flatnonzero(held)))
