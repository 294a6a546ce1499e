"""Address folding: a constant that is added to an address moves into the brackets, `[base+offset]`."""

from __future__ import annotations

from collections import Counter

from attrs import evolve, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Immediate, Register
from ptxgen.isa.table import Effect
from ptxgen.isa.types import s64, u64
from ptxgen.passes.base import Pass

_REACH = 1 << 23
"""Offsets from here on do not fit the 24 signed bits that machine instructions have for them."""


@frozen
class AddressFolding(Pass):
    """`[a+k]` becomes `[b+k+c]` where `add.u64 a, b, c` with a constant c made a.

    Sound where the access surely reads that sum and b still holds what was added to: 64-bit addresses are reckoned
    modulo 2^64 either way. Sums of 32 bits are left: they wrap where an address does not. Offsets beyond 24
    bits are left, since they would cost an addition again.
    """

    name = "address-folding"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        sums = dict(_sums(function))
        changes: Counter[str] = Counter()
        if not sums:
            return changes
        for number in analysis.cfg.order:
            block = function.blocks[number]
            for index, instruction in enumerate(block.instructions):
                if instruction.form.row.effects & {Effect.READ, Effect.WRITE, Effect.ATOMIC}:
                    new = _folded(instruction, (number, index), sums, analysis.values)
                    if new is not instruction:
                        block.instructions[index] = new
                        changes["addresses"] += 1
        return changes


def _sums(function: Function) -> list[tuple[Place, tuple[Register, int]]]:
    """The 64-bit additions of a constant: what they add to, and how much."""
    found: list[tuple[Place, tuple[Register, int]]] = []
    for number, block in enumerate(function.blocks):
        for index, instruction in enumerate(block.instructions):
            if instruction.opcode not in ("add", "sub") or not _is_wide(instruction):
                continue
            if instruction.form.row.effects or len(instruction.operands) != 3:
                continue
            match instruction.operands:
                case (_, Register() as base, Immediate(value=value)):
                    found.append(((number, index), (base, value if instruction.opcode == "add" else -value)))
                case (_, Immediate(value=value), Register() as base) if instruction.opcode == "add":
                    found.append(((number, index), (base, value)))
                case _:
                    pass
    return found


def _is_wide(instruction: Instruction) -> bool:
    """Whether it wraps where addresses do."""
    return instruction.form.type in (u64, s64)


def _folded(
    instruction: Instruction, at: Place, sums: dict[Place, tuple[Register, int]], values: Values
) -> Instruction:
    operands = list(instruction.operands)
    for index, operand in enumerate(operands):
        if isinstance(operand, Address) and isinstance(operand.base, Register):
            operands[index] = _nearer(operand, operand.base, at, sums, values)
    return (
        instruction
        if tuple(operands) == instruction.operands
        else evolve(instruction, operands=tuple(operands))
    )


def _nearer(
    address: Address, base: Register, at: Place, sums: dict[Place, tuple[Register, int]], values: Values
) -> Address:
    """The address by the earliest base in a chain of sums that still holds its value."""
    here, offset, best = at, address.offset, address
    while True:
        place = values.definition(base, here)
        if place is None or place not in sums:
            return best
        (base, added), here = sums[place], place
        offset = _signed(offset + added)
        if not values.holds(base, place, at):
            return best
        if -_REACH <= offset < _REACH:
            best = Address(base, offset)


def _signed(value: int) -> int:
    """A number modulo 2^64, as the nearest to zero."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
