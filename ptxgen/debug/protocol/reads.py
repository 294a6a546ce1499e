"""Accesses of shared memory: plain ones, and reads of stages that bulk copies fill, by threads and by products."""

from __future__ import annotations

import numpy as np
from attrs import define

from ptxgen.debug.body import Body, address_of, operand
from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.protocol.barriers import Copy
from ptxgen.debug.protocol.groups import Group, per_thread
from ptxgen.debug.protocol.outcome import Fault, mismatch
from ptxgen.debug.protocol.plain import Access
from ptxgen.debug.protocol.stages import Reader
from ptxgen.debug.protocol.state import Situation
from ptxgen.debug.protocol.values import Array
from ptxgen.debug.stages.clash import Clash, Touch
from ptxgen.debug.stages.staging import bytes_of, groups_left, rows_of
from ptxgen.debug.stages.steps import Act, Step
from ptxgen.ir.instruction import Instruction

_TILE = 16
"""Bytes that a product surely reads."""


@define(eq=False)
class Reads:
    """What threads of a group read and write."""

    body: Body
    situation: Situation

    def read(self, group: Group, instruction: Instruction, held: Array) -> None:
        """ld.shared and ldmatrix."""
        for register in instruction.writes():
            group.values.assign(register, None)
        found = self._where(group, instruction, held)
        if found is None:
            return
        threads, starts, size, assumed = found
        self._plain(group, instruction, found, writes=False)
        if self.situation.stages.pieces:
            self._touched(group, instruction, threads, starts, size, assumed)

    def write(self, group: Group, instruction: Instruction, held: Array) -> None:
        """st.shared."""
        found = self._where(group, instruction, held)
        if found is not None:
            self._plain(group, instruction, found, writes=True)

    def _where(
        self, group: Group, instruction: Instruction, held: Array
    ) -> tuple[Array, Array, int, bool] | None:
        """The threads that give an address, these addresses, the bytes of each, and whether that is assumed."""
        given, size = address_of(instruction), bytes_of(instruction)
        found = None if given is None else group.places(given[1], held)
        if found is None or size is None:
            return None
        threads = np.flatnonzero(held)
        rows = threads % WARP < rows_of(instruction)
        return (threads[rows], found[0][rows], size, found[1]) if rows.any() else None

    def _plain(
        self, group: Group, instruction: Instruction, found: tuple[Array, Array, int, bool], *, writes: bool
    ) -> None:
        situation = self.situation
        threads, starts, size, assumed = found
        times = situation.clocks[threads // WARP]
        act = Act.WRITE if writes else Act.READ
        step = Step(act, situation.place(instruction), instruction, group.rounds[id(instruction)])
        access = Access(step, writes, threads, starts, size, times, assumed or group.assumed)
        clash = situation.plain.take(access, situation.known, situation.launch.threads)
        if clash is not None:
            situation.outcome.clash(clash)

    def multiply(self, group: Group, instruction: Instruction, held: Array) -> None:
        """wgmma.mma_async, of tiles that descriptors name (PTX ISA 9.0, section 9.7.15.5.1)."""
        if not self.situation.stages.pieces:
            return
        threads = np.flatnonzero(held)
        first = np.append(True, threads[1:] // WARP != threads[:-1] // WARP)
        for slot in ("a-desc", "b-desc"):
            given = operand(instruction, slot)
            value = None if given is None else group.values.read(given)
            if value is not None and value.bits.itemsize == 8:
                starts = per_thread((value.bits.astype(np.int64) & 0x3FFF) << 4, held)
                self._touched(
                    group, instruction, threads[first], starts[first], _TILE, value.assumed, product=True
                )

    def close(self, group: Group, instruction: Instruction, held: Array) -> None:
        """wgmma.commit_group."""
        group.closed += 1

    def retire(self, group: Group, instruction: Instruction, held: Array) -> None:
        """wgmma.wait_group: products are readers like any other from then on."""
        left = group.closed - groups_left(instruction)
        done = [p for p in group.products if p[0] < left]
        group.products = [p for p in group.products if p[0] >= left]
        for _, copy, touch in done:
            going = self.situation.stages.products.get(copy.number, [])
            going[:] = [each for each in going if each[1] is not touch]
            self._reader(group, copy, touch)

    def _touched(
        self, group: Group, instruction: Instruction, threads: Array, starts: Array, size: int, assumed: bool,
        *, product: bool = False,
    ) -> None:  # fmt: skip
        situation = self.situation
        act, round = Act.PRODUCT if product else Act.READ, group.rounds[id(instruction)]
        step = Step(act, situation.place(instruction), instruction, round)
        group.rounds[id(instruction)] += 1
        for copy, hit in situation.stages.at(starts, size):
            numbers = threads[hit]
            warps = numbers // WARP
            first = np.append(True, warps[1:] != warps[:-1])
            for number in numbers[first].tolist():
                if not product and self._read_before(copy, number // WARP):
                    continue
                touch = Touch(step, situation.launch.threads[number])
                self._see(group, copy, touch, assumed)
                if product:
                    group.products.append((group.closed, copy, touch))
                    situation.stages.products.setdefault(copy.number, []).append((number // WARP, touch))
                else:
                    self._reader(group, copy, touch)

    def _read_before(self, copy: Copy, warp: int) -> bool:
        """Whether a warp has read what a copy brought, and since then told nobody anything."""
        known = self.situation.known[warp]
        reader = self.situation.stages.readers.get(copy.number, {}).get(warp)
        return reader is not None and known.has(copy.number) and reader.time == int(known.times[warp])

    def _see(self, group: Group, copy: Copy, touch: Touch, assumed: bool) -> None:
        """Whether the copy is there, for all that the warp knows."""
        situation = self.situation
        warp = touch.thread.warp
        if situation.known[warp].has(copy.number):
            return
        sure = not (assumed or group.assumed or copy.assumed)
        fault = _unexpected(copy, touch, sure) or _early(copy, touch, sure)
        if fault is not None:
            situation.outcome.fault(fault)
        else:
            situation.outcome.clash(Clash("unwaited", situation.stages.issued[copy.number], touch, sure=sure))

    def _reader(self, group: Group, copy: Copy, touch: Touch) -> None:
        warp = touch.thread.warp
        time = int(self.situation.known[warp].times[warp])
        readers = self.situation.stages.readers.setdefault(copy.number, {})
        readers[warp] = Reader(warp, time, touch, group.assumed)


def _unexpected(copy: Copy, touch: Touch, sure: bool) -> Fault | None:
    """A copy that its phase did not expect, so that the phase was over without it."""
    barrier = copy.barrier
    if barrier.short is not None and copy.phase == barrier.short[0]:
        phase, expected, brought, by = barrier.short
        return mismatch(by, phase, expected, brought, sure)
    if copy.landed or barrier.phase != copy.phase or barrier.expected or barrier.pending < barrier.count:
        return None
    message = f"no mbarrier expects the bytes of {copy.instruction.name} in phase {copy.phase}"
    read = (touch.step.instruction, f"{touch.thread} reads what is not there yet")
    return Fault("bytes", copy.instruction, message, sure, (read,))


def _early(copy: Copy, touch: Touch, sure: bool) -> Fault | None:
    """A wait that did not wait, since it asked about the phase before."""
    waited = copy.barrier.waited.get(touch.thread.warp)
    if waited is None or not waited.after(copy):
        return None
    message = (
        f"the wait for parity {waited.parity} does not wait: it asks about the phase before the one in which "
        f"{copy.instruction.name} completes"
    )
    related = (
        (copy.instruction, f"completes in phase {copy.phase}, counted from 0"),
        (touch.step.instruction, f"{touch.thread} reads what is not there yet"),
    )
    return Fault("early", waited.instruction, message, sure, related)
