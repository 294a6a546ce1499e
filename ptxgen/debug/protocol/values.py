"""Registers of all threads of a CTA, and what instructions that only compute make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, field, frozen

# Importing `addresses` gives its rows their semantics.
from ptxgen.emulator import addresses
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.elementwise import parts_of
from ptxgen.emulator.operands import constant, reinterpret
from ptxgen.emulator.semantics.registry import has_semantics, semantics_of
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import (
    Address,
    Guard,
    Immediate,
    Negative,
    Not,
    Operand,
    Pair,
    Part,
    Register,
    Sink,
    SpecialRegister,
    Symbol,
    Vector,
)
from ptxgen.isa.table import Effect
from ptxgen.isa.types import Type, pred, u64

__all__ = ["Array", "Values", "World", "addresses", "guarded"]

Array = np.ndarray[Any, Any]
_CARRIES = {Effect.CARRY_IN, Effect.CARRY_OUT}


@frozen
class Value:
    """The bits of a register: one element that all threads have, or one for each. `assumed`: not from the text."""

    bits: Array
    assumed: bool = False


@define(eq=False)
class World:
    """What instructions read that is not in registers: `special` registers and the addresses of `symbols`."""

    threads: int
    special: Callable[[str], Value | None]
    symbol: Callable[[str], int | None]
    _functions: dict[int, Callable[..., Any] | None] = field(
        factory=dict[int, "Callable[..., Any] | None"], init=False
    )

    _constants: dict[tuple[int, Type], Value] = field(factory=dict["tuple[int, Type]", Value], init=False)

    def constant(self, number: Immediate, type: Type) -> Value:
        """A constant; operands live as long as the text does."""
        key = (id(number), type)
        if key not in self._constants:
            self._constants[key] = Value(constant(number, type))
        return self._constants[key]

    def function(self, instruction: Instruction) -> Callable[..., Any] | None:
        """What computes an instruction; None where nothing here does."""
        key = id(instruction)
        if key not in self._functions:
            self._functions[key] = _function(instruction)
        return self._functions[key]


def _function(instruction: Instruction) -> Callable[..., Any] | None:
    form = instruction.form
    effects = form.row.effects
    if not has_semantics(form.row) or effects:
        return None
    if any(slot.type is not None and (slot.type.is_float or slot.type.bits == 128) for slot in form.operands):
        return None
    return semantics_of(form, parts_of(instruction))


@define(eq=False)
class Values:
    """The registers of some threads of a CTA, by name; what is missing is not known."""

    world: World
    known: dict[str, Value] = field(factory=dict[str, Value])

    def copy(self) -> Values:
        """The same registers, which go their own way from here on."""
        return Values(self.world, dict(self.known))

    def execute(self, instruction: Instruction, mask: Array) -> None:
        """What an instruction that only computes gives, in the threads where its guard holds."""
        held = self.guard(instruction.guard, mask)
        if held is False:
            return
        results = self._results(instruction) if held is not None else None
        for register in instruction.writes():
            given = results.get(register.name) if results is not None else None
            self.assign(register, given, held)

    def assign(self, register: Register, given: Value | None, held: Array | bool | None = True) -> None:
        """Give a register a value in the threads of `held`; None where nobody knows what or where."""
        old = self.known.get(register.name)
        if given is not None and isinstance(held, np.ndarray):
            taken = None if old is None else np.where(held, given.bits, old.bits)
            given = None if taken is None or old is None else Value(taken, given.assumed or old.assumed)
        if given is None or held is None:
            self.known.pop(register.name, None)
        else:
            self.known[register.name] = given

    def guard(self, guard: Guard | None, mask: Array) -> Array | bool | None:
        """In which threads of `mask` a guard holds: all, none, a part of them, or nobody knows."""
        if guard is None:
            return True
        value = self.known.get(guard.register.name)
        if value is None:
            return None
        holds = value.bits.astype(np.bool_)
        holds = ~holds if guard.negated else holds
        if holds.size == 1:
            return bool(holds[0])
        here = holds[mask]
        return bool(here[0]) if here.all() or not here.any() else holds & mask

    def read(self, operand: Operand, type: Type | None = None) -> Value | None:
        """An operand as the type of its slot; of an address, the address."""
        match operand:
            case Register():
                value = self.known.get(operand.name)
                if value is None or (type is None or type.bits == operand.type.bits):
                    return _typed(value, type)
                return Value(reinterpret(value.bits, type, operand.type.bits), value.assumed)
            case Part(register=register):
                return self.read(register, type)
            case Negative(source=inner):
                return self.read(inner, type)
            case Immediate():
                return self.world.constant(operand, type or operand.type or u64)
            case Not(register=register):
                value = self.known.get(register.name)
                return None if value is None else Value(~value.bits.astype(np.bool_), value.assumed)
            case SpecialRegister(name=name):
                value = self.world.special(name)
                return (
                    value
                    if value is None or type is None
                    else Value(value.bits.astype(dtype_of(type)), value.assumed)
                )
            case Symbol(name=name, offset=offset):
                at = self.world.symbol(name)
                return None if at is None else Value(constant(Immediate(at + offset), type or u64))
            case Address(base=base, offset=offset):
                value = Value(np.zeros(1, np.uint64)) if base is None else self.read(base)
                if value is None:
                    return None
                # Offsets may be negative; addresses wrap at the width of their register.
                start = value.bits.astype(np.int64)
                return Value(start + np.int64((offset + (1 << 63)) % (1 << 64) - (1 << 63)), value.assumed)
            case _:
                return None

    def _results(self, instruction: Instruction) -> dict[str, Value] | None:
        function = self.world.function(instruction)
        if function is None:
            return None
        sources: list[Array] = []
        targets: list[tuple[Type, Register | None]] = []
        assumed = False
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
            if slot.writes:
                targets += _targets(operand, slot.type, slot.second.type if slot.second is not None else None)
                continue
            for each in operand.elements if isinstance(operand, Vector) else (operand,):
                value = self.read(each, slot.type)
                if value is None:
                    return None
                sources.append(value.bits)
                assumed |= value.assumed
        size = max((s.size for s in sources), default=1)
        outs = [np.empty(size, dtype_of(type)) for type, _ in targets]
        if not outs:
            return None
        with np.errstate(all="ignore"):
            function(*sources, outs[0] if len(outs) == 1 else tuple(outs))
        return {
            register.name: Value(_stored(out, type, register.type), assumed)
            for out, (type, register) in zip(outs, targets, strict=True)
            if register is not None
        }


def guarded(held: Array | bool, mask: Array) -> Array:
    """The threads of `mask` where a guard holds."""
    return mask if held is True else (held if isinstance(held, np.ndarray) else np.zeros_like(mask))


def _typed(value: Value | None, type: Type | None) -> Value | None:
    if value is None or type is None or type is pred:
        return value
    return Value(value.bits.view(dtype_of(type)), value.assumed)


def _targets(operand: Operand, type: Type | None, second: Type | None) -> list[tuple[Type, Register | None]]:
    match operand:
        case Pair(first=first, second=other):
            return [*_targets(first, type, None), *_targets(other, second, None)]
        case Vector(elements=elements):
            return [each for element in elements for each in _targets(element, type, None)]
        case Register():
            return [(type or operand.type, operand)]
        case Sink() if type is not None:
            return [(type, None)]
        case _:
            return []


def _stored(out: Array, type: Type, declared: Type) -> Array:
    """A result as the register's storage: unsigned, a narrower one extended by its sign or by zeros."""
    if declared is pred:
        return out
    bits = declared.bits // 8
    if declared.bits == type.bits:
        return out.view(f"u{bits}")
    return out.astype(f"i{bits}" if type.is_signed else f"u{bits}").view(f"u{bits}")
