"""What a register holds in each thread of a CTA, where that follows from `%tid` and constants alone.

A concrete answer, thread by thread: the definition of each register is followed backwards as long as there is
exactly one, and its instruction is computed on the values of each thread. Whatever depends on memory, parameters or
loops has no answer here.
"""

from __future__ import annotations

import math

from attrs import define, field

from ptxgen.ir.analysis import FunctionAnalysis, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Not, Operand, Register, SpecialRegister
from ptxgen.isa.types import pred
from ptxgen.passes.arithmetic import FOLDED, fold, width

Values = tuple[int, ...]
"""The bits of a value in each thread."""

THREADS = 64
"""Threads that are looked at where the size of the CTA is not given: two warps."""
DEPTH = 64
"""Instructions that are followed backwards, one behind another."""


@define(eq=False)
class Lanes:
    """The values of registers in the first threads of a CTA (`threads`, along x)."""

    function: Function
    analysis: FunctionAnalysis
    threads: int = field(init=False)
    exact: bool = field(init=False)
    """Whether the CTA surely has all of these threads, and they lie along x."""
    _known: dict[Place, Values | None] = field(factory=dict[Place, "Values | None"], init=False)
    _constant: dict[Place, bool] = field(factory=dict[Place, bool], init=False)

    def __attrs_post_init__(self) -> None:
        directive = self.function.directive("reqntid")
        extents = [a for a in directive.arguments if isinstance(a, int)] if directive is not None else []
        self.exact = bool(extents) and math.prod(extents[1:]) == 1
        self.threads = max(1, min(extents[0], 1024)) if self.exact else THREADS

    def values(self, operand: Operand, at: Place) -> Values | None:
        """The bits of an operand in each thread; None where they are not known."""
        return self._operand(operand, at, 0)

    def constant(self, register: Register, at: Place) -> int | None:
        """The one value that all threads surely read, where it is a constant of the text (signed in its width)."""
        if not self._plain(register, at):
            return None
        values = self._operand(register, at, 0)
        return values[0] if values is not None and len(set(values)) == 1 else None

    def _plain(self, register: Register, at: Place) -> bool:
        """Whether no special register takes part: such a value holds in threads that were not looked at as well."""
        place = self.analysis.values.definition(register, at)
        if place is None:
            return False
        if place not in self._constant:
            instruction = self.function.blocks[place[0]].instructions[place[1]]
            self._constant[place] = False
            self._constant[place] = not any(
                isinstance(o, SpecialRegister) for o in instruction.operands
            ) and all(self._plain(r, place) for r in instruction.reads())
        return self._constant[place]

    def _operand(self, operand: Operand, at: Place, depth: int) -> Values | None:
        match operand:
            case Immediate(value=value, type=None):
                return (value,) * self.threads
            case SpecialRegister(name=name):
                return self._special(name)
            case Register():
                return self._register(operand, at, depth)
            case Not(register=register):
                values = self._register(register, at, depth)
                return None if values is None else tuple(1 - v for v in values)
            case _:
                return None

    def _special(self, name: str) -> Values | None:
        match name:
            case "%tid.x":
                return tuple(range(self.threads))
            case "%laneid":
                return tuple(n % 32 for n in range(self.threads))
            case "%ntid.x" if self.exact:
                return (self.threads,) * self.threads
            case "%tid.y" | "%tid.z" if self.exact:
                return (0,) * self.threads
            case _:
                return None

    def _register(self, register: Register, at: Place, depth: int) -> Values | None:
        place = self.analysis.values.definition(register, at)
        if place is None or depth > DEPTH:
            return None
        if place not in self._known:
            # A definition that is being followed and comes up again goes round a loop: it has no answer.
            self._known[place] = None
            self._known[place] = self._computed(register, place, depth + 1)
        return self._known[place]

    def _computed(self, register: Register, place: Place, depth: int) -> Values | None:
        instruction = self.function.blocks[place[0]].instructions[place[1]]
        destination = instruction.operands[0] if instruction.operands else None
        if destination != register or len(instruction.form.operands) < 2:
            return None
        if instruction.opcode == "mov":
            return self._moved(instruction, place, depth)
        if instruction.opcode not in FOLDED or not _whole(instruction):
            return None
        sources: list[Values] = []
        for operand in instruction.operands[1:]:
            values = self._operand(operand, place, depth)
            if values is None:
                return None
            sources.append(values)
        results = [fold(instruction.form, each) for each in zip(*sources, strict=True)]
        exact = [r for r in results if r is not None]
        return tuple(exact) if len(exact) == self.threads else None

    def _moved(self, instruction: Instruction, place: Place, depth: int) -> Values | None:
        type = instruction.form.operands[0].type
        values = self._operand(instruction.operands[1], place, depth)
        if values is None or type is None or type.is_float or len(instruction.operands) != 2:
            return None
        mask = (1 << width(type)) - 1
        return tuple(v & mask for v in values)


def _whole(instruction: Instruction) -> bool:
    """Whether the result fills its register, and no second register is written."""
    slot, destination = instruction.form.operands[0], instruction.operands[0]
    if slot.type is None or not isinstance(destination, Register):
        return False
    return slot.type is pred or width(slot.type) == width(destination.type)
