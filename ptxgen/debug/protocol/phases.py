"""What threads do at mbarriers: make them, arrive, expect bytes, copy, and wait for a phase."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import define

from ptxgen.debug.body import Body, address_of, operand
from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.protocol.barriers import Copy, MBarrier, Waited
from ptxgen.debug.protocol.groups import Group, State, Wait, distinct, warps_of
from ptxgen.debug.protocol.outcome import Fault
from ptxgen.debug.protocol.state import Situation
from ptxgen.debug.protocol.values import Array, Value
from ptxgen.debug.stages.clash import Touch
from ptxgen.debug.stages.steps import Act, Step
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Address, Register, TensorAddress

_MOST_COUNTED = (1 << 20) - 1
"""The most arrivals that an mbarrier counts."""
_MOST_ARRIVALS = 1 << 12
"""Arrivals of one instruction that are followed."""
_ANSWER = 16
"""Bytes that clusterlaunchcontrol.try_cancel brings."""
_OTHER_BOXES = {"im2col", "im2col_w", "gather4", "scatter4"}
"""Copies through a tensor map that do not bring a box of it."""


@define(eq=False)
class Phases:
    """The actions at mbarriers (PTX ISA 9.0, section 9.7.13.15)."""

    body: Body
    situation: Situation

    def make(self, group: Group, instruction: Instruction, held: Array) -> None:
        """mbarrier.init."""
        counts = group.told(instruction, "count", held)
        places = self._places(group, instruction, held)
        if counts is None or places is None:
            group.state = State.LOST
            return
        if not 0 < counts.min() <= counts.max() <= _MOST_COUNTED:
            message = f"{instruction.name} counts {counts[0]} arrivals a phase, where 1 to {_MOST_COUNTED} are allowed"
            self.situation.outcome.fault(Fault("unmade", instruction, message, not group.assumed))
            group.state = State.LOST
            return
        for address, count in zip(places.tolist(), counts.tolist(), strict=True):
            self.situation.mbarriers[address] = MBarrier(address, instruction, count, assumed=group.assumed)

    def forget(self, group: Group, instruction: Instruction, held: Array) -> None:
        """mbarrier.inval."""
        for barrier, _ in self._met(group, instruction, held):
            self.situation.mbarriers.pop(barrier.address, None)

    def arrive(self, group: Group, instruction: Instruction, held: Array) -> None:
        """mbarrier.arrive and arrive_drop, with and without bytes to expect."""
        expects = ".expect_tx" in instruction.name
        drop = ".arrive_drop" in instruction.name
        counted = operand(instruction, "count") is not None
        counts = group.told(instruction, "count", held) if counted else np.ones(held.sum(), np.int64)
        bytes = group.told(instruction, "txCount", held) if expects else np.zeros(held.sum(), np.int64)
        if counts is None or bytes is None or counts.max() > _MOST_ARRIVALS:
            group.state = State.LOST
            return
        phases = np.zeros(held.size, np.uint64)
        threads = np.flatnonzero(held)
        for barrier, mine in self._met(group, instruction, held):
            phases[threads[mine]] = barrier.phase
            if not barrier.pending:
                self.situation.land_all(barrier)
            if expects:
                barrier.expect(int(bytes[mine].sum()), instruction)
            self._arrivals(group, instruction, barrier, threads[mine], counts[mine], drop)
        first = instruction.operands[0] if instruction.operands else None
        if isinstance(first, Register) and group.state is State.READY:
            group.values.assign(first, Value(phases), held if instruction.guard is not None else True)

    def _arrivals(
        self,
        group: Group,
        instruction: Instruction,
        barrier: MBarrier,
        threads: Array,
        counts: Array,
        drop: bool,
    ) -> None:
        """Arrivals warp by warp: who sees a phase over knows nothing of those who came too late for it."""
        warps = threads // WARP
        arrivals = np.bincount(warps, counts).astype(np.int64)
        for warp in warps_of(threads):
            self.situation.release((warp,), barrier.gathered)
            if not barrier.arrive(int(arrivals[warp]), drop=drop):
                self._crowded(group, instruction, barrier, threads)
                return

    def _crowded(self, group: Group, instruction: Instruction, barrier: MBarrier, threads: Array) -> None:
        many = f"{len(threads)} threads arrive" if len(threads) > 1 else f"thread {int(threads[0])} arrives"
        fault = Fault(
            "crowded",
            instruction,
            f"{many} at an mbarrier whose phase {barrier.phase} has its {barrier.count} arrivals and still waits for "
            "bytes",
            not (group.assumed or barrier.assumed),
            related=((barrier.made, f"made for {barrier.count} arrivals a phase"),),
        )
        self.situation.outcome.fault(fault)
        group.state = State.LOST

    def expect(self, group: Group, instruction: Instruction, held: Array) -> None:
        """mbarrier.expect_tx."""
        counts = group.told(instruction, "txCount", held)
        if counts is None:
            group.state = State.LOST
            return
        for barrier, mine in self._met(group, instruction, held):
            barrier.expect(int(counts[mine].sum()), instruction)

    def complete(self, group: Group, instruction: Instruction, held: Array) -> None:
        """mbarrier.complete_tx."""
        counts = group.told(instruction, "txCount", held)
        if counts is None:
            group.state = State.LOST
            return
        for barrier, mine in self._met(group, instruction, held):
            barrier.expect(-int(counts[mine].sum()), instruction)
            barrier.settle()

    def commit(self, group: Group, instruction: Instruction, held: Array) -> None:
        """tcgen05.commit: one arrival, when the products are done."""
        self._plain(group, instruction, held)

    def follow(self, group: Group, instruction: Instruction, held: Array) -> None:
        """cp.async.mbarrier.arrive: an arrival when the thread's copies are there; without .noinc it is one more."""
        if ".noinc" in instruction.name:
            self._plain(group, instruction, held)

    def _plain(self, group: Group, instruction: Instruction, held: Array) -> None:
        threads = np.flatnonzero(held)
        for barrier, mine in self._met(group, instruction, held):
            once = np.ones(int(mine.sum()), np.int64)
            self._arrivals(group, instruction, barrier, threads[mine], once, False)

    def copy(self, group: Group, instruction: Instruction, held: Array) -> None:
        """A bulk copy that completes on an mbarrier."""
        addresses = [o for o in instruction.operands if isinstance(o, Address)]
        into = group.places(addresses[0], held)
        at = group.places(addresses[-1], held)
        size = operand(instruction, "size")
        bytes = None if size is None else group.told(instruction, "size", held)
        if into is None or at is None or (size is not None and bytes is None):
            group.state = State.LOST
            return
        situation = self.situation
        brought = self._brought(group, instruction) if bytes is None else None
        for order, thread in enumerate(np.flatnonzero(held).tolist()):
            barrier = situation.mbarriers.get(int(at[0][order]))
            if barrier is None:
                self._missing(group, instruction, int(at[0][order]))
                return
            warp = thread // WARP
            round = group.rounds[id(instruction)]
            copy = Copy(
                situation.copies, instruction, thread, warp, round, int(into[0][order]),
                brought if bytes is None else int(bytes[order]), barrier, barrier.phase,
                group.assumed or into[1] or at[1] or barrier.assumed,
            )  # fmt: skip
            situation.copies += 1
            step = Step(Act.COPY, situation.place(instruction), instruction, round)
            touch = Touch(step, situation.launch.threads[thread])
            clash = situation.stages.fill(copy, touch, situation.known[warp], copy.assumed)
            if clash is not None:
                situation.outcome.clash(clash)
            barrier.flying.append(copy)
            situation.flying.append(copy)
        group.rounds[id(instruction)] += 1

    def _brought(self, group: Group, instruction: Instruction) -> int | None:
        """What a copy brings whose size no operand says; None where that is not known."""
        if instruction.opcode == "clusterlaunchcontrol":
            return _ANSWER
        map = next((o for o in instruction.operands if isinstance(o, TensorAddress)), None)
        if map is None or _OTHER_BOXES & set(instruction.name.replace("::", ".").split(".")):
            return None
        return self.situation.launch.box(map.base, group.values)

    def wait(self, group: Group, instruction: Instruction, held: Array) -> None:
        """try_wait and test_wait: taken to wait until the phase is over, and to say no where that cannot be."""
        by_parity = ".parity" in instruction.name
        asked = group.told(instruction, "phaseParity" if by_parity else "state", held)
        result = instruction.operands[0]
        if asked is None or not isinstance(result, Register) or not np.array_equal(held, group.mask):
            group.state = State.LOST
            return
        open: list[tuple[MBarrier, int, set[int]]] = []
        for barrier, mine in self._met(group, instruction, held):
            numbers = asked[mine]
            threads = np.flatnonzero(held)[mine]
            for number in distinct(numbers):
                warps = set(warps_of(threads[numbers == number]))
                # A token names the phase that it was taken in.
                open.append((barrier, number & 1, warps))
        if group.state is not State.READY:
            return
        key = (id(instruction), *((b.address, b.phase, parity) for b, parity, _ in open))

        def ready() -> bool:
            for each in [e for e in open if e[0].passes(e[1])]:
                open.remove(each)
                self._passed(instruction, *each)
            return not open

        def finish() -> None:
            group.values.assign(result, Value(np.array([True])))

        def refuse() -> None:
            group.values.assign(result, Value(np.array([False])))

        phases = tuple((barrier, parity) for barrier, parity, _ in open)
        self.situation.wait(group, Wait(instruction, ready, finish, key, refuse, phases=phases))

    def _passed(self, instruction: Instruction, barrier: MBarrier, parity: int, warps: set[int]) -> None:
        self.situation.acquire(warps, barrier.over)
        waited = Waited(instruction, parity, barrier.phase, self.situation.copies)
        barrier.waited.update(dict.fromkeys(warps, waited))

    def _met(self, group: Group, instruction: Instruction, held: Array) -> Iterator[tuple[MBarrier, Array]]:
        """The mbarriers that threads name, and which threads of `held` name each."""
        places = self._places(group, instruction, held)
        if places is None:
            group.state = State.LOST
            return
        for address in distinct(places):
            barrier = self.situation.mbarriers.get(address)
            if barrier is None:
                self._missing(group, instruction, address)
                return
            yield barrier, places == address

    def _missing(self, group: Group, instruction: Instruction, address: int) -> None:
        """An mbarrier that nobody has made so far."""
        group.missing = (instruction, address)
        group.state = State.LOST

    def _places(self, group: Group, instruction: Instruction, held: Array) -> Array | None:
        given = address_of(instruction)
        found = None if given is None else group.places(given[1], held)
        if found is None:
            return None
        group.assumed |= found[1]
        return found[0]
