"""Waiting at the barriers of a CTA, and going on from them (PTX ISA 9.0, section 9.7.13.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from ptxgen.emulator.barriers import Barriers
from ptxgen.emulator.batch import LaunchStatistics
from ptxgen.emulator.code import Wait
from ptxgen.emulator.context import Context, Waiting
from ptxgen.emulator.errors import EmulatorError
from ptxgen.emulator.frame import Frame
from ptxgen.emulator.observer import BarrierEvent
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.pool import Pool
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.table import OperandForm

Array = np.ndarray[Any, Any]


class Owner(Protocol):
    """What waiting needs of the machine."""

    @property
    def statistics(self) -> LaunchStatistics: ...

    def resolver(self, frame: Frame) -> Callable[[str], int]:
        """What finds the address of a name in a frame."""
        ...


class Waits:
    """The contexts of a pool at their barriers."""

    def __init__(self, pool: Pool, owner: Owner) -> None:
        self.pool = pool
        self.batch = pool.batch
        self.barriers = Barriers(pool.batch)
        self._owner = owner

    def restart(self) -> None:
        """The batch has taken other CTAs."""
        self.barriers.restart()

    def wait(self, context: Context, end: Wait) -> bool:
        """Execute a barrier instruction. False if the context cannot simply go on."""
        instruction = end.instruction
        sources = self._sources(context, instruction)
        number = self._same(sources["a"])
        count = self._same(sources["b"]) if "b" in sources else None
        if number is None or ("b" in sources and count is None):
            for part in self._part(context, sources):
                self.wait(part, end)
            return False
        self.barriers.check(instruction, number, count, int(context.lanes.ids[0]))
        self._owner.statistics.barriers += 1
        if "arrive" in instruction.form.modifiers:
            context = self.pool.flatten(context)
            self.barriers.arrive(context, instruction, number, count or 0)
            for observer in self.batch.launch.observers:
                observer.arrived(BarrierEvent(instruction, number, context.lanes.ids, self.batch))
            context.pc = end.next
            self.release()
            return False
        whole = count is None or count == self.batch.launch.threads
        if context.lanes.is_lattice and whole and not self.barriers.arrived.any():
            self._pass(context, instruction, number, sources.get("c"))
            context.pc = end.next
            return True
        values = sources.get("c")
        if values is not None:
            values = np.broadcast_to(values, context.lanes.shape).reshape(-1)
        self.barriers.park(self.pool.flatten(context), Waiting(instruction, number, count or 0, values))
        self.release()
        return False

    def release(self) -> bool:
        """Let threads go whose barrier is complete. Whether there were any."""
        parked = self._parked()
        if not parked and not self.barriers.arrived.any():
            return False
        done = self.barriers.complete(parked)
        for barrier, columns in done.items():
            group = [c for c in parked if c.waiting is not None and c.waiting.barrier == barrier]
            self._release_group(group, barrier, columns)
        return bool(done)

    def stuck(self, describe: Callable[[Waiting, Array], str]) -> EmulatorError:
        """What to raise when nobody can go on. `describe` says what is waited for that is no barrier of the CTA."""
        return self.barriers.stuck(self.pool.contexts, describe)

    def _parked(self) -> list[Context]:
        return [c for c in self.pool.contexts if c.waiting is not None and c.waiting.barrier >= 0]

    def _sources(self, context: Context, instruction: Instruction) -> dict[str, Array]:
        """The operands that are read, by the manual's names."""
        steps: list[Any] = []
        operands = Operands(context.frame, self._owner.resolver(context.frame))
        found = {
            slot.name: operands.source(slot.type, operand, steps)
            for slot, operand in zip(present_slots(instruction), instruction.operands, strict=True)
            if not slot.writes
        }
        for function, arguments in steps:
            function(*arguments)
        return found

    @staticmethod
    def _same(value: Array) -> int | None:
        """The value if all threads agree on it."""
        first = value.reshape(-1)[0]
        return int(first) if (value == first).all() else None

    def _part(self, context: Context, sources: dict[str, Array]) -> list[Context]:
        """Threads that name different barriers or counts part; each group then executes the instruction by itself."""
        shape = context.lanes.shape
        key = np.broadcast_to(sources["a"], shape).reshape(-1).astype(np.int64) << 32
        if "b" in sources:
            key = key | np.broadcast_to(sources["b"], shape).reshape(-1)
        return self.pool.part_by(context, key, dict.fromkeys(np.unique(key).tolist(), context.pc))

    def _pass(self, context: Context, instruction: Instruction, barrier: int, values: Array | None) -> None:
        """All threads of whole CTAs are at the barrier together: nobody has to wait."""
        if values is not None:
            full = np.broadcast_to(values, context.lanes.shape)
            threads = np.full(full.shape[2], full.shape[0] * full.shape[1])
            self._reduce(context, instruction, full.sum(axis=(0, 1)), threads)
        self._announce(instruction, barrier, context.lanes.ids)

    def _reduce(self, context: Context, instruction: Instruction, held: Array, present: Array) -> None:
        """Assign the result of a barrier reduction.

        held, present: on how many threads the predicate holds, of how many; for each column or, in a flat context,
        thread.
        """
        (register,) = instruction.writes()
        storage = context.frame.array(register.name)
        match instruction.form.modifiers.get("op"):
            case "and":
                storage[...] = held == present
            case "or":
                storage[...] = held > 0
            case _:
                storage[...] = held

    def _announce(self, instruction: Instruction, barrier: int, threads: Array) -> None:
        for observer in self.batch.launch.observers:
            observer.barrier(BarrierEvent(instruction, barrier, threads, self.batch))

    def _release_group(self, group: list[Context], barrier: int, columns: Array) -> None:
        held = np.zeros(self.batch.columns, np.int64)
        present = np.zeros(self.batch.columns, np.int64)
        for context in group:
            waiting = context.waiting
            assert waiting is not None
            present += np.bincount(context.lanes.column, minlength=self.batch.columns)
            if waiting.values is not None:
                held += np.bincount(context.lanes.column[waiting.values], minlength=self.batch.columns)
        if self.batch.launch.observers and group:
            free = [c.lanes.ids[columns[c.lanes.column]] for c in group]
            assert group[0].waiting is not None
            self._announce(group[0].waiting.instruction, barrier, np.concatenate(free))
        for context in group:
            self._go_on(context, barrier, columns, held, present)

    def _go_on(self, context: Context, barrier: int, columns: Array, held: Array, present: Array) -> None:
        """Release the threads of a context that are in these columns."""
        waiting = context.waiting
        end = context.frame.code.blocks[context.pc].end
        assert waiting is not None
        assert isinstance(end, Wait)
        free = columns[context.lanes.column]
        if not free.any():
            return
        going = self.pool.some(context, free, end.next)
        if waiting.values is not None:
            column = going.lanes.column
            self._reduce(going, waiting.instruction, held[column], present[column])
        parts = [self.pool.restored(going)]
        if not free.all():
            staying = self.pool.some(context, ~free, context.pc)
            values = waiting.values[~free] if waiting.values is not None else None
            staying.waiting = Waiting(waiting.instruction, barrier, waiting.count, values)
            parts.append(staying)
        self.pool.replace(context, parts)


def present_slots(instruction: Instruction) -> list[OperandForm]:
    """The operand slots that an instruction uses: the count of a barrier may be absent before its predicate."""
    slots = list(instruction.form.operands)
    if len(slots) > len(instruction.operands):
        slots = [s for s in slots if not s.optional]
    return slots
