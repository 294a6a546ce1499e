"""Constants among the operands of an instruction: what it computes of them, and how it is written with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate, Not, Operand, Register
from ptxgen.ir.rewriting import copied, integer_constant, made, with_guard
from ptxgen.isa.table import OperandForm, Role
from ptxgen.isa.types import f32, f64, pred
from ptxgen.passes.arithmetic import fold, width
from ptxgen.passes.float_arithmetic import fold_float
from ptxgen.passes.purity import is_plain_store, is_pure


class Known(Protocol):
    """What an analysis knows of the registers that hold constants."""

    def bits(self, register: Register, at: Place) -> int | None:
        """What the instruction at `at` surely reads in a register."""
        ...


def decided(instruction: Instruction, at: Place, known: Known) -> Instruction | None:
    """The instruction without a guard that is known to hold; None if it is known not to."""
    guard = instruction.guard
    bits = None if guard is None else known.bits(guard.register, at)
    if guard is None or bits is None:
        return instruction
    if bool(bits) == guard.negated:
        return None
    return with_guard(instruction, None)


def improved(instruction: Instruction, at: Place, known: Known) -> Instruction:
    pure = is_pure(instruction)
    if not pure and not is_plain_store(instruction):
        return instruction
    slots = instruction.form.operands
    operands = list(instruction.operands)
    found = constants(instruction, at, known)
    if pure and instruction.opcode != "mov":
        result = result_of(instruction, found[1:])
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


def constants(instruction: Instruction, at: Place, known: Known) -> list[int | None]:
    """The bits of each operand of an instruction that is a constant."""
    pairs = zip(instruction.form.operands, instruction.operands, strict=False)
    return [constant(operand, slot, at, known) for slot, operand in pairs]


def result_of(instruction: Instruction, sources: Sequence[int | None]) -> int | None:
    """The bits that a pure instruction gives for its sources."""
    given = [bits for bits in sources if bits is not None]
    if len(given) != len(instruction.operands) - 1:
        return None
    result = fold(instruction.form, given)
    return fold_float(instruction.form, given) if result is None else result


def moved(source: Immediate, slot: OperandForm) -> int | None:
    """The bits that `mov` leaves of a constant in a register."""
    if slot.type is None or (source.type is not None and source.type.bits != slot.type.bits):
        return None
    bits = int(source.value != 0) if slot.type is pred else source.value
    return bits & ((1 << width(slot.type)) - 1)


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


def constant(operand: Operand, slot: OperandForm, at: Place, known: Known) -> int | None:
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
