"""Floating-point instructions on constants, where IEEE 754 leaves one answer: rounding to nearest even, no NaN.

What rounds otherwise, flushes subnormals, saturates or is approximate is not here, nor is anything whose result is a
NaN: PTX does not say which one. A test compares every entry with the emulator.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ptxgen.isa.table import Form
from ptxgen.isa.types import Type, f32, f64

_ALLOWED = frozenset({"rnd", "f32", "f64", "type", "CmpOp", "frnd", "dtype", "atype"})
_BITS: dict[Type, tuple[type[np.uint32 | np.uint64], type[np.float32 | np.float64]]] = {
    f32: (np.uint32, np.float32),
    f64: (np.uint64, np.float64),
}
Number = np.float32 | np.float64


def fold_float(form: Form, sources: Sequence[int]) -> int | None:
    """The bits that a form gives for the bits of its sources; None where the answer is not certain."""
    if form.row.effects or not _to_nearest(form):
        return None
    types = [slot.type for slot in form.operands]
    if form.opcode == "cvt":
        return _converted(types[0], types[1], sources[0])
    if types[1] not in _BITS or len(types) != len(sources) + 1:
        return None
    numbers = [_number(bits, types[1]) for bits in sources]
    if form.opcode == "setp":
        relation = _ORDER.get(form.modifiers["CmpOp"])
        return None if relation is None else int(relation(*numbers))
    compute = _RESULTS.get(form.opcode)
    if compute is None or len(numbers) != len(form.operands) - 1:
        return None
    with np.errstate(all="ignore"):
        return _bits(compute(*numbers), types[1])


def _to_nearest(form: Form) -> bool:
    """Whether nothing but rounding to nearest happens to the exact result."""
    modifiers = form.modifiers
    return modifiers.keys() <= _ALLOWED and {modifiers.get("rnd"), modifiers.get("frnd")} <= {None, "rn"}


def _number(bits: int, type: Type) -> Number:
    whole, real = _BITS[type]
    return whole(bits).view(real)


def _bits(value: Number, type: Type) -> int | None:
    whole, real = _BITS[type]
    return None if np.isnan(value) else int(real(value).view(whole))


def _converted(to: Type | None, source: Type | None, bits: int) -> int | None:
    """Integers that a double holds exactly: they are rounded once. Wider floats are exact, too."""
    if to is None or source is None or to not in _BITS:
        return None
    if source is f32 and to is f64:
        return _bits(np.float64(_number(bits, f32)), f64)
    if not source.is_integer:
        return None
    bits &= (1 << source.bits) - 1
    number = bits - (1 << source.bits) if source.is_signed and bits >> (source.bits - 1) else bits
    if abs(number) >= 1 << 53:
        return None
    return _bits(_BITS[to][1](float(number)), to)


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
    "ne": lambda a, b: bool(a < b or a > b),
    "equ": lambda a, b: not (a < b or a > b), "neu": operator.ne, "ltu": lambda a, b: not a >= b,
    "leu": lambda a, b: not a > b, "gtu": lambda a, b: not a <= b, "geu": lambda a, b: not a < b,
    "num": lambda a, b: bool(a == a and b == b), "nan": lambda a, b: bool(a != a or b != b),
}  # fmt: skip
_RESULTS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "neg": operator.neg,
    "abs": abs,
}
FOLDED_FLOATS = frozenset({*_RESULTS, "setp", "cvt"})
"""The opcodes that have a function here."""
