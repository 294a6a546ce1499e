"""What a register holds in each thread of a CTA, where that follows from `%tid` and constants alone.

A concrete answer, thread by thread: the definition of each register is followed backwards as long as there is
exactly one, and its instruction is computed on the values of each thread. Whatever depends on memory, parameters or
loops has no answer here.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import define, field

from ptxgen.debug.cta.columns import Column, broadcast, unsigned
from ptxgen.debug.cta.lane_arithmetic import folded
from ptxgen.ir.analysis import FunctionAnalysis, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Not, Operand, Register, SpecialRegister
from ptxgen.isa.types import pred
from ptxgen.passes.arithmetic import FOLDED, fold, width

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
    _known: dict[Place, Column | None] = field(factory=dict[Place, "Column | None"], init=False)
    _constants: dict[Place, int | None] = field(factory=dict[Place, "int | None"], init=False)

    def __attrs_post_init__(self) -> None:
        directive = self.function.directive("reqntid")
        extents = [a for a in directive.arguments if isinstance(a, int)] if directive is not None else []
        self.exact = bool(extents) and math.prod(extents[1:]) == 1
        self.threads = max(1, min(extents[0], 1024)) if self.exact else THREADS

    def values(self, operand: Operand, at: Place) -> Column | None:
        """The bits of an operand in each thread; None where they are not known."""
        return self._operand(operand, at, 0)

    def constant(self, register: Register, at: Place) -> int | None:
        """The one value that all threads surely read, where it is a constant of the text.

        No special register takes part in it: it holds in threads that were not looked at as well.
        """
        place = self._written(register, at)
        if place is None:
            return None
        opened: set[Place] = set()
        stack = [place]
        while stack:
            top = stack[-1]
            wanted = [] if top in self._constants or top in opened else self._sources(top)
            opened.add(top)
            if wanted:
                stack += wanted
                continue
            stack.pop()
            if top not in self._constants:
                self._constants[top] = self._folded(top)
        return self._constants[place]

    def _written(self, register: Register, at: Place) -> Place | None:
        """The definition of a register, where that is the first operand of what defines it."""
        place = self.analysis.values.definition(register, at)
        operands = () if place is None else self._at(place).operands
        return place if operands and operands[0] == register else None

    def _sources(self, place: Place) -> list[Place]:
        """The definitions of what an instruction that can be computed reads."""
        instruction = self._at(place)
        if not _computes(instruction):
            return []
        found = [self._written(r, place) for r in map(_register, instruction.operands[1:]) if r is not None]
        return [each for each in found if each is not None and each not in self._constants]

    def _folded(self, place: Place) -> int | None:
        """The constant that an instruction gives, once those of its sources are known."""
        instruction = self._at(place)
        sources = [self._known_constant(operand, place) for operand in instruction.operands[1:]]
        known = [source for source in sources if source is not None]
        if not _computes(instruction) or len(known) != len(sources):
            return None
        return _moved(instruction, known[0]) if instruction.opcode == "mov" else fold(instruction.form, known)

    def _known_constant(self, operand: Operand, at: Place) -> int | None:
        match operand:
            case Immediate(value=value, type=None):
                return value
            case Register() | Not():
                register = _register(operand)
                place = None if register is None else self._written(register, at)
                value = None if place is None else self._constants.get(place)
                return 1 - value if isinstance(operand, Not) and value is not None else value
            case _:
                return None

    def _at(self, place: Place) -> Instruction:
        return self.function.blocks[place[0]].instructions[place[1]]

    def _operand(self, operand: Operand, at: Place, depth: int) -> Column | None:
        match operand:
            case Immediate(value=value, type=None):
                return broadcast(value, self.threads)
            case SpecialRegister(name=name):
                return self._special(name)
            case Register():
                return self._register(operand, at, depth)
            case Not(register=register):
                values = self._register(register, at, depth)
                return None if values is None else 1 - values
            case _:
                return None

    def _special(self, name: str) -> Column | None:
        match name:
            case "%tid.x":
                return np.arange(self.threads)
            case "%laneid":
                return np.arange(self.threads) % 32
            case "%ntid.x" if self.exact:
                return broadcast(self.threads, self.threads)
            case "%tid.y" | "%tid.z" if self.exact:
                return broadcast(0, self.threads)
            case _:
                return None

    def _register(self, register: Register, at: Place, depth: int) -> Column | None:
        place = self.analysis.values.definition(register, at)
        if place is None or depth > DEPTH:
            return None
        if place not in self._known:
            # A definition that is being followed and comes up again goes round a loop: it has no answer.
            self._known[place] = None
            self._known[place] = self._computed(register, place, depth + 1)
        return self._known[place]

    def _computed(self, register: Register, place: Place, depth: int) -> Column | None:
        instruction = self._at(place)
        if instruction.operands[0] != register or not _computes(instruction):
            return None
        sources: list[Column] = []
        for operand in instruction.operands[1:]:
            values = self._operand(operand, place, depth)
            if values is None:
                return None
            sources.append(values)
        if instruction.opcode == "mov":
            type = instruction.form.operands[0].type
            return sources[0] if type is None else unsigned(sources[0], width(type))
        return folded(instruction.form, sources)


def _register(operand: Operand) -> Register | None:
    match operand:
        case Register():
            return operand
        case Not(register=register):
            return register
        case _:
            return None


def _computes(instruction: Instruction) -> bool:
    """Whether an instruction is a copy, or one whose result can be computed and fills the one register it writes."""
    if len(instruction.form.operands) < 2 or not instruction.operands:
        return False
    if instruction.opcode == "mov":
        type = instruction.form.operands[0].type
        return type is not None and not type.is_float and len(instruction.operands) == 2
    slot, destination = instruction.form.operands[0], instruction.operands[0]
    if instruction.opcode not in FOLDED or slot.type is None or not isinstance(destination, Register):
        return False
    return slot.type is pred or width(slot.type) == width(destination.type)


def _moved(instruction: Instruction, value: int) -> int:
    type = instruction.form.operands[0].type
    return value if type is None else value & ((1 << width(type)) - 1)
