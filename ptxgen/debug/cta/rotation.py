"""What uniform registers hold in the first rounds of a loop, where it follows from constants: rotating stage numbers.

A linear expression has no word for a counter that starts again at 0; here its rounds are counted out one by one.
"""

from __future__ import annotations

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.ir.analysis import Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate, Not, Operand, Register
from ptxgen.passes.arithmetic import FOLDED, fold, width

_DEPTH = 96
"""Instructions that are followed backwards, one behind another; each takes four frames of the stack."""


@define(eq=False)
class Rotation:
    """The rounds of one loop (None: the code outside of loops, in one round)."""

    body: Body
    loop: Loop | None
    _known: dict[tuple[int, Place, int], int | None] = field(
        factory=dict[tuple[int, Place, int], "int | None"], init=False
    )

    def value(self, register: int, version: Place | None, round: int, depth: int = 0) -> int | None:
        """The bits that a version of a register (by number) has in a round; None where nobody knows."""
        if version is None or round < 0 or depth > _DEPTH:
            return None
        inside = self.loop is not None and version[0] in self.loop.blocks
        key = (register, version, round if inside else 0)
        if key not in self._known:
            self._known[key] = None
            made = self._met if version[1] < 0 else self._computed
            self._known[key] = made(register, version, round, depth + 1)
        return self._known[key]

    def _met(self, register: int, version: Place, round: int, depth: int) -> int | None:
        """The one value with which all ways come to a block that may have been taken in this round."""
        block = version[0]
        cfg, versions = self.body.analysis.cfg, self.body.analysis.versions
        sources = [p for p in cfg.predecessors[block] if p in versions.dominators]
        if self.loop is not None and block == self.loop.header:
            sources = [p for p in sources if (p in self.loop.blocks) == (round > 0)]
            round -= 1 if round else 0
        found = {self.value(register, versions.leaving(register, p), round, depth) for p in sources}
        return found.pop() if len(found) == 1 else None

    def _computed(self, register: int, version: Place, round: int, depth: int) -> int | None:
        instruction = self.body.instruction(version)
        if instruction.guard is not None:
            guard = instruction.guard
            holds = self._read(guard.register, version, round, depth)
            if holds is None:
                return None
            if bool(holds) == guard.negated:
                before = self.body.analysis.versions.read(register, version)
                return self.value(register, before, round, depth)
        return self._result(instruction, version, round, depth)

    def _result(self, instruction: Instruction, at: Place, round: int, depth: int) -> int | None:
        destination = instruction.operands[0]
        slot = instruction.form.operands[0]
        if not isinstance(destination, Register) or slot.type is None or slot.type.is_float:
            return None
        if instruction.opcode != "mov" and instruction.opcode not in FOLDED:
            return None
        sources: list[int] = []
        for operand in instruction.operands[1:]:
            source = self._operand(operand, at, round, depth)
            if source is None:
                return None
            sources.append(source)
        if instruction.opcode == "mov":
            return sources[0] & ((1 << width(slot.type)) - 1)
        return fold(instruction.form, sources)

    def _operand(self, operand: Operand, at: Place, round: int, depth: int) -> int | None:
        match operand:
            case Immediate(value=value, type=None):
                return value
            case Register():
                return self._read(operand, at, round, depth)
            case Not(register=register):
                value = self._read(register, at, round, depth)
                return None if value is None else 1 - value
            case _:
                return None

    def _read(self, register: Register, at: Place, round: int, depth: int) -> int | None:
        versions = self.body.analysis.versions
        number = versions.accesses.numbers[register.name]
        return self.value(number, versions.read(number, at), round, depth)
