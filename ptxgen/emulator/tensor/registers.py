"""Registers of `wgmma` under way: until its group is waited for, its sums must be left alone and its A not be written.

Between other instructions' accesses and a `wgmma` that has the same registers there must be a `wgmma.fence`; not so
between products of one shape that add to the same sums (PTX ISA 9.0, section 9.7.15.7.1). The emulator's products are
complete when they are issued; this is for observers, who are told where hardware might find other values. Without
observers nothing is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from attrs import define

from ptxgen.emulator.code import Code, Operation
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.observer import RegisterEvent
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard, registers_of

if TYPE_CHECKING:
    from ptxgen.emulator.batch import Batch

Array = np.ndarray[Any, Any]
Name = tuple[Code, str]
"""A register of a function."""


@define(eq=False)
class _Use:
    """What each thread's last `wgmma` with a register was: its group, from 1, or 0; and as what it had the register."""

    group: Array
    instruction: Instruction
    sums: bool


class RegisterUses:
    """The registers of all threads of a batch that products have, or other instructions had before a fence."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._count = batch.launch.threads * batch.columns
        self._uses: dict[Name, _Use] = {}
        self._touched: dict[Name, tuple[Array, Instruction]] = {}
        self._fences: Array = np.zeros(self._count, np.int64)
        self._done: Array = np.zeros(self._count, np.int64)

    def fence(self, threads: Array) -> None:
        """`wgmma.fence`."""
        self._fences[threads] += 1

    def wait(self, threads: Array, oldest: Array) -> None:
        """`wgmma.wait_group`: the groups of each thread before `oldest` are complete."""
        self._done[threads] = np.maximum(self._done[threads], oldest)

    def issue(self, code: Code, instruction: Instruction, threads: Array, group: Array) -> None:
        """A product that belongs to these groups, from 0, of its threads."""
        if not self.batch.launch.observers:
            return
        for name, sums in _registers(instruction).items():
            key = (code, name)
            use = self._uses.get(key)
            chained = use is not None and sums and use.sums and _shape(use.instruction) == _shape(instruction)
            if use is not None and not chained and (use.sums or sums):
                self._early(use, instruction, name, threads)
            self._unfenced(key, instruction, threads)
            if use is None:
                use = self._uses[key] = _Use(np.zeros(self._count, np.int64), instruction, sums)
            use.instruction, use.sums = instruction, sums
            use.group[threads] = group + 1

    def touch(self, code: Code, instruction: Instruction, names: dict[str, bool], threads: Array) -> None:
        """Another instruction reads registers, or writes them (True)."""
        for name, writes in names.items():
            key = (code, name)
            use = self._uses.get(key)
            if use is not None and (writes or use.sums):
                self._early(use, instruction, name, threads)
            known = self._touched.get(key)
            table = known[0] if known is not None else np.zeros(self._count, np.int64)
            table[threads] = self._fences[threads] + 1
            self._touched[key] = (table, instruction)

    def _early(self, use: _Use, instruction: Instruction, name: str, threads: Array) -> None:
        """Report threads whose last product with the register has not been waited for."""
        early = use.group[threads] > self._done[threads]
        if early.any():
            use.group[threads] = 0
            self._tell(
                RegisterEvent(instruction, name, threads[early], self.batch, use.instruction, fenced=True)
            )

    def _unfenced(self, key: Name, instruction: Instruction, threads: Array) -> None:
        """Report threads that have accessed the register since their last fence, or have not fenced at all."""
        known = self._touched.get(key)
        fences = self._fences[threads]
        late = fences == 0
        if known is not None:
            late |= known[0][threads] > fences
        if late.any():
            origin = known[1] if known is not None else None
            self._tell(RegisterEvent(instruction, key[1], threads[late], self.batch, origin, fenced=False))

    def _tell(self, event: RegisterEvent) -> None:
        for observer in self.batch.launch.observers:
            observer.register_touched(event)


_WATCHED: WeakKeyDictionary[Code, frozenset[str]] = WeakKeyDictionary()


def before(frame: Frame, operation: Operation, guard: Guard | None) -> list[Step]:
    """Steps before an operation that is no `wgmma`: tell of its registers that some `wgmma` of the function has."""
    watched = _watched(frame.code)
    if not watched or operation.instruction.opcode == "wgmma" or not frame.batch.launch.observers:
        return []
    names = {name: False for name in operation.reads if name in watched}
    names |= {name: True for name in operation.writes if name in watched}
    return [(_touch, (frame, operation.instruction, names, guard))] if names else []


def _touch(frame: Frame, instruction: Instruction, names: dict[str, bool], guard: Guard | None) -> None:
    threads = frame.lanes.ids
    if guard is not None:
        held = frame.array(guard.register.name) ^ guard.negated
        threads = threads[np.broadcast_to(held, frame.lanes.shape).reshape(-1)]
    if threads.size:
        frame.batch.asynchrony.registers.touch(frame.code, instruction, names, threads)


def _watched(code: Code) -> frozenset[str]:
    """The registers that products of a function have."""
    found = _WATCHED.get(code)
    if found is None:
        products = (
            o.instruction for b in code.blocks for o in b.operations if o.instruction.opcode == "wgmma"
        )
        found = _WATCHED[code] = frozenset(name for i in products for name in _registers(i))
    return found


def _registers(instruction: Instruction) -> dict[str, bool]:
    """The registers of D (True) and of A of a product; none for other instructions."""
    found: dict[str, bool] = {}
    for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
        if slot.name in ("d", "a"):
            found |= {r.name: slot.name == "d" for r in registers_of(operand)}
    return found


def _shape(instruction: Instruction) -> str:
    return instruction.form.modifiers.get("shape", "")
