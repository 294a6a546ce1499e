"""Elements of matrices as float64 numbers, in which their products (f64 apart) are exact, and sums rounded once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

Array = np.ndarray[Any, Any]

_TF32_BITS = np.uint32(0xFFFFE000)
"""What the hardware looks at of a tf32 operand: the manual leaves the low 13 bits undefined."""
_NAN_F16, _NAN_F32 = np.uint16(0x7FFF), np.uint32(0x7FFFFFFF)
_S32 = np.iinfo(np.int32)


@frozen(eq=False)
class Element:
    """A type of matrix elements. `bits`: its size in a register; `decode`: unsigned integers of that size (of a byte
    for smaller ones) to float64.
    """

    name: str
    bits: int
    decode: Callable[[Array], Array]

    @property
    def packed(self) -> int:
        """Elements in a 32-bit register; 1 for larger ones."""
        return max(32 // self.bits, 1)

    def unpack(self, registers: Array) -> Array:
        """`[..., registers]` to raw elements `[..., registers * packed]`, the lowest bits first."""
        if self.bits >= 8:
            return np.ascontiguousarray(registers).view(f"u{self.bits // 8}")
        raw = np.ascontiguousarray(registers).view(np.uint8)
        parts = [(raw >> shift) & ((1 << self.bits) - 1) for shift in range(0, 8, self.bits)]
        return np.stack(parts, axis=-1).reshape(*raw.shape[:-1], -1)

    def pack(self, elements: Array) -> Array:
        """The reverse: registers of 32 bits, or of an element's size where that is larger."""
        raw = np.ascontiguousarray(elements)
        if self.bits < 8:
            parts = raw.reshape(*raw.shape[:-1], -1, 8 // self.bits)
            raw = np.zeros(parts.shape[:-1], np.uint8)
            for number in range(8 // self.bits):
                raw |= parts[..., number] << (number * self.bits)
        return raw.view(f"u{max(4, self.bits // 8)}")


@cache
def _table(name: str) -> Array:
    """Every value of a small float format, by its bits."""
    match name:
        case "f16":
            return np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float64)
        case "bf16":
            return (np.arange(1 << 16, dtype=np.uint32) << 16).view(np.float32).astype(np.float64)
        case "e5m2":
            return (np.arange(1 << 8, dtype=np.uint16) << 8).view(np.float16).astype(np.float64)
        case _:
            return _e4m3()


def _e4m3() -> Array:
    code = np.arange(1 << 8)
    exponent, fraction = (code >> 3) & 15, code & 7
    size = np.where(exponent == 0, np.ldexp(fraction, -9), np.ldexp(8.0 + fraction, exponent - 10))
    size = np.where(code & 0x7F == 0x7F, np.nan, size)
    return np.where(code & 0x80, -size, size)


def _by_table(name: str) -> Callable[[Array], Array]:
    return lambda raw: _table(name).take(raw)


def _s4(raw: Array) -> Array:
    return ((raw ^ 8).astype(np.int8) - 8).astype(np.float64)


def _number(raw: Array) -> Array:
    return raw.astype(np.float64)


ELEMENTS: dict[str, Element] = {
    element.name: element
    for element in (
        *(Element(name, 16, _by_table(name)) for name in ("f16", "bf16")),
        *(Element(name, 8, _by_table(name)) for name in ("e4m3", "e5m2")),
        Element("tf32", 32, lambda raw: (raw & _TF32_BITS).view(np.float32).astype(np.float64)),
        Element("f32", 32, lambda raw: raw.view(np.float32).astype(np.float64)),
        Element("f64", 64, lambda raw: raw.view(np.float64)),
        Element("s32", 32, lambda raw: raw.view(np.int32).astype(np.float64)),
        Element("u8", 8, _number),
        Element("s8", 8, lambda raw: raw.view(np.int8).astype(np.float64)),
        Element("u4", 4, _number),
        Element("s4", 4, _s4),
        Element("b1", 1, _number),
    )
}


def rounded(value: Array, name: str, *, saturates: bool = False) -> Array:
    """float64 numbers as raw elements of an accumulator's type: one rounding to nearest, NaN the canonical one.

    `s32` wraps around, or stays within its range if it `saturates`; the numbers must be integers below 2^53.
    """
    if name == "f64":
        return np.ascontiguousarray(value).view(np.uint64)
    if name == "s32":
        if saturates:
            value = np.clip(value, _S32.min, _S32.max)
        return value.astype(np.int64).astype(np.uint32)
    bits = (
        value.astype(np.float16).view(np.uint16)
        if name == "f16"
        else value.astype(np.float32).view(np.uint32)
    )
    missing = np.isnan(value)
    if missing.any():
        bits[missing] = _NAN_F16 if name == "f16" else _NAN_F32
    return bits
