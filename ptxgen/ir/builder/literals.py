"""Python numbers as PTX constants: exact or refused."""

from __future__ import annotations

import math
import struct

from ptxgen.errors import BuildError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.operands import Immediate
from ptxgen.isa.types import Kind, Type, bf16, bf16x2, f16, f16x2, f32, f64, pred

Number = int | float

_PRECISION = {f32: 24, f64: 53, f16: 11, bf16: 8, f16x2: 11, bf16x2: 8}
_EXPONENT = {f32: 0x7F800000, f64: 0x7FF << 52, f16: 0x7C00, bf16: 0x7F80, f16x2: 0x7C00, bf16x2: 0x7F80}


def immediate(type: Type | None, value: Number) -> Immediate:
    """The constant for a Python number where PTX wants `type` (None: any type).

    Integers must lie in the range of the type (of either sign for untyped bits); a float type takes integers that it
    represents exactly, and finite numbers that do not overflow. Half-precision and packed numbers become bit patterns.
    """
    if type is None:
        return Immediate(value) if isinstance(value, int) else Immediate.f64(value)
    if type is pred:
        return Immediate(-1 if value else 0)
    if type.is_float or type.kind is Kind.PACKED_FLOAT:
        return _float(type, value)
    if not isinstance(value, int):
        raise misfit(type, value, "use an integer constant")
    low, high = integer_range(type)
    if not low <= value <= high:
        raise misfit(type, value, f"{type} holds {low} .. {high}")
    return Immediate(int(value))


def integer_range(type: Type) -> tuple[int, int]:
    """The smallest and largest integer of a type; untyped bits take both signed and unsigned spellings."""
    low = 0 if type.kind is Kind.UNSIGNED else -(1 << (type.bits - 1))
    high = (1 << (type.bits - 1)) - 1 if type.is_signed else (1 << type.bits) - 1
    return low, high


def misfit(type: Type, value: Number, help: str) -> BuildError:
    """The error for a number that a type cannot hold."""
    return BuildError("PTX020", f"the number {value!r} does not fit {type}", help=help, location=caller())


def _float(type: Type, value: Number) -> Immediate:
    precision = _PRECISION.get(type)
    if precision is None:
        raise misfit(type, value, "give its bits as an integer")
    if isinstance(value, int) and value.bit_length() > 1024:
        raise misfit(type, value, f"it overflows {type}; write math.inf if infinity is meant")
    if isinstance(value, int) and _significant_bits(value) > precision:
        raise misfit(type, value, f"{type} has {precision} bits; write a float if the nearest is meant")
    constant = _nearest(type, float(value))
    if math.isfinite(value) and constant.value & _EXPONENT[type] == _EXPONENT[type]:
        raise misfit(type, value, f"it overflows {type}; write math.inf if infinity is meant")
    return constant


def _significant_bits(value: int) -> int:
    """How many bits a significand needs for an integer."""
    return abs(value).bit_length() - ((value & -value).bit_length() - 1) if value else 0


def _nearest(type: Type, value: float) -> Immediate:
    if type is f32:
        return Immediate.f32(value)
    if type is f64:
        return Immediate.f64(value)
    bits = _half_bits(value) if type in (f16, f16x2) else _brain_bits(value)
    return Immediate(bits * 0x10001 if type.is_packed else bits)


def _half_bits(value: float) -> int:
    try:
        return int.from_bytes(struct.pack("<e", value), "little")
    except OverflowError:
        return 0x7C00 if value > 0 else 0xFC00


def _brain_bits(value: float) -> int:
    """Rounded to nearest even from single precision; a NaN stays one."""
    bits = Immediate.f32(value).value
    if bits & 0x7FFFFFFF > 0x7F800000:
        return bits >> 16 | 0x40
    return bits + 0x7FFF + (bits >> 16 & 1) >> 16
