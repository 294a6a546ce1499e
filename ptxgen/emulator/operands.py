"""Operands of one operation as arrays of a frame: sources to read, targets to fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator import special
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.errors import NOT_EMULATED, EmulatorError
from ptxgen.emulator.frame import Frame, Step
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
from ptxgen.isa.registers import SPECIAL_REGISTERS
from ptxgen.isa.table import OperandForm
from ptxgen.isa.types import Type, f32, f64, pred, u64

Array = np.ndarray[Any, Any]
Resolve = Callable[[str], int]


class Operands:
    """Finds arrays for the operands of operations in one frame; `steps` collects what must run before an operation.

    `resolve` gives the address of a variable (or the handle of a function) by name. `arm` is a guard that all the
    operations have, and none of them changes.
    """

    def __init__(self, frame: Frame, resolve: Resolve, arm: Guard | None = None) -> None:
        self.frame = frame
        self.resolve = resolve
        self.arm = arm
        self._inverse: Array | None = None
        self._bits: dict[int, Array] = {}

    def sources(self, slot: OperandForm, operand: Operand, steps: list[Step]) -> list[Array]:
        """The elements of a source operand (one, unless it is a vector)."""
        if isinstance(operand, Vector):
            return [self.source(slot.type, element, steps) for element in operand.elements]
        return [self.source(slot.type, operand, steps)]

    def source(self, type: Type | None, operand: Operand, steps: list[Step]) -> Array:
        """One source as an array of the dtype of `type` (of the operand's own type without one)."""
        match operand:
            case Register():
                return self.register(operand, type or operand.type)
            case Part(register=register):
                return self.register(register, type or register.type)
            case Negative(source=inner):
                return self.source(type, inner, steps)
            case Immediate():
                return constant(operand, type or operand.type or u64)
            case Not(register=register):
                value = self.frame.array(register.name)
                inverse = self.frame.spare(value.shape, np.bool_, 100)
                steps.append((np.logical_not, (value, inverse)))
                return inverse
            case SpecialRegister(name=name):
                return self._special(name, type, steps)
            case Symbol(name=name, offset=offset):
                return _integer(self.resolve(name) + offset, type)
            case Address(base=Register() as base, offset=offset):
                return self._shifted(self.register(base, base.type), offset, steps)
            case Address(base=Symbol() as base, offset=offset):
                return _integer(self.resolve(base.name) + base.offset + offset, u64)
            case Address(offset=offset):
                return _integer(offset, u64)
            case _:
                raise EmulatorError(NOT_EMULATED, f"operand {operand} cannot be read")

    def register(self, register: Register, type: Type) -> Array:
        """A register's storage seen as a type of its size, or as its low bits for a smaller one."""
        return reinterpret(self.frame.array(register.name), type, register.type.bits)

    def _shifted(self, value: Array, offset: int, steps: list[Step]) -> Array:
        if not offset:
            return value
        total = self.frame.spare(value.shape, value.dtype, 102)
        steps.append((np.add, (value, _integer(offset, None).astype(value.dtype), total)))
        return total

    def guard(self, guard: Guard, steps: list[Step], number: int = 101) -> Array:
        """The threads on which a guard holds, as booleans."""
        value = self.frame.array(guard.register.name)
        if not guard.negated:
            return value
        if guard is not self.arm:
            inverse = self.frame.spare(value.shape, np.bool_, number)
            steps.append((np.logical_not, (value, inverse)))
            return inverse
        if self._inverse is None:
            self._inverse = self.frame.spare(value.shape, np.bool_, 104)
            steps.append((np.logical_not, (value, self._inverse)))
        return self._inverse

    def arm_bits(self, size: int, steps: list[Step]) -> Array:
        """Integers of `size` bytes with all bits set on the threads of the arm, else none."""
        assert self.arm is not None
        bits = self._bits.get(size)
        if bits is None:
            mask = self.guard(self.arm, steps)
            bits = self._bits[size] = self.frame.spare(mask.shape, f"u{size}", 105)
            steps += [(np.copyto, (bits, mask.view(np.uint8))), (np.negative, (bits, bits))]
        return bits

    def targets(self, slot: OperandForm, operand: Operand) -> list[tuple[Type, Register | None]]:
        """The registers that an operand defines with the type that is written; None for `_`."""
        if isinstance(operand, Pair):
            second = slot.second.type if slot.second is not None else None
            return [_target(slot.type, operand.first), _target(second, operand.second)]
        if isinstance(operand, Vector):
            return [_target(slot.type, element) for element in operand.elements]
        return [_target(slot.type, operand)]

    def _special(self, name: str, type: Type | None, steps: list[Step]) -> Array:
        if name in special.CLOCKS:
            info = SPECIAL_REGISTERS[name]
            counter = np.zeros((1,), dtype_of(info.type))
            steps.append((special.read_clock, (name, counter)))
            return reinterpret(counter, type or info.type, info.type.bits)
        value = self.frame.special(name)
        if type is None or type is pred:
            return value
        if type.bits > 8 * value.itemsize:
            # `mov.u64 %rd, %clock`-like widening is not legal PTX, but `cvt.u64.u32 %rd, %tid.x` reads 32 bits.
            return value.astype(dtype_of(type))
        return reinterpret(value, type, 8 * value.itemsize)


def _target(type: Type | None, operand: Operand) -> tuple[Type, Register | None]:
    if isinstance(operand, Part):
        operand = operand.register
    if isinstance(operand, Register):
        return (type or operand.type, operand)
    if isinstance(operand, Sink) and type is not None:
        return (type, None)
    raise EmulatorError(NOT_EMULATED, f"operand {operand} cannot be written")


def reinterpret(array: Array, type: Type, bits: int) -> Array:
    """An array of `bits`-wide storage seen as `type`; a smaller type sees the low bits of each element."""
    dtype = dtype_of(type)
    if array.dtype == dtype or type is pred or type.bits == 128:
        return array
    if type.bits == bits:
        return array.view(dtype)
    if type.bits > bits:
        return array.astype(dtype)
    return array.view(dtype).reshape(*array.shape, bits // type.bits)[..., 0]


def constant(immediate: Immediate, type: Type) -> Array:
    """A constant as an array of one element of the type."""
    dtype = dtype_of(type)
    if type is pred:
        return np.array([bool(immediate.value)])
    if immediate.type in (f32, f64):
        bits = immediate.type.bits
        own = np.array([immediate.value], f"u{bits // 8}")
        if type.is_bits and type.bits == bits:
            return own.view(dtype)
        return own.view(f"f{bits // 8}").astype(dtype_of(type))
    return _integer(immediate.value, type)


def _integer(value: int, type: Type | None) -> Array:
    """An integer, modulo the size of the type."""
    bits = type.bits if type is not None else 64
    if bits == 128:
        return np.array([[value & (1 << 64) - 1, (value >> 64) & (1 << 64) - 1]], np.uint64)
    raw = np.array([value & ((1 << bits) - 1)], f"u{bits // 8}")
    return raw.view(dtype_of(type)) if type is not None else raw
