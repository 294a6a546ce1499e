"""Barriers of a CTA: who has arrived, who may go on, and what is wrong when nobody can (PTX ISA 9.0, 9.7.13.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.context import BESIDE, LANES, Context, Waiting
from ptxgen.emulator.errors import BAD_BARRIER, DEADLOCK, DIVERGENT_BARRIER, EmulatorError
from ptxgen.emulator.faults import fault
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.ir.instruction import Instruction

Array = np.ndarray[Any, Any]

BARRIERS = 16


def is_aligned(instruction: Instruction) -> bool:
    """Whether all threads of a warp must execute the same barrier instruction together."""
    return instruction.opcode == "bar" or instruction.form.has("aligned")


class Barriers:
    """The sixteen barriers of each CTA of a batch. `arrived` counts threads that did not stay (`bar.arrive`)."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.arrived: Array = np.zeros((BARRIERS, batch.columns), np.int64)
        self.expected: Array = np.zeros((BARRIERS, batch.columns), np.int64)

    def restart(self) -> None:
        """Forget all arrivals."""
        self.arrived.fill(0)
        self.expected.fill(0)

    def check(self, instruction: Instruction, barrier: int, count: int | None, thread: int) -> None:
        """EMU014 for numbers that no barrier has."""
        if not 0 <= barrier < BARRIERS:
            raise fault(
                BAD_BARRIER, f"{instruction.name}: there is no barrier {barrier}", instruction, self.batch, thread,
                help="barriers are numbered 0 to 15",
            )  # fmt: skip
        if count is not None and (count <= 0 or count % WARP_SIZE):
            raise fault(
                BAD_BARRIER,
                f"{instruction.name}: a thread count is a positive multiple of {WARP_SIZE}, got {count}",
                instruction, self.batch, thread,
            )  # fmt: skip

    def arrive(self, context: Context, instruction: Instruction, barrier: int, count: int) -> None:
        """Count the threads of a context, which do not wait."""
        columns = np.bincount(context.lanes.column, minlength=self.batch.columns)
        self.arrived[barrier] += columns
        self._expect(barrier, count, columns, instruction, context)

    def park(self, context: Context, waiting: Waiting) -> None:
        """Let a context wait."""
        context.waiting = waiting
        columns = np.bincount(context.lanes.column, minlength=self.batch.columns)
        self._expect(waiting.barrier, waiting.count, columns, waiting.instruction, context)

    def complete(self, parked: list[Context]) -> dict[int, Array]:
        """Barrier -> which columns' barrier is complete, resetting those."""
        done: dict[int, Array] = {}
        for barrier in range(BARRIERS):
            here = [c for c in parked if c.waiting is not None and c.waiting.barrier == barrier]
            if not here and not self.arrived[barrier].any():
                continue
            present = self.arrived[barrier] + self._present(here)
            need = np.where(self.expected[barrier] > 0, self.expected[barrier], self.batch.alive)
            full = (present >= need) & (present > 0)
            if full.any():
                self._refuse_divergence(here, full)
                self.arrived[barrier][full] = 0
                self.expected[barrier][full] = 0
                done[barrier] = full
        return done

    def stuck(self, parked: list[Context], describe: Callable[[Waiting, Array], str]) -> EmulatorError:
        """EMU010 or EMU011: nobody can go on; says who waits where."""
        parked = sorted(parked, key=lambda c: (c.waiting is None or c.waiting.meets, int(c.lanes.ids[0])))
        first = parked[0]
        waiting = first.waiting
        assert waiting is not None
        notes = tuple(self._describe(c, describe) for c in parked[:8])
        split = self._split_warp(parked)
        if split is not None:
            instruction, thread = split
            return fault(
                DIVERGENT_BARRIER,
                f"{instruction.name} is reached by some threads of a warp while others wait elsewhere",
                instruction,
                self.batch,
                thread,
                notes=notes,
                help="move the barrier out of the branch, or make the condition the same for the whole CTA",
            )
        return fault(
            DEADLOCK,
            "deadlock: every thread that is left waits for another",
            waiting.instruction,
            self.batch,
            int(first.lanes.ids[0]),
            notes=notes,
        )

    def _expect(
        self, barrier: int, count: int, columns: Array, instruction: Instruction, context: Context
    ) -> None:
        """Note how many threads complete the barrier. EMU014 if threads disagree."""
        here = columns > 0
        known = self.expected[barrier]
        if (known[here & (known > 0)] != count).any() and count:
            raise fault(
                BAD_BARRIER,
                f"{instruction.name}: threads expect different counts at barrier {barrier}: {count} here",
                instruction,
                self.batch,
                int(context.lanes.ids[0]),
            )
        known[here] = count

    def _present(self, contexts: list[Context]) -> Array:
        present = np.zeros(self.batch.columns, np.int64)
        for context in contexts:
            present += np.bincount(context.lanes.column, minlength=self.batch.columns)
        return present

    def _refuse_divergence(self, contexts: list[Context], columns: Array) -> None:
        """EMU010 if a warp comes to an aligned barrier by different instructions."""
        places: dict[int, tuple[int, Instruction]] = {}
        if len({c.key for c in contexts}) < 2:
            return
        for context in contexts:
            assert context.waiting is not None
            instruction = context.waiting.instruction
            inside = columns[context.lanes.column]
            for warp in np.unique(context.lanes.warp_ids[inside]):
                known = places.setdefault(int(warp), (context.pc, instruction))
                if known[0] != context.pc and (is_aligned(instruction) or is_aligned(known[1])):
                    thread = int(context.lanes.ids[np.argmax(context.lanes.warp_ids == warp)])
                    raise fault(
                        DIVERGENT_BARRIER,
                        f"{instruction.name}: threads of one warp come to barrier"
                        f" {context.waiting.barrier} by different instructions",
                        instruction,
                        self.batch,
                        thread,
                        notes=(f"the other: {known[1]} (ptx line {known[1].line})",),
                        help="move the barrier out of the branch, or make the condition the same for the whole CTA",
                    )

    def _split_warp(self, parked: list[Context]) -> tuple[Instruction, int] | None:
        """An aligned barrier at which a warp waits while other threads of the warp wait at another place."""
        seen: dict[int, Context] = {}
        for context in parked:
            for warp in np.unique(context.lanes.warp_ids):
                other = seen.setdefault(int(warp), context)
                if other.key == context.key or BESIDE in (_barrier(context), _barrier(other)):
                    continue
                for one in (context, other):
                    assert one.waiting is not None
                    if one.waiting.barrier >= 0 and is_aligned(one.waiting.instruction):
                        thread = int(one.lanes.ids[np.argmax(one.lanes.warp_ids == warp)])
                        return one.waiting.instruction, thread
        return None

    def _describe(self, context: Context, describe: Callable[[Waiting, Array], str]) -> str:
        waiting = context.waiting
        assert waiting is not None
        where = (
            f"ptx line {waiting.instruction.line}" if waiting.instruction.line else str(waiting.instruction)
        )
        column = int(context.lanes.column[0])
        place = self.batch.place(int(context.lanes.ids[0]))
        if waiting.barrier == BESIDE:
            what = describe(waiting, context.lanes.ids)
            return f"{context.lanes.size} threads wait at {where} for {what}, first {place}"
        if waiting.barrier < 0:
            return f"{context.lanes.size} threads wait at {where} for lanes of their warp, first {place}"
        here = int(np.count_nonzero(context.lanes.column == column))
        need = waiting.count or int(self.batch.alive[column])
        return f"CTA {place.cta}: {here} threads wait at barrier {waiting.barrier} ({where}), which {need} complete"


def _barrier(context: Context) -> int:
    return context.waiting.barrier if context.waiting is not None else LANES
