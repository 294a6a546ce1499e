"""New instructions from old ones: another name or operands, the same author's line.

The instruction table has the last word: what it has no form for is not made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import (
    Address,
    Arguments,
    Guard,
    Immediate,
    Negative,
    Not,
    Operand,
    Pair,
    Part,
    Register,
    TensorAddress,
    Vector,
)
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa.types import Type

_MOVED = frozenset(
    {"b16", "b32", "b64", "b128", "u16", "u32", "u64", "s16", "s32", "s64", "f32", "f64", "pred"}
)


def made(name: str, operands: Sequence[Operand], like: Instruction) -> Instruction | None:
    """An instruction with the guard and the origin of `like`; None if the table has no such form."""
    form = select(name, operands)
    if isinstance(form, Mismatch):
        return None
    return evolve(like, name=name, operands=tuple(operands), form=form)


def copied(destination: Register, source: Operand, like: Instruction) -> Instruction | None:
    """`mov destination, source` in place of `like`; None for registers that no `mov` writes."""
    type = destination.type.register
    name = type.name if type.name in _MOVED else f"b{type.bits}"
    return made(f"mov.{name}", (destination, source), like)


def with_guard(instruction: Instruction, guard: Guard | None) -> Instruction:
    """The instruction under another guard."""
    return evolve(instruction, guard=guard)


def with_reads(instruction: Instruction, renamed: Callable[[Register], Register]) -> Instruction:
    """The instruction with other registers where it only reads: sources, address bases, the guard.

    An operand whose new registers do not fit the form stays as it is.
    """
    guard = instruction.guard
    if guard is not None:
        guard = evolve(guard, register=renamed(guard.register))
    operands = list(instruction.operands)
    for index, slot in enumerate(instruction.form.operands[: len(operands)]):
        old = operands[index]
        if not isinstance(old, Address | TensorAddress) and (
            slot.writes or slot.updates or isinstance(old, Pair)
        ):
            continue
        new = _renamed(old, renamed)
        if new == old:
            continue
        operands[index] = new
        if isinstance(select(instruction.name, operands), Mismatch):
            operands[index] = old
    if guard == instruction.guard and tuple(operands) == instruction.operands:
        return instruction
    return evolve(instruction, operands=tuple(operands), guard=guard)


def with_registers(instruction: Instruction, renamed: Callable[[Register], Register]) -> Instruction:
    """The instruction with other registers of the same types, read and written ones alike."""
    guard = instruction.guard
    if guard is not None:
        guard = evolve(guard, register=renamed(guard.register))
    operands = tuple(_wholly_renamed(operand, renamed) for operand in instruction.operands)
    if guard == instruction.guard and operands == instruction.operands:
        return instruction
    return evolve(instruction, operands=operands, guard=guard)


def _wholly_renamed(operand: Operand, renamed: Callable[[Register], Register]) -> Operand:
    def part(old: Any) -> Any:
        return _renamed(old, renamed) if isinstance(old, Register | Vector) else old

    match operand:
        case Arguments(elements=elements):
            return Arguments(tuple(map(part, elements)))
        case Pair(first=first, second=second):
            return Pair(part(first), part(second))
        case TensorAddress(base=base, coordinates=coordinates, sampler=sampler, offset=offset):
            return TensorAddress(part(base), part(coordinates), part(sampler), offset)
        case _:
            return _renamed(operand, renamed)


def _renamed(operand: Operand, renamed: Callable[[Register], Register]) -> Operand:
    match operand:
        case Register():
            return renamed(operand)
        case Address(base=Register() as base) | TensorAddress(base=Register() as base):
            return evolve(operand, base=renamed(base))
        case Not(register=register) | Part(register=register):
            return evolve(operand, register=renamed(register))
        case Negative(source=Register() as source):
            return Negative(renamed(source))
        case Negative(source=Part(register=register, selector=selector)):
            return Negative(Part(renamed(register), selector))
        case Vector(elements=elements):
            return Vector(tuple(renamed(e) if isinstance(e, Register) else e for e in elements))
        case _:
            return operand


def integer_constant(value: int, type: Type) -> Immediate:
    """The bits of an integer of that type as a constant: negative ones of a signed type with their sign."""
    value &= (1 << type.bits) - 1
    if type.is_signed and value >> (type.bits - 1):
        value -= 1 << type.bits
    return Immediate(value)
