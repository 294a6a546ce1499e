"""Constant folding and propagation: what is known when the module is made is not computed by every thread."""

from __future__ import annotations

from collections import Counter

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Not, Operand, Register
from ptxgen.ir.rewriting import copied, integer_constant, made, with_guard
from ptxgen.isa.table import OperandForm, Role
from ptxgen.isa.types import f32, f64, pred
from ptxgen.passes.arithmetic import fold, width
from ptxgen.passes.base import Pass
from ptxgen.passes.float_arithmetic import fold_float
from ptxgen.passes.purity import is_plain_store, is_pure


@frozen
class ConstantFolding(Pass):
    """Instructions on constants become a `mov`; other reads of constants take them in.

    Sound where the read surely sees the one `mov` or folded instruction that makes the constant. A guard that is
    known is dropped, with its instruction if it never holds. Floating-point arithmetic is folded where it rounds to
    nearest and gives no NaN.
    """

    name = "constant-folding"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        known = _Constants(analysis.values)
        changes: Counter[str] = Counter()
        # A definition that dominates a read comes before it in reverse postorder.
        for number in analysis.cfg.order:
            block = function.blocks[number]
            kept: list[Instruction] = []
            for index, instruction in enumerate(block.instructions):
                new = _decided(instruction, (number, index), known)
                if new is None:
                    changes["instructions that never run"] += 1
                    continue
                if new is not instruction:
                    changes["guards that always hold"] += 1
                folded = _improved(new, (number, index), known)
                if folded is not new:
                    changes["instructions with constants"] += 1
                known.note(folded, (number, index))
                kept.append(folded)
            block.instructions[:] = kept
        return changes


@define(eq=False)
class _Constants:
    """The bits of the registers that hold constants, by the instruction that made them (places of the old text)."""

    values: Values
    made: dict[Place, int] = field(factory=dict[Place, int], init=False)
    copies: dict[Place, Register] = field(factory=dict[Place, Register], init=False)

    def note(self, instruction: Instruction, place: Place) -> None:
        if instruction.opcode != "mov" or not isinstance(instruction.operands[0], Register):
            return
        destination, source = instruction.operands
        slot = instruction.form.operands[0]
        if isinstance(source, Immediate):
            if slot.type is None or (source.type is not None and source.type.bits != slot.type.bits):
                return
            bits = int(source.value != 0) if slot.type is pred else source.value
            self.made[place] = bits & ((1 << width(slot.type)) - 1)
        elif isinstance(source, Register) and isinstance(destination, Register):
            self.copies[place] = source

    def bits(self, register: Register, at: Place) -> int | None:
        """What the instruction at `at` surely reads in a register."""
        while (place := self.values.definition(register, at)) is not None and place not in self.made:
            if place not in self.copies:
                return None
            register, at = self.copies[place], place
        return None if place is None else self.made[place]


def _decided(instruction: Instruction, at: Place, known: _Constants) -> Instruction | None:
    """The instruction without a guard that is known to hold; None if it is known not to."""
    guard = instruction.guard
    bits = None if guard is None else known.bits(guard.register, at)
    if guard is None or bits is None:
        return instruction
    if bool(bits) == guard.negated:
        return None
    return with_guard(instruction, None)


def _improved(instruction: Instruction, at: Place, known: _Constants) -> Instruction:
    pure = is_pure(instruction)
    if not pure and not is_plain_store(instruction):
        return instruction
    slots = instruction.form.operands
    operands = list(instruction.operands)
    found: list[int | None] = [
        _constant(operand, slot, at, known) for slot, operand in zip(slots, operands, strict=False)
    ]
    sources = [bits for bits in found[1:] if bits is not None]
    if pure and instruction.opcode != "mov" and len(sources) == len(operands) - 1:
        result = fold(instruction.form, sources)
        if result is None:
            result = fold_float(instruction.form, sources)
        folded = None if result is None else _fitting(operands[0], result, instruction)
        if folded is not None:
            return folded
    for index, bits in enumerate(found):
        if bits is None or not isinstance(operands[index], Register):
            continue
        constant = _immediate(bits, slots[index])
        if constant is not None:
            trial = (*operands[:index], constant, *operands[index + 1 :])
            operands[index] = constant if made(instruction.name, trial, instruction) else operands[index]
    if tuple(operands) == instruction.operands:
        return instruction
    return made(instruction.name, operands, instruction) or instruction


def _fitting(destination: Operand, bits: int, instruction: Instruction) -> Instruction | None:
    """`mov` of a folded result, where the register has the width of the result."""
    type = instruction.form.operands[0].type
    if (
        not isinstance(destination, Register)
        or type is None
        or width(type) != width(destination.type.register)
    ):
        return None
    if type is pred:
        return copied(destination, Immediate(bits), instruction)
    constant = Immediate(bits, type) if type in (f32, f64) else integer_constant(bits, type)
    return copied(destination, constant, instruction)


def _constant(operand: Operand, slot: OperandForm, at: Place, known: _Constants) -> int | None:
    """The bits of a source that is a constant or a register with a constant in it."""
    type = slot.type
    if slot.role is Role.IMMEDIATE and isinstance(operand, Immediate):
        return operand.value
    if slot.writes or slot.updates or slot.role is not Role.VALUE or slot.count or type is None:
        return None
    match operand:
        case Immediate(value=value, type=None):
            return int(value != 0) if type is pred else value & ((1 << width(type)) - 1)
        case Immediate(value=value) if operand.type is type:
            return value
        case Register() if width(type) == width(operand.type):
            return known.bits(operand, at)
        case Not(register=register):
            bits = known.bits(register, at)
            return None if bits is None else 1 - bits
        case _:
            return None


def _immediate(bits: int, slot: OperandForm) -> Immediate | None:
    """The constant as the slot writes it: floats by their bits, nothing for predicates and packed types."""
    type = slot.type
    if type is f32 or type is f64:
        return Immediate(bits, type)
    if type is None or not (type.is_integer or type.is_bits):
        return None
    return integer_constant(bits, type)
